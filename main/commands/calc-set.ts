/** The option --set of `calc`: puts numbers, texts and formulas into cells before anything is calculated. */
import type { Change } from '../../shared/change.ts';
import { withDraw } from '../../shared/changes/draw.ts';
import { UserError } from '../../shared/errors.ts';
import { splitSheetName } from '../../shared/goto.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { planeNames, type RangePlace } from '../../shared/places.ts';
import { typedInto } from '../../shared/typed-entry.ts';
import type { Session } from '../engine/workbook/session.ts';
import { UsageError } from './arguments.ts';

type Setting = { target: string; typed: string };

/** Makes all of them. `find` gives the cells that a target names. A sheet that doesn't exist is made first, because the
 *  formula of any other --set may read it. */
export function setCells(session: Session, texts: readonly string[], find: (target: string) => RangePlace): void {
  const settings = texts.map(parse);
  const added = addSheets(session, settings);
  if (added.length > 0) session.change({ label: '--set', changes: added });
  const changes = settings.flatMap(setting => changesOf(session, setting, find(setting.target)));
  if (changes.length > 0)
    session.change({ label: '--set', changes: withDraw(together(changes), session.written.names) }, { lifts: true });
}

/** The same changes, with formulas over elements that follow each other in one, so that together they can become a
 *  layer. */
function together(changes: readonly Change[]): Change[] {
  const all: Change[] = [];
  for (const change of changes) {
    const last = all.at(-1);
    if (last?.kind === 'formulas' && change.kind === 'formulas')
      all[all.length - 1] = { kind: 'formulas', edits: [...last.edits, ...change.edits] };
    else all.push(change);
  }
  return all;
}

/** The first equals sign ends the cell. A formula begins with its own. */
function parse(text: string): Setting {
  const equals = text.indexOf('=');
  if (equals < 0) throw new UsageError(sentences.commandLine.setWithoutValue(text));
  return { target: text.slice(0, equals).trim(), typed: text.slice(equals + 1) };
}

function addSheets({ sheets }: Session, settings: readonly Setting[]): Change[] {
  const known = new Set(
    [...sheets.map(({ name }) => name), ...Object.values(planeNames)].map(name => name.toLowerCase()),
  );
  const ids = new Set(sheets.map(({ id }) => id));
  const changes: Change[] = [];
  for (const { target } of settings) {
    const [name] = splitSheetName(target);
    if (name === undefined || known.has(name.toLowerCase())) continue;
    let number = 1;
    while (ids.has(`sheet${number}`)) number++;
    const id = `sheet${number}`;
    known.add(name.toLowerCase());
    ids.add(id);
    changes.push({ kind: 'addSheet', sheet: { id, name, cells: [], widths: [] }, at: sheets.length + changes.length });
  }
  return changes;
}

function changesOf(session: Session, { target, typed }: Setting, range: RangePlace): readonly Change[] {
  const { setSeveral, setRefused, setEmpty } = sentences.commandLine;
  const { sheet, sheets, written } = session;
  if (range.height * range.width > 1) throw new UserError(setSeveral(target));
  const element = elementAt(sheet, range);
  const isBlank = typed.trim() === '';
  // On the sheet, clearing a parameter makes it 0. Here it is a slip.
  if (isBlank && element && sheet.tensors.get(element.tensor)!.role !== 'actual') throw new UserError(setEmpty(target));
  const read = typedInto({ sheet, sheets, names: written.names }, range, isBlank ? '' : typed);
  if (read.refusal !== undefined) throw new UserError(setRefused(target, read.refusal));
  return read.changes;
}
