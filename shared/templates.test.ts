import { describe, expect, it } from 'vitest';
import { initialValues } from './initial-values.ts';
import { describeTensors, inferShapes, type NetworkSpec, scoresLayer, sizeOf } from './network.ts';
import { createRandom } from './random.ts';
import { buildSheet } from './layout/sheet.ts';
import {
  DIGIT_SHAPE,
  type ImageShape,
  mobileTiny,
  networkTemplates,
  resnetTiny,
  type TemplateName,
  templateParameters,
  templateSize,
  vgg16,
} from './templates.ts';

/** Multiplications of one image's forward pass. */
function multiplications(network: NetworkSpec): number {
  const shapes = inferShapes(network);
  let count = 0;
  for (const { layer, name, shape, size } of describeTensors(network)) {
    if (name !== 'kernel') continue;
    const [height = 1, width = 1] = shape.length === 4 ? shapes.get(layer)! : [];
    count += size * height * width;
  }
  return count;
}

describe('templates', () => {
  it.each(Object.entries(networkTemplates))('%s ends in as many named scores as there are classes', (name, build) => {
    for (const classes of [2, 10, 26]) {
      const network = build(templateSize(name as TemplateName).images, classes);
      expect(inferShapes(network).get(scoresLayer(network)!.id)).toEqual([classes]);
      expect(network.layers.at(-1)!.kind).toBe('softmax');
    }
  });

  it('resnet-tiny is small: at most 60,000 parameters and 4 million multiplications for a digit', () => {
    const network = resnetTiny(DIGIT_SHAPE, 26);
    const parameters = describeTensors(network).filter(({ role }) => role === 'parameter');
    expect(parameters.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(60_000);
    expect(multiplications(network)).toBeLessThan(4_000_000);
  });

  it('resnet-tiny fits a sheet for images of any size, and works little more on photos', () => {
    const shapes: ImageShape[] = [
      [1, 1, 1],
      [5, 3, 2],
      [32, 32, 3],
      [64, 64, 3],
      [100, 200, 4],
      [512, 512, 3],
    ];
    for (const shape of shapes) {
      const network = resnetTiny(shape, 10);
      expect(buildSheet(network).layout.columns).toBeLessThan(16_384);
      if (shape[0] <= 64) expect(multiplications(network)).toBeLessThan(4_500_000);
    }
  });

  it('mobile-tiny is smaller still, and fits a sheet for images of any size', () => {
    const network = mobileTiny(DIGIT_SHAPE, 10);
    const parameters = describeTensors(network).filter(({ role }) => role === 'parameter');
    expect(parameters.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(12_000);
    for (const shape of [
      [1, 1, 1],
      [64, 64, 3],
      [224, 224, 3],
      [512, 300, 4],
    ] as ImageShape[]) {
      const made = mobileTiny(shape, 10);
      expect(buildSheet(made).layout.columns).toBeLessThan(16_384);
      expect(multiplications(made)).toBeLessThan(shape[0] * shape[1] * 2000 + 1_000_000);
    }
  });

  it('vgg16 begins with weights that keep numbers from fading, the same for the same random numbers', () => {
    const network = vgg16([32, 32, 3], 10);
    const kernel = templateParameters('vgg16', network, createRandom(3)).get('block1_conv1/kernel')!;
    expect(templateParameters('vgg16', network, createRandom(3)).get('block1_conv1/kernel')).toEqual(kernel);
    const variance = kernel.reduce((sum, weight) => sum + weight * weight, 0) / kernel.length;
    // 27 numbers are read, and ReLU takes half of what comes of them.
    expect((variance * 27) / 2).toBeCloseTo(1, 1);
  });

  it('vgg16 says which layer digits are too small for', () => {
    expect(() => vgg16(DIGIT_SHAPE, 10)).toThrow('block5_pool');
  });

  it.each(Object.keys(networkTemplates) as TemplateName[])('%s has every parameter before any training', name => {
    const side = name === 'vgg16' ? 32 : 28;
    const network = networkTemplates[name]([side, side, 3], 10);
    const values = templateParameters(name, network, createRandom(1));
    for (const { id, name: parameter, role, size } of describeTensors(network)) {
      if (role !== 'parameter') continue;
      expect(values.get(id)?.length, id).toBe(size);
      if (parameter === 'rate') expect(values.get(id)![0]).toBeGreaterThan(0);
    }
  });
});

describe('initial values', () => {
  const network = resnetTiny(DIGIT_SHAPE, 10);
  const values = initialValues(network, createRandom(7));

  it('are the same for the same random numbers, and others for others', () => {
    expect(initialValues(network, createRandom(7))).toEqual(values);
    expect(initialValues(network, createRandom(8)).get('conv1/kernel')).not.toEqual(values.get('conv1/kernel'));
  });

  it('are there for every parameter that training changes, and for no rate', () => {
    const expected = describeTensors(network).filter(({ role, name }) => role === 'parameter' && name !== 'rate');
    expect([...values.keys()]).toEqual(expected.map(({ id }) => id));
    expect(expected.map(({ id }) => values.get(id)!.length)).toEqual(expected.map(({ shape }) => sizeOf(shape)));
  });

  it('begin kernels uniformly within the bounds of Glorot, and everything else with 0 or 1', () => {
    const bound = Math.sqrt(6 / (9 * 16 + 9 * 32));
    const kernel = values.get('conv4/kernel')!;
    expect(Math.max(...kernel)).toBeLessThanOrEqual(bound);
    expect(Math.max(...kernel)).toBeGreaterThan(0.99 * bound);
    expect(Math.min(...kernel)).toBeLessThan(-0.99 * bound);
    expect(Math.abs(kernel.reduce((sum, weight) => sum + weight, 0) / kernel.length)).toBeLessThan(0.05 * bound);
    expect(Math.max(...values.get('dense/kernel')!)).toBeLessThanOrEqual(Math.sqrt(6 / 42));
    for (const [name, start] of [
      ['gamma', 1],
      ['beta', 0],
      ['movingMean', 0],
      ['movingVariance', 1],
    ] as const) {
      expect(new Set(values.get(`norm3/${name}`))).toEqual(new Set([start]));
    }
    expect(new Set(values.get('dense/bias'))).toEqual(new Set([0]));
  });
});
