/** A small workbook for tests of tied weights, into whose cells a test types, and images to train it on. */
import { formatAddress } from '../../../../shared/address.ts';
import type { DataSet } from '../../../../shared/data.ts';
import { initialValues } from '../../../../shared/initial-values.ts';
import {
  type LayerId,
  type LayerSettings,
  type NetworkSpec,
  parseNetwork,
  type TensorId,
} from '../../../../shared/network.ts';
import { createRandom } from '../../../../shared/random.ts';
import { typedInto } from '../../../../shared/typed-entry.ts';
import type { Workbook } from '../../../../shared/workbook.ts';
import { createSession, type Session } from '../../workbook/session.ts';

const layer = (id: LayerId, inputs: LayerId[], settings: LayerSettings) => ({ id, name: id, inputs, ...settings });

/** Two kernels 3×3 → batch normalisation → tanh → mean pool → 3 scores. It is smooth, so that finite differences hold
 *  everywhere. */
export const tiedNetwork: NetworkSpec = parseNetwork({
  version: 1,
  layers: [
    layer('input', [], { kind: 'input', shape: [6, 6, 1] }),
    layer('conv', ['input'], {
      kind: 'conv2d',
      filters: 2,
      kernelSize: [3, 3],
      strides: [1, 1],
      padding: 'valid',
      useBias: true,
    }),
    layer('norm', ['conv'], { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 }),
    layer('tanh', ['norm'], { kind: 'tanh' }),
    layer('pool', ['tanh'], {
      kind: 'averagePool2d',
      poolSize: [2, 2],
      strides: [2, 2],
      padding: 'valid',
    }),
    layer('flatten', ['pool'], { kind: 'flatten' }),
    layer('scores', ['flatten'], { kind: 'dense', units: 3, useBias: true }),
    layer('softmax', ['scores'], { kind: 'softmax' }),
  ],
});

const CLASSES = ['a', 'b', 'c'];

export function tiedWorkbook(): Workbook {
  const values = initialValues(tiedNetwork, createRandom(4));
  // Batch normalisation takes the bias away, so that only ties give it a gradient that is more than rounding.
  values.set('conv/bias', Float32Array.of(0.3, -0.2));
  values.set('input/output', new Float32Array(36).fill(0.5));
  values.set('softmax/actual', new Float32Array(3).fill(Number.NaN));
  return { network: tiedNetwork, classes: CLASSES, source: { kind: 'typed' }, values };
}

/** Random images of three classes, all for training. */
export function noiseImages(count: number): DataSet {
  const random = createRandom(8);
  return {
    name: 'noise',
    shape: [6, 6, 1],
    classes: CLASSES,
    severalLabels: false,
    count,
    bytes: Uint8Array.from({ length: count * 36 }, () => random.integer(256)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
    nameOf: String,
    split: {
      training: Uint32Array.from({ length: count }, (_, i) => i),
      validation: new Uint32Array(),
      test: new Uint32Array(),
    },
    problems: [],
  };
}

/** The workbook, open, with a sheet Notes. */
export function openTied(): Session {
  const session = createSession(tiedWorkbook());
  const sheet = { id: 'notes', name: 'Notes', cells: [], widths: [] };
  session.change({ label: 'Add Notes', changes: [{ kind: 'addSheet', sheet, at: 1 }] });
  return session;
}

/** The address of an element on the network's sheet. */
export const addressOf = ({ sheet }: Pick<Session, 'sheet'>, tensor: TensorId, index = 0): string =>
  formatAddress(sheet.layout.cellOf(tensor, index));

/** Types into an element of a tensor, or into a cell of Notes. In the text, {conv/kernel[3]} stands for an element's
 *  address. */
export function type(session: Session, at: `${TensorId}[${number}]` | { row: number; column: number }, text: string) {
  const { sheet, sheets, written } = session;
  const element = typeof at === 'string' ? /^(.*)\[(\d+)\]$/.exec(at)! : undefined;
  const place = element
    ? { sheet: sheet.id, ...sheet.layout.cellOf(element[1] as TensorId, Number(element[2])) }
    : { sheet: 'notes', ...(at as { row: number; column: number }) };
  const filled = text.replace(/(:?)\{(.*?)\[(\d+)\]\}/g, (_, colon: string, tensor, index) => {
    const address = addressOf(session, tensor as TensorId, Number(index));
    return `${colon}${element || colon ? '' : 'Network!'}${address}`;
  });
  const typed = typedInto({ sheet, sheets, names: written.names }, place, filled);
  if (typed.refusal !== undefined) throw new Error(JSON.stringify(typed.refusal));
  return session.change({ label: `Type ${text}`, changes: typed.changes });
}
