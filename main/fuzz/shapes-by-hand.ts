/** The shapes of a network's layers, counted by hand: as an independent check of the layers' own rules. */
import type { Layer, LayerSettings } from '../../shared/layers/kinds.ts';
import type { LayerId, NetworkSpec } from '../../shared/network.ts';

export function shapesByHand({ layers }: NetworkSpec): Map<LayerId, readonly number[]> {
  const shapes = new Map<LayerId, readonly number[]>();
  for (const layer of layers)
    shapes.set(
      layer.id,
      shapeOf(
        layer,
        layer.inputs.map(id => shapes.get(id)!),
      ),
    );
  return shapes;
}

/** How many windows fit on a side of n cells, each counted. With 'same', one begins at every step that meets a cell. */
function windowsOn(n: number, size: number, stride: number, padding: string, dilation = 1): number {
  let count = 0;
  for (let first = 0; first < n; first += stride) if (padding === 'same' || first + (size - 1) * dilation < n) count++;
  return count;
}

function shapeOf(layer: Layer | LayerSettings, inputs: (readonly number[])[]): readonly number[] {
  const [maps] = inputs;
  const channels = maps?.at(-1);
  switch (layer.kind) {
    case 'input':
      return layer.shape;
    case 'conv2d': {
      const { kernelSize, strides, padding, dilationRate = [1, 1] } = layer;
      const sides = [0, 1].map(axis =>
        windowsOn(maps[axis], kernelSize[axis], strides[axis], padding, dilationRate[axis]),
      );
      return [...sides, layer.filters];
    }
    case 'depthwiseConv2d':
      return [...[0, 1].map(i => windowsOn(maps[i], layer.kernelSize[i], layer.strides[i], layer.padding)), maps[2]];
    case 'maxPool2d':
    case 'averagePool2d':
      return [...[0, 1].map(i => windowsOn(maps[i], layer.poolSize[i], layer.strides[i], layer.padding)), maps[2]];
    case 'globalMaxPool2d':
    case 'globalAveragePool2d':
      return [channels!];
    case 'zeroPadding2d':
      return [...[0, 1].map(i => layer.padding[i][0] + maps[i] + layer.padding[i][1]), maps[2]];
    case 'upSampling2d':
      return [maps[0] * layer.size[0], maps[1] * layer.size[1], maps[2]];
    case 'flatten':
      return [maps.reduce((product, side) => product * side)];
    case 'reshape':
      return layer.targetShape;
    case 'dense':
      return [layer.units];
    case 'concatenate':
      return [...maps.slice(0, -1), inputs.reduce((sum, each) => sum + each.at(-1)!, 0)];
    case 'formula':
      return shapeOf(layer.instead, inputs);
    default:
      // Every other kind gives a number for each number.
      return maps;
  }
}
