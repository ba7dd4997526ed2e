/** What cells hold and which formulas stand in them, as `calc` shows them. */
import type { CellAddress } from '../../shared/address.ts';
import { contentOf } from '../../shared/cell-content.ts';
import { isFormula } from '../../shared/cells.ts';
import { derive } from '../../shared/formula/derive.ts';
import { formulaOfCell, formulaOfElement } from '../../shared/formula/placed.ts';
import { writeFormula } from '../../shared/formula/typed.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import type { TensorId } from '../../shared/network.ts';
import type { Session } from '../engine/workbook/session.ts';
import type { ShownCell } from './cells.ts';

/** Gives what a cell holds. It keeps the tensors that it was asked for. */
export function valueReader(session: Session): (cell: ShownCell) => Value {
  const tensors = new Map<TensorId, Float32Array>();
  const ofElement = ({ tensor, index }: ElementIndex): Value => {
    const values = tensors.get(tensor) ?? session.value(tensor);
    tensors.set(tensor, values);
    if (Number.isNaN(values[index])) return session.otherAt(tensor, index);
    return contentOf(session.sheet.tensors.get(tensor)!, values[index]);
  };
  return cell => (cell.element ? ofElement(cell.element) : (cell.label ?? session.contentAt(cell)));
}

/** The text of the formula in a cell: the one that was typed there, else the network's. undefined where there is
 *  none. */
export function formulaIn(session: Session, cell: ShownCell): string | undefined {
  const { sheet, sheets, written } = session;
  const around = { sheet, sheets, names: written.names, on: cell.sheet };
  if (cell.own) {
    const { content } = cell.own;
    if (!isFormula<CellAddress>(content)) return undefined;
    return writeFormula(formulaOfCell(sheet, cell, content, cell.sheet === sheet.id), around).text;
  }
  if (!cell.element) return undefined;
  const { tensor, index } = cell.element;
  const typed = written.formulas.get(tensor)?.get(index);
  if (typed === undefined) return derive(sheet, cell.element)?.text;
  if (!isFormula<number>(typed)) return undefined;
  return writeFormula(formulaOfElement(sheet, tensor, index, typed), around).text;
}
