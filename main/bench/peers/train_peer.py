"""A peer of the training benchmark: the same network, batches and optimizer in Keras or PyTorch, two threads.

    python train_peer.py keras|pytorch

Prints one line of JSON when it is ready, then trains one round for every line it reads: {"seconds", "cpuSeconds"}
for STEPS batches of BATCH images.
"""

import json
import os
import sys
import time

os.environ.update(OMP_NUM_THREADS="2", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", KERAS_BACKEND="tensorflow")
import numpy as np

STEPS, BATCH, THREADS = 100, 64, 2
random = np.random.default_rng(1)
images = random.random((STEPS * BATCH, 28, 28, 1), dtype=np.float32)
labels = random.integers(0, 10, STEPS * BATCH)


def keras_round():
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Conv2D(16, 3),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    model.compile(keras.optimizers.Adam(0.001), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return keras.__version__, lambda: model.fit(images, labels, batch_size=BATCH, epochs=1, verbose=0)


def pytorch_round():
    import torch

    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    nn = torch.nn
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 16, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 12 * 12, 10)
    )
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    loss_of = nn.CrossEntropyLoss()
    x = torch.from_numpy(images.transpose(0, 3, 1, 2).copy())
    y = torch.from_numpy(labels)

    def train():
        order = torch.randperm(len(x))
        for step in range(STEPS):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            optimizer.zero_grad()
            loss_of(model(x[chosen]), y[chosen]).backward()
            optimizer.step()

    return torch.__version__, train


version, train = {"keras": keras_round, "pytorch": pytorch_round}[sys.argv[1]]()
train()
print(json.dumps({"ready": version, "samples": STEPS * BATCH}), flush=True)
for _ in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    train()
    print(json.dumps({"seconds": time.perf_counter() - wall, "cpuSeconds": time.process_time() - cpu}), flush=True)
