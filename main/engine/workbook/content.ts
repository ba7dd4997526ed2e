/** A workbook as changes write into it, and back. */
import type { Content } from '../../../shared/change.ts';
import { keptFilm, NOTHING_FILMED } from '../../../shared/changes/storyboard.ts';
import { keptOf, writtenFrom } from '../../../shared/changes/written.ts';
import { trainedFit } from '../../../shared/data-meaning.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import { hasFormulaLayers, type TensorInfo } from '../../../shared/network.ts';
import type { Workbook } from '../../../shared/workbook.ts';

/** Whether a workbook has no formulas and no cells of the users' own. */
export const isEmpty = ({ formulas, sheets, network }: Content): boolean =>
  formulas.size === 0 && sheets.every(({ cells }) => cells.size === 0) && !hasFormulaLayers(network);

/** The workbook with its own copies of the values. */
export function contentOf(workbook: Workbook, { tensors }: Sheet): Content {
  const { network, classes, source, runs = [], memory, hushed } = workbook;
  const { storyboard, narrations } = { ...NOTHING_FILMED, ...workbook };
  const stored = [...tensors.values()].filter(({ role }) => role !== 'computed');
  const values = new Map(stored.map(info => [info.id, storedValues(workbook, info)]));
  const kept = { runs, memory, fit: trainedFit(workbook), hushed, storyboard, narrations };
  return { network, classes, source, values, ...kept, ...writtenFrom(workbook) };
}

function storedValues({ values }: Workbook, { id, role, size }: TensorInfo): Float32Array {
  const given = values.get(id);
  if (given?.length === size) return given.slice();
  // Which class the shown image has isn't known, or the class was one of other classes.
  if (role === 'actual') return new Float32Array(size).fill(Number.NaN);
  throw new Error(`The workbook has ${given?.length ?? 'no'} values of ${id}, which has ${size}.`);
}

/** A copy, as a file would hold it. */
export function workbookOf(content: Content): Workbook {
  const { network, classes, source, values, runs, memory, fit, hushed, drawn } = content;
  return {
    network,
    classes,
    source,
    runs,
    memory,
    fit,
    hushed,
    drawn,
    ...keptOf(content),
    ...keptFilm(content),
    values: new Map([...values].map(([tensor, own]) => [tensor, own.slice()])),
  };
}
