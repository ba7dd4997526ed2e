/** Makes the formula of any cell at the moment somebody looks at it. */
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { RangePlace } from '../places.ts';
import type { TensorInfo } from '../tensor.ts';
import type { ElementsReference, Expression } from './expression.ts';
import type { Formula, ReferenceRole } from './formula.ts';
import { formatA1 } from './notation.ts';
import { ENGLISH, print } from './print.ts';
import { locateIn, rangeOf, runsOf } from './ranges.ts';
import { boxAt, type Part } from './reads.ts';
import { partRead, rulesIn } from './sources.ts';

/** The formula of a computed cell as a tree; undefined where the cell isn't computed or the network lacks the tensor.
 *  References to parameters are absolute, all others relative. So all cells of a map away from its padded borders have
 *  the same formula in R1C1. The cost depends on the number of terms, not on the size of the layer. */
export function expressionOf(sheet: Sheet, { tensor, index }: ElementIndex): Expression | undefined {
  const info = sheet.tensors.get(tensor);
  if (info?.role !== 'computed') return undefined;
  const layer = sheet.layers.get(info.layer)!;
  const { reads, formula } = rulesIn(sheet, layer)[info.name]!;
  const cell = boxAt(info.shape, index);
  const parts: Record<string, Part> = {};
  for (const [name, read] of Object.entries(reads)) if (read) parts[name] = partRead(sheet, layer, read, cell);
  return formula(parts, (...together) => runsOf(sheet, together), cell);
}

/** The formula of a computed cell as the formula bar shows it. Pasted into a spreadsheet, it gives the cell's value. It
 *  keeps within Excel's limits: 8,192 characters and 255 arguments. */
export function derive(sheet: Sheet, element: ElementIndex, language = ENGLISH): Formula | undefined {
  const expression = expressionOf(sheet, element);
  if (expression === undefined) return undefined;
  const locate = locateIn(sheet);
  const ranges: RangePlace[] = [];
  const { text, references } = print(expression, {
    language,
    reference(reference) {
      const cells = locate(reference);
      ranges.push({ sheet: sheet.id, ...rangeOf(cells) });
      return formatA1(cells);
    },
  });
  return {
    text,
    references: references.map(({ start, end, reference }, i) => {
      const { tensor } = reference as ElementsReference;
      return { start, end, range: ranges[i], role: roleOf(sheet.tensors.get(tensor)!) };
    }),
  };
}

function roleOf({ name, role }: TensorInfo): ReferenceRole {
  if (name === 'kernel' || name === 'bias' || name === 'actual') return name;
  return role === 'parameter' ? 'parameter' : 'activation';
}
