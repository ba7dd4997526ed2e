/** Writes the formulas of layers as text. */
import type { Sheet } from '../layout/sheet.ts';
import type { Layer } from '../layers/kinds.ts';
import type { LayerId, TensorId } from '../tensor.ts';
import { expressionOf } from './derive.ts';
import type { Reference } from './expression.ts';
import { formatA1 } from './notation.ts';
import { ENGLISH, print } from './print.ts';
import { locateIn } from './ranges.ts';

/** The formula of a layer's first cell, or of the first cell of one of its maps. undefined if the layer has no cells of
 *  its own. */
export function layerFormulaText(sheet: Sheet, layer: LayerId, map = 0, language = ENGLISH): string | undefined {
  return textAt(sheet, `${layer}/output`, map, language, cells => formatA1(locateIn(sheet)(cells)));
}

/** The same in short: `x` is the cell at the same place in the first input, `y` in the second, and so on. */
export function shortFormulaText(sheet: Sheet, layer: Layer, map = 0, language = ENGLISH): string | undefined {
  const tensor: TensorId = `${layer.id}/output`;
  const shape = sheet.tensors.get(tensor)?.shape.join();
  const inputs = layer.inputs.map(id => `${id}/output`);
  const locate = locateIn(sheet);
  return textAt(sheet, tensor, map, language, reference => {
    if (reference.kind === 'elements' && reference.first === map && reference.last === map) {
      const place = inputs.indexOf(reference.tensor);
      const isAlike = sheet.tensors.get(reference.tensor)!.shape.join() === shape;
      if (isAlike && place >= 0 && place < LETTERS.length) return LETTERS[place];
    }
    return formatA1(locate(reference));
  });
}
const LETTERS = 'xyzuvw';

/** How many formulas a layer has: 1, or one for each of its maps or units. */
export const countFormulas = (layer: Layer): number => (layer.kind === 'formula' ? layer.formulas.length : 1);

function textAt(
  sheet: Sheet,
  tensor: TensorId,
  index: number,
  language: typeof ENGLISH,
  reference: (reference: Reference) => string,
): string | undefined {
  const expression = sheet.tensors.has(tensor) ? expressionOf(sheet, { tensor, index }) : undefined;
  return expression === undefined ? undefined : print(expression, { language, reference }).text;
}
