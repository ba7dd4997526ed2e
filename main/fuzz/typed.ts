/** Texts typed into cells of every kind, in English and in German: each gives a value or a sentence, and soon. */
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
import { startBackend } from '../engine/backend/backend.ts';
import { createSession, type Session } from '../engine/workbook/session.ts';
import { readWorkbook } from '../files/convsheet.ts';
import { readTemplate } from '../files/templates.ts';
import { withNotes } from './cell-sequences.ts';
import type { Fuzz } from './fuzz.ts';
import { randomText } from './typed-texts.ts';

const LANGUAGES = [
  { catalogue: en, language: ENGLISH, decimalComma: false },
  { catalogue: de, language: formulasIn('de', ','), decimalComma: true },
] as const;
/** Longer than this is too long, in milliseconds of the processor. */
const TOO_LONG = 50;
/** A text that takes too long is typed so many times. */
const TRIES = 3;
/** More memory than this is too much, in MB. */
const MOST_MEMORY = 700;
/** After so many texts the workbook is opened anew. */
const PER_WORKBOOK = 200;

/** What became of texts. `pauses`: how many took too long the first time. `slow`: those that took too long
 *  each time, with their milliseconds. */
export type Typed = {
  texts: number;
  refused: number;
  formulas: number;
  errors: number;
  longest: number;
  pauses: number;
  slow: string[];
  memory: number;
  faults: string[];
};

/** Types this many texts, and looks at what becomes of each. */
export async function typeAtRandom(seed: number, count: number, log: (line: string) => void): Promise<Typed> {
  const bytes = withNotes(await readTemplate('lesson3'));
  const typed: Typed = {
    texts: 0,
    refused: 0,
    formulas: 0,
    errors: 0,
    longest: 0,
    pauses: 0,
    slow: [],
    memory: 0,
    faults: [],
  };
  let session: Session | undefined;
  for (let number = 0; number < count; number++) {
    if (number % PER_WORKBOOK === 0) {
      session?.dispose();
      session = createSession(readWorkbook(bytes, 'lesson3'));
    }
    const random = createRandomFor(seed, number, 22);
    const { language, ...rest } = LANGUAGES[number % 2];
    const place = anyPlace(session!, random);
    const text = randomText(random, language);
    const what = `${number}: ${place.sheet}!${formatAddress(place)} ${JSON.stringify(text.slice(0, 300))}`;
    const fail = (list: string[], fault: string) => {
      list.push(fault);
      log(fault);
    };
    const type = (): number => {
      const before = process.cpuUsage();
      const fault = typeInto(session!, place, text, { language, ...rest }, typed);
      const { user, system } = process.cpuUsage(before);
      if (fault !== undefined) fail(typed.faults, `${what}: ${fault}`);
      return (user + system) / 1000;
    };
    try {
      const first = type();
      typed.longest = Math.max(typed.longest, first);
      if (first > TOO_LONG) {
        typed.pauses++;
        // Something else may have taken the time: a collection of garbage, a library that was loaded, or other
        // programs on the processor's other threads.
        const times = [first];
        while (times.at(-1)! > TOO_LONG && times.length < TRIES) {
          if (number % 2 === 1 && session!.state().undo) session!.undo();
          times.push(type());
        }
        if (times.at(-1)! > TOO_LONG) fail(typed.slow, `${times.map(Math.round).join(', ')} ms ${what}`);
      }
    } catch (error) {
      fail(typed.faults, `${what}: ${error instanceof Error ? error.stack : String(error)}`);
      session!.dispose();
      session = createSession(readWorkbook(bytes, 'lesson3'));
    }
    typed.texts++;
    if (number % 100 === 99) typed.memory = Math.max(typed.memory, process.memoryUsage.rss() / 2 ** 20);
    if (number % 10_000 === 9999) {
      const { heapUsed, rss } = process.memoryUsage();
      log(
        `${number + 1} texts, ${typed.faults.length} failed, ${typed.slow.length} slow, ` +
          `${Math.round(heapUsed / 2 ** 20)} of ${Math.round(rss / 2 ** 20)} MB`,
      );
    }
  }
  session?.dispose();
  return typed;
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
  // Half of what was typed stays for those that come after it.
  if (typed.texts % 2 === 0) session.undo();
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

export const typed: Fuzz = {
  line: 'types texts into cells of every kind, in English and German: a value or a sentence, within 50 ms',
  count: 200_000,
  async run({ seed, count, log }) {
    await startBackend();
    const { texts, refused, formulas, errors, longest, pauses, slow, memory, faults } = await typeAtRandom(
      seed,
      count,
      log,
    );
    if (memory > MOST_MEMORY) faults.push(`It took ${memory.toFixed(0)} MB`);
    return {
      summary:
        `${texts} texts, ${formulas} formulas, ${refused} refused with a sentence, ${errors} errors; the longest ` +
        `took ${longest.toFixed(0)} ms of the processor, ${pauses} more than ${TOO_LONG} ms, ${slow.length} of them ` +
        `${TRIES} times; ` +
        `at most ${memory.toFixed(0)} MB.`,
      failures: [...faults, ...slow],
    };
  },
};
