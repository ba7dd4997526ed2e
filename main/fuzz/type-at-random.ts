/** Texts typed at random into cells of every kind, in English and in German, with the time that each takes. */
import { readFileSync } from 'node:fs';
import { formatAddress } from '../../shared/address.ts';
import { isError } from '../../shared/cell-content.ts';
import { formulasIn } from '../../shared/formula/language.ts';
import { ENGLISH, type FormulaLanguage } from '../../shared/formula/print.ts';
import { proposalsAt } from '../../shared/formula/proposals.ts';
import { typedFormula, typedReferences } from '../../shared/formula/tokens.ts';
import { readFormula, writeFormula } from '../../shared/formula/typed.ts';
import type { Catalogue } from '../../shared/messages/catalogue.ts';
import { de } from '../../shared/messages/de.ts';
import { en } from '../../shared/messages/en.ts';
import { render } from '../../shared/messages/render.ts';
import type { CellPlace } from '../../shared/places.ts';
import { createRandomFor, type Random } from '../../shared/random.ts';
import { typedInto } from '../../shared/typed-entry.ts';
import { prepareNext } from '../engine/host/prepare.ts';
import { createSession, type Session } from '../engine/workbook/session.ts';
import { readWorkbook } from '../files/convsheet.ts';
import { readTemplate } from '../files/templates.ts';
import { withNotes } from './cell-sequences.ts';
import { randomText } from './typed-texts.ts';

const LANGUAGES = [
  { catalogue: en, language: ENGLISH, decimalComma: false },
  { catalogue: de, language: formulasIn('de', ','), decimalComma: true },
] as const;
/** Longer than this is too long, in milliseconds. */
export const TOO_LONG = 50;
/** After so many texts the workbook is opened anew. */
const PER_WORKBOOK = 200;

/** What became of texts. `longest`: the most milliseconds that one took. `slow`: those that took too long, with
 *  their numbers. `memory`: the most megabytes of the process. */
export type Typed = {
  texts: number;
  refused: number;
  formulas: number;
  errors: number;
  longest: number;
  slow: (readonly [number: number, what: string])[];
  memory: number;
  faults: string[];
};

/** Types this many texts, beginning with the text of number `from`, and looks at what becomes of each. The same texts
 *  are typed at each call. */
export async function typeAtRandom(seed: number, from: number, count: number): Promise<Typed> {
  const bytes = withNotes(await readTemplate('lesson3'));
  const typed: Typed = {
    texts: 0,
    refused: 0,
    formulas: 0,
    errors: 0,
    longest: 0,
    slow: [],
    memory: 0,
    faults: [],
  };
  const open = () => {
    const session = createSession(readWorkbook(bytes, 'lesson3'));
    // The engine does this when nobody asks for anything.
    while (prepareNext());
    return session;
  };
  let session: Session | undefined;
  for (let number = from; number < from + count; number++) {
    if (!session || number % PER_WORKBOOK === 0) {
      session?.dispose();
      session = open();
    }
    const random = createRandomFor(seed, number, 22);
    const reader = LANGUAGES[number % 2];
    const place = anyPlace(session, random);
    const text = randomText(random, reader.language);
    const what = `${number}: ${place.sheet}!${formatAddress(place)} ${JSON.stringify(text.slice(0, 300))}`;
    const { revision } = session.state();
    let took = 0;
    const timed = <T>(work: () => T): T => {
      const before = processorTime();
      const result = work();
      took = Math.max(took, processorTime() - before);
      return result;
    };
    try {
      const fault = timed(() => typeInto(session!, place, text, reader, typed));
      if (fault !== undefined) typed.faults.push(`${what}: ${fault}`);
      // Half of what was typed stays for those that come after it.
      else if (number % 4 < 2 && session.state().revision !== revision) timed(() => session!.undo());
    } catch (error) {
      typed.faults.push(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
      session.dispose();
      session = undefined;
    }
    typed.longest = Math.max(typed.longest, took);
    if (took > TOO_LONG) typed.slow.push([number, `${Math.round(took)} ms ${what}`]);
    typed.texts++;
    if (number % 100 === 99) typed.memory = Math.max(typed.memory, process.memoryUsage.rss() / 2 ** 20);
  }
  session?.dispose();
  return typed;
}

/** Milliseconds of the processor that this thread has had, in steps of up to 4. Nobody waits for what V8 compiles on
 *  other threads. Only Linux tells it of a thread; elsewhere these count too. */
function processorTime(): number {
  if (process.platform === 'linux')
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ', 1)[0]) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

type Reader = { catalogue: Catalogue; language: FormulaLanguage; decimalComma: boolean };

function typeInto(
  session: Session,
  place: CellPlace,
  text: string,
  { catalogue, language, decimalComma }: Reader,
  typed: Typed,
): string | undefined {
  const { sheet, sheets, written } = session;
  const workbook = { sheet, sheets, names: written.names };
  // While it is typed, references are coloured, and words are completed.
  if (text.startsWith('=')) {
    const typing = typedFormula(text, language);
    typedReferences(typing);
    proposalsAt(typing, text.length, language, []);
  }
  const read = typedInto(workbook, place, text, { notation: { decimalComma }, language });
  if (read.refusal !== undefined) {
    typed.refused++;
    const sentence = render(read.refusal, catalogue);
    return /^\S.*[.?!…]$/s.test(sentence) ? undefined : `is refused with ${JSON.stringify(sentence)}`;
  }
  if (read.changes.length === 0) return undefined;
  session.change({ label: { id: 'grid.paste' }, changes: read.changes });
  const fault = faultOfPrinting(session, place, language, typed);
  if (fault !== undefined) return fault;
  const element = place.sheet === sheet.id ? sheet.layout.elementAt(place.row, place.column) : undefined;
  const number = element && session.value(element.tensor)[element.index];
  const isNumber = number !== undefined && Number.isFinite(number);
  const other = () => (element ? session.otherAt(element.tensor, element.index) : session.contentAt(place));
  const value = isNumber ? number : other();
  if (isError(value)) typed.errors++;
  const isValue = isError(value) ? catalogue.cells.errors[value.error] !== undefined : !Number.isNaN(value);
  return isValue ? undefined : `gives ${JSON.stringify(value)}`;
}

/** A formula that was read is printed so that it is read as the same. */
function faultOfPrinting(
  session: Session,
  place: CellPlace,
  language: FormulaLanguage,
  typed: Typed,
): string | undefined {
  const { sheet, sheets, written } = session;
  const element = place.sheet === sheet.id ? sheet.layout.elementAt(place.row, place.column) : undefined;
  const own = sheets.find(({ id }) => id === place.sheet)!;
  const content = element
    ? written.formulas.get(element.tensor)?.get(element.index)
    : own.cells.get(place.row)?.get(place.column)?.content;
  if (typeof content !== 'object') return undefined;
  typed.formulas++;
  const around = { sheet, sheets, names: written.names, on: place.sheet };
  const { text } = writeFormula(content.formula, around, language);
  if (text.length > 8192) return undefined;
  const again = readFormula(text, around, language);
  if (again.problem !== undefined) return `is printed as ${text}, which isn't read`;
  return JSON.stringify(again.expression) === JSON.stringify(content.formula) ? undefined : `is printed as ${text}`;
}

/** Pixels, parameters, computed cells, softmax, the expected class, labels, gaps, free cells and own sheets. */
function anyPlace({ sheet }: Session, random: Random): CellPlace {
  const kind = random.integer(9);
  const { rows, columns } = sheet.layout;
  if (kind === 8) return { sheet: sheet.id, row: random.integer(rows), column: random.integer(columns) };
  if (kind < 2) return { sheet: 'notes', row: random.integer(8), column: random.integer(4) };
  if (kind < 4) return { sheet: sheet.id, row: 60 + random.integer(9), column: random.integer(20) };
  const tensors = [...sheet.tensors.values()];
  const { id, size } = tensors[random.integer(tensors.length)];
  return { sheet: sheet.id, ...sheet.layout.cellOf(id, random.integer(size)) };
}
