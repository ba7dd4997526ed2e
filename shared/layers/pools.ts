/** Pooling layers: each output is one number from several cells, of a window or of a whole map. */
import { type GradientCells, type GradientRules, ifFirst, total, wholeMap } from '../backprop/rules.ts';
import { call, type Expression, operation } from '../formula/expression.ts';
import { windowRange, windowsOver } from '../geometry.ts';
import { all, input, inWindow, reference, rule, same, windowsOf } from '../formula/reads.ts';
import type { LayerRules, Span, Windows } from '../formula/reads.ts';
import type { LayerIdentity, LayerInput } from './identity.ts';
import type { SettingsOf } from './kind.ts';
import { oncePerElement, outputAlone, requireMaps } from './kind.ts';
import { oneInput } from './one-input.ts';
import { mapsAfter, mapsDetail, placeColumns, placeMaps } from '../layout/placing.ts';
import type { Placing } from '../layout/placing.ts';
import { padding, windowSides } from './settings.ts';
import { messages } from '../messages.ts';
import { formatShape, sizeOf } from '../tensor.ts';
import type { Shape } from '../tensor.ts';
import { centringOf, windowedSize } from './windowed.ts';
import type { Window } from './windowed.ts';
import { sentences } from '../messages/sentences.ts';

const settings = { poolSize: windowSides, strides: windowSides, padding };
export type Pool<K extends string> = SettingsOf<K, typeof settings>;

const windowOf = ({ poolSize, strides, padding }: Pool<string>): Window => ({ size: poolSize, strides, padding });

/** How a pool reduces its cells, by the name of the formula's function. */
type Summary = 'MAX' | 'AVERAGE';

/** The windows over a cell along an axis, each with the cells of the map that it covers. */
function windowsWith(at: number, { size, window, stride, padding }: Windows): { window: number; cells: Span }[] {
  const { start, end } = windowsOver({ start: at, end: at + 1 }, size, window, stride, padding);
  return Array.from({ length: end - start }, (_, i) => {
    const covered = windowRange(start + i, size, window, stride, padding);
    return { window: start + i, cells: { start: covered.start, end: covered.end } };
  });
}

/** What a pooled number hands back to one cell of its window: all to the first largest, or the same share to each. */
function backFrom(
  summary: Summary,
  cells: GradientCells,
  dy: Expression,
  { at, rows, columns }: { at: readonly number[]; rows: Span; columns: Span },
): Expression {
  if (summary === 'AVERAGE') return operation('/', dy, (rows.end - rows.start) * (columns.end - columns.start));
  const cell = reference(cells.of(0, ...at));
  const window = (down: Span, across: Span) => reference(cells.of(0, down, across, at[2]));
  return ifFirst('MAX', { cell, at, rows, columns }, window, dy);
}

/** A pool over windows. An average counts only the cells on the map, as TensorFlow does with 'same' padding. */
export const windowPool = (summary: Summary) =>
  ({
    settings,
    inputs: oneInput,
    shapeOf: (layer: LayerIdentity & Pool<string>, [input]: readonly LayerInput[]): Shape => [
      ...windowedSize(layer, input, windowOf(layer), 'window'),
      input.shape[2],
    ],
    tensorsOf: outputAlone,
    /** Times 4, because reading a cell takes four times as long as a multiplication. */
    workOf: (layer: Pool<string>, _input: Shape, output: Shape) => sizeOf(output) * sizeOf(layer.poolSize) * 4,
    units: 'none',
    negative: 'from inputs',
    centring: (layer: Pool<string>, input: Shape) => centringOf(windowOf(layer), input),
    cells: ((layer, { inputs: [maps] }) => {
      const [rows, columns] = windowsOf(layer, layer.poolSize, maps);
      const window = input([inWindow(0, rows), inWindow(1, columns), same(2)]);
      return { output: rule({ window }, ({ window }) => call(summary, reference(window))) };
    }) as LayerRules<LayerIdentity & Pool<string>>,
    gradients(
      layer: LayerIdentity & Pool<string>,
      { inputs: [maps] }: Parameters<LayerRules<LayerIdentity>>[1],
    ): GradientRules {
      const axes = windowsOf(layer, layer.poolSize, maps);
      return {
        input([row, column, channel], cells) {
          const [down, across] = [row, column].map((at, axis) => windowsWith(at, axes[axis]));
          return total(
            down.flatMap(y =>
              across.map(x => {
                const dy = reference(cells.dy(y.window, x.window, channel));
                return backFrom(summary, cells, dy, { at: [row, column, channel], rows: y.cells, columns: x.cells });
              }),
            ),
          );
        },
      };
    },
    place(layer: Pool<string>, placing: Placing) {
      const { inputs, shape } = placing;
      const maps = mapsAfter(placing, layer.strides[0], centringOf(windowOf(layer), inputs[0].shape));
      const window = formatShape(layer.poolSize);
      placeMaps(placing, maps, messages.cells.poolDetail(mapsDetail(shape), summary === 'MAX', window));
    },
  }) as const;

/** A pool over whole maps: maps [h,w,c] → vector [c]. */
export const globalPool = (summary: Summary) =>
  ({
    settings: {},
    inputs: oneInput,
    shapeOf(layer: LayerIdentity, [input]: readonly LayerInput[]): Shape {
      requireMaps(layer, input, sentences.network.needsMaps);
      return [input.shape[2]];
    },
    tensorsOf: outputAlone,
    workOf: oncePerElement,
    units: 'own',
    negative: 'from inputs',
    cells: ((_layer, { inputs: [[height, width]] }) => ({
      output: rule({ map: input([all(height), all(width), same(0)]) }, ({ map }) => call(summary, reference(map))),
    })) as LayerRules<LayerIdentity>,
    gradients(_layer: LayerIdentity, { inputs: [maps] }: Parameters<LayerRules<LayerIdentity>>[1]): GradientRules {
      const [rows, columns] = wholeMap(maps);
      return {
        input: (at, cells) => backFrom(summary, cells, reference(cells.dy(at[2])), { at, rows, columns }),
      };
    },
    place: (_layer: LayerIdentity, placing: Placing) =>
      placeColumns(placing, ['output'], {}, messages.cells.globalPoolDetail(placing.shape[0], summary === 'MAX')),
  }) as const;
