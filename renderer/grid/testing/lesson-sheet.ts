import { parseNetwork } from '../../../shared/network.ts';
import { buildSheet, type Sheet } from '../../../shared/layout/sheet.ts';

/** The lesson's network without values. Pixels are in A2:AB29, the first kernel in AD11:AF13, its bias in AD15; conv1
 *  begins at AH3 and relu1 at BI3. */
export function lessonSheet(): Sheet {
  const conv = (id: string, from: string) => ({
    id,
    name: id,
    inputs: [from],
    kind: 'conv2d',
    filters: 2,
    kernelSize: [3, 3],
    strides: [1, 1],
    padding: 'valid',
    useBias: true,
  });
  const after = (kind: string, id: string, from: string, more: object = {}) => ({
    id,
    name: id,
    inputs: [from],
    kind,
    ...more,
  });
  return buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] },
        conv('conv1', 'input'),
        after('relu', 'relu1', 'conv1'),
        conv('conv2', 'relu1'),
        after('relu', 'relu2', 'conv2'),
        after('maxPool2d', 'pool', 'relu2', { poolSize: [2, 2], strides: [2, 2], padding: 'valid' }),
        after('flatten', 'flatten', 'pool'),
        after('dense', 'dense', 'flatten', { units: 10, useBias: true }),
        after('softmax', 'softmax', 'dense'),
      ],
    }),
  );
}
