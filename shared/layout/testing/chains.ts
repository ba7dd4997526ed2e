import { formatAddress, formatRange } from '../../address.ts';
import { parseNetwork } from '../../network.ts';
import type { TensorId } from '../../network.ts';
import { buildSheet } from '../sheet.ts';
import type { Sheet } from '../sheet.ts';

export type Settings = Record<string, unknown> & { kind: string };

/** A chain of layers named after their kinds: input, conv2d1, relu2 … */
export function chain(...settings: Settings[]): Sheet {
  const layers = settings.map((layer, i) => {
    const id = i === 0 ? 'input' : `${layer.kind}${i}`;
    const before = i === 1 ? 'input' : `${settings[i - 1]?.kind}${i - 1}`;
    return { id, name: id, inputs: i === 0 ? [] : [before], ...layer };
  });
  return buildSheet(parseNetwork({ version: 1, layers }));
}
export const input = (...shape: number[]): Settings => ({ kind: 'input', shape });
export const conv = (filters: number, size: number, more: object = {}): Settings => ({
  kind: 'conv2d',
  filters,
  kernelSize: [size, size],
  strides: [1, 1],
  padding: 'valid',
  useBias: true,
  ...more,
});
export const pool = (size: number, more: object = {}): Settings => ({
  kind: 'maxPool2d',
  poolSize: [size, size],
  strides: [size, size],
  padding: 'valid',
  ...more,
});
export const dense = (units: number, useBias = true): Settings => ({ kind: 'dense', units, useBias });
export const only = (kind: string): Settings => ({ kind });

/** The ranges of a tensor's blocks, in the order of the sheet's columns and rows. */
export function blocks({ layout }: Sheet, tensor: TensorId): string[] {
  return layout
    .blocksIn({ row: 0, column: 0, height: layout.rows, width: layout.columns })
    .filter(block => block.view.tensor === tensor)
    .sort((a, b) => a.column - b.column || a.row - b.row)
    .map(block => formatRange(block.whole));
}

export function labels({ layout }: Sheet): Map<string, string> {
  const all = { row: 0, column: 0, height: layout.rows, width: layout.columns };
  return new Map(layout.labelsIn(all).map(label => [formatAddress(label), label.text]));
}
