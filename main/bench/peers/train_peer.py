"""A peer of the training benchmark: a network, its images and its optimizer in Keras or PyTorch, two threads.

    python train_peer.py keras|pytorch NETWORK

NETWORK: small, lenet, vgg-small, photos, resnet-tiny or mlp, as in main/bench/train-networks.ts. Prints one line of
JSON when it is ready, then does one round for every line it reads, "train" or "evaluate":
{"seconds", "cpuSeconds", "megabytes"}.
"""

import json
import os
import resource
import sys
import time

# On a busy machine, threads that spin while they wait would take the time from the others.
os.environ.update(
    OMP_NUM_THREADS="2",
    OMP_WAIT_POLICY="PASSIVE",
    TF_CPP_MIN_LOG_LEVEL="3",
    CUDA_VISIBLE_DEVICES="",
    KERAS_BACKEND="tensorflow",
)
import numpy as np

THREADS = 2
EVALUATED_AT_ONCE = 128
library, name = sys.argv[1:3]
shape, batch, steps = {
    "small": ((28, 28, 1), 64, 100),
    "lenet": ((28, 28, 1), 64, 60),
    "vgg-small": ((32, 32, 3), 64, 6),
    "photos": ((128, 128, 3), 16, 8),
    "resnet-tiny": ((28, 28, 1), 64, 15),
    "mlp": ((28, 28, 1), 64, 60),
}[name]
random = np.random.default_rng(1)
images = random.random((steps * batch, *shape), dtype=np.float32)
labels = random.integers(0, 10, steps * batch)


def keras_rounds():
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    layers = keras.layers

    def conv(filters, size=3, activation="relu", padding="same", **more):
        return layers.Conv2D(filters, size, activation=activation, padding=padding, **more)

    def norm():
        return layers.BatchNormalization(momentum=0.9)

    def leaky():
        return layers.LeakyReLU(negative_slope=0.1)

    def block(x, filters, stride):
        bare = {"activation": None, "use_bias": False}
        y = leaky()(norm()(conv(filters, strides=stride, **bare)(x)))
        y = norm()(conv(filters, **bare)(y))
        same = x.shape[-1] == filters and stride == 1
        short = x if same else norm()(conv(filters, 1, strides=stride, **bare)(x))
        return leaky()(layers.Add()([y, short]))

    x = inputs = layers.Input(shape)
    if name == "small":
        x = layers.MaxPooling2D()(conv(16, activation=None, padding="valid")(conv(8, padding="valid")(x)))
        x = layers.Flatten()(x)
    elif name == "lenet":
        x = layers.MaxPooling2D()(conv(8, 5)(x))
        x = layers.MaxPooling2D()(conv(16, 5, padding="valid")(x))
        x = layers.Dense(64, "relu")(layers.Flatten()(x))
    elif name == "vgg-small":
        for filters in (32, 64):
            x = layers.MaxPooling2D()(conv(filters)(conv(filters)(x)))
        x = layers.Dense(128, "relu")(layers.Flatten()(x))
    elif name == "photos":
        for filters in (16, 32, 64):
            x = layers.MaxPooling2D()(conv(filters)(x))
        x = layers.Dense(64, "relu")(layers.Flatten()(x))
    elif name == "resnet-tiny":
        x = leaky()(norm()(conv(16, activation=None, use_bias=False)(x)))
        x = layers.MaxPooling2D()(x)
        for filters, stride in ((16, 1), (32, 2), (32, 1)):
            x = block(x, filters, stride)
        x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    else:
        x = layers.Dense(1024, "relu")(layers.Dense(1024, "relu")(layers.Flatten()(x)))
    model = keras.Model(inputs, layers.Dense(10)(x))
    model.compile(keras.optimizers.Adam(0.001), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return keras.__version__, {
        "train": lambda: model.fit(images, labels, batch_size=batch, epochs=1, verbose=0),
        "evaluate": lambda: model.evaluate(images, labels, batch_size=EVALUATED_AT_ONCE, verbose=0),
    }


def pytorch_rounds():
    import torch

    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    nn = torch.nn

    def conv(channels, filters, size=3, stride=1, padded=True, bias=True):
        return nn.Conv2d(channels, filters, size, stride, padding=size // 2 if padded else 0, bias=bias)

    class Block(nn.Module):
        def __init__(self, channels, filters, stride):
            super().__init__()
            self.first = conv(channels, filters, stride=stride, bias=False)
            self.second = conv(filters, filters, bias=False)
            self.norms = nn.ModuleList([nn.BatchNorm2d(filters), nn.BatchNorm2d(filters)])
            self.leaky = nn.LeakyReLU(0.1)
            same = channels == filters and stride == 1
            short = [conv(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters)]
            self.short = nn.Identity() if same else nn.Sequential(*short)

        def forward(self, x):
            y = self.leaky(self.norms[0](self.first(x)))
            return self.leaky(self.norms[1](self.second(y)) + self.short(x))

    def pool():
        return nn.MaxPool2d(2)

    relu = nn.ReLU()
    parts = {
        "small": lambda: [conv(1, 8, padded=False), relu, conv(8, 16, padded=False), pool(), nn.Flatten()]
        + [nn.Linear(16 * 12 * 12, 10)],
        "lenet": lambda: [conv(1, 8, 5), relu, pool(), conv(8, 16, 5, padded=False), relu, pool(), nn.Flatten()]
        + [nn.Linear(400, 64), relu, nn.Linear(64, 10)],
        "vgg-small": lambda: [conv(3, 32), relu, conv(32, 32), relu, pool()]
        + [conv(32, 64), relu, conv(64, 64), relu, pool(), nn.Flatten()]
        + [nn.Linear(4096, 128), relu, nn.Linear(128, 10)],
        "photos": lambda: [conv(3, 16), relu, pool(), conv(16, 32), relu, pool(), conv(32, 64), relu, pool()]
        + [nn.Flatten(), nn.Linear(16 * 16 * 64, 64), relu, nn.Linear(64, 10)],
        "resnet-tiny": lambda: [conv(1, 16, bias=False), nn.BatchNorm2d(16), nn.LeakyReLU(0.1), pool()]
        + [Block(16, 16, 1), Block(16, 32, 2), Block(32, 32, 1)]
        + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(32, 10)],
        "mlp": lambda: [nn.Flatten(), nn.Linear(784, 1024), relu, nn.Linear(1024, 1024), relu, nn.Linear(1024, 10)],
    }
    model = nn.Sequential(*parts[name]())
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    loss_of = nn.CrossEntropyLoss()
    x = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    y = torch.from_numpy(labels)

    def train():
        model.train()
        order = torch.randperm(len(x))
        for step in range(steps):
            chosen = order[step * batch : (step + 1) * batch]
            optimizer.zero_grad()
            loss_of(model(x[chosen]), y[chosen]).backward()
            optimizer.step()

    def evaluate():
        model.eval()
        with torch.no_grad():
            pairs = zip(x.split(EVALUATED_AT_ONCE), y.split(EVALUATED_AT_ONCE))
            return sum(float(loss_of(model(some), of)) * len(of) for some, of in pairs) / len(y)

    return torch.__version__, {"train": train, "evaluate": evaluate}


version, rounds = {"keras": keras_rounds, "pytorch": pytorch_rounds}[library]()
for work in rounds.values():
    work()
print(json.dumps({"ready": version}), flush=True)
for line in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    rounds[line.strip()]()
    took = {"seconds": time.perf_counter() - wall, "cpuSeconds": time.process_time() - cpu}
    print(json.dumps({**took, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
