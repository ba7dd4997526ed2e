/** Finds test digits, also those that the network gets wrong. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Command } from '../../../shared/change.ts';
import { type Meaning, meaningOf } from '../../../shared/data-meaning.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { formatShape, inferShapes, type LayerOf, sizeOf } from '../../../shared/network.ts';
import { DIGIT_NAMES } from '../../../shared/data.ts';
import { type Args, type DigitFilter, type DigitPage } from '../../../shared/protocol.ts';
import { createRandom } from '../../../shared/random.ts';
import { DIGIT_SIZE, type Digits, pixelsOf, testDigits } from '../data/digits.ts';
import { imageEdits } from '../data/shown-image.ts';
import type { Session } from '../workbook/session.ts';

export type Browser = {
  /** A page of the digits that match. Throws UserError if the digits don't fit the network. */
  list(request: Args<'listDigits'>, progress: (fraction: number) => void): Promise<DigitPage>;
  /** The next digit that matches. After the last one it starts again at the first. Undefined if none matches. */
  find(request: Args<'findDigit'>, progress: (fraction: number) => void): Promise<number | undefined>;
  /** The command that shows a digit. Consecutive ones are one undo step. Throws UserError if there is no such digit, or
   *  if it doesn't fit the network. */
  show(index: number): Command;
  /** Ends the searches that are under way with a UserError. */
  dispose: () => void;
};

/** Milliseconds that the network may classify without letting edits through. */
const TURN = 4;
const MOST_AT_ONCE = 128;
/** Milliseconds between two reports of progress. */
const REPORT = 100;

export function createBrowser(session: Session): Browser {
  /** The class that the network predicts for each digit with the parameters of `revision`. NONE if a score isn't
   *  finite, UNKNOWN if the digit wasn't classified yet. */
  let predictions = new Int32Array(0);
  let revision = -1;
  let atOnce = 4;
  let disposed = false;
  const random = createRandom(Date.now());

  /** The test digits. Throws UserError if they don't fit the network's input. */
  function fittingDigits(): Digits {
    const input = session.sheet.network.layers[0] as LayerOf<'input'>;
    const [height, width, channels] = input.shape;
    if (height !== DIGIT_SIZE || width !== DIGIT_SIZE || channels !== 1)
      throw new UserError(sentences.engine.digitsDontFit(formatShape(input.shape)));
    return testDigits();
  }

  /** For each digit, 0 to 9, the unit of the network that stands for it. */
  function unitsOfDigits(): Meaning['units'] {
    const { network, classes } = session.sheet;
    const scores = sizeOf(inferShapes(network).get(network.layers.at(-1)!.id)!);
    return meaningOf(classes, scores, DIGIT_NAMES).units;
  }

  /** The predictions. After a change of a parameter all of them are unknown again. */
  function currentPredictions(digits: Digits): Int32Array {
    if (revision !== session.parameterRevision()) {
      revision = session.parameterRevision();
      predictions = new Int32Array(digits.count).fill(UNKNOWN);
    }
    return predictions;
  }

  /** Those of the candidates that the network gets wrong, or the first of them. It lets other work through every few
   *  milliseconds. If that work changes a parameter, it starts again. */
  async function wrongAmong(
    digits: Digits,
    candidates: readonly number[],
    which: 'first' | 'all',
    progress: (fraction: number) => void,
  ): Promise<number[]> {
    const { network, classes } = session.sheet;
    if (network.layers.at(-1)!.kind !== 'softmax') throw new UserError(sentences.engine.noScores);
    const units = unitsOfDigits();
    if (units.every(unit => unit === undefined))
      throw new UserError(sentences.meaning.noneKnown(sentences.data.names.digits, classes, DIGIT_NAMES));
    const wrong: number[] = [];
    let reported = performance.now();
    let reports = 0;
    let known = currentPredictions(digits);
    try {
      for (let next = 0; next < candidates.length; next++) {
        if (known[candidates[next]] === UNKNOWN) {
          classify(digits, unknownFrom(known, candidates, next));
          if (performance.now() - reported > REPORT) {
            progress(next / candidates.length);
            reported = performance.now();
            reports++;
          }
          await nextTurn();
          if (disposed) throw new UserError(sentences.engine.otherWorkbook);
          if (known !== currentPredictions(digits)) {
            known = predictions;
            wrong.length = 0;
            next = -1;
            continue;
          }
        }
        const index = candidates[next];
        // A digit of a class that the network doesn't have is neither right nor wrong.
        const unit = units[digits.classes[index]];
        if (unit !== undefined && known[index] !== unit) wrong.push(index);
        if (which === 'first' && wrong.length > 0) break;
      }
    } finally {
      if (reports > 0) progress(1);
    }
    return wrong;
  }

  /** As many unclassified candidates as fit into one turn. */
  function unknownFrom(known: Int32Array, candidates: readonly number[], first: number): number[] {
    const found: number[] = [];
    for (let i = first; i < candidates.length && found.length < atOnce; i++) {
      if (known[candidates[i]] === UNKNOWN) found.push(candidates[i]);
    }
    return found;
  }

  function classify(digits: Digits, indices: readonly number[]): void {
    const start = performance.now();
    const classes = session.predict(pixelsOf(digits, indices), indices.length);
    for (const [i, index] of indices.entries()) predictions[index] = classes[i] ?? NONE;
    const each = (performance.now() - start) / indices.length;
    atOnce = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(TURN / each), 2 * atOnce));
  }

  const matching = ({ classes }: Digits, filter: DigitFilter): number[] =>
    Array.from(classes.keys()).filter(index => filter.class === undefined || classes[index] === filter.class);

  return {
    async list({ filter, from, count }, progress) {
      const digits = fittingDigits();
      let all = matching(digits, filter);
      if (filter.wrong) all = await wrongAmong(digits, all, 'all', progress);
      const page = all.slice(from, from + count);
      const known = currentPredictions(digits);
      const units = unitsOfDigits();
      const size = DIGIT_SIZE * DIGIT_SIZE;
      const pixels = new Uint8Array(page.length * size);
      for (const [i, index] of page.entries())
        pixels.set(digits.bytes.subarray(index * size, (index + 1) * size), i * size);
      return {
        total: all.length,
        digits: page.map(index => ({
          index,
          class: digits.classes[index],
          unit: units[digits.classes[index]],
          predicted: known[index] >= 0 ? known[index] : undefined,
        })),
        pixels,
      };
    },
    async find({ filter, index, direction }, progress) {
      const digits = fittingDigits();
      const candidates = inOrder(matching(digits, filter), index, direction);
      const [found] = filter.wrong ? await wrongAmong(digits, candidates, 'first', progress) : candidates;
      return found;
    },
    show(index) {
      const digits = fittingDigits();
      if (index >= digits.count) throw new UserError(sentences.engine.unknownDigit(index, digits.count));
      const unit = unitsOfDigits()[digits.classes[index]];
      const edits = imageEdits(session.sheet, pixelsOf(digits, [index]), [unit]);
      return {
        label: sentences.engine.showDigit(index),
        changes: [
          { kind: 'values', edits },
          { kind: 'source', source: { kind: 'digit', index } },
        ],
        mergeKey: 'showDigit',
      };
    },
    dispose() {
      disposed = true;
    },
  };

  /** The candidates in the order in which they are tried, starting after `index` and going round. `index` itself comes
   *  last, and isn't among them in a random order. */
  function inOrder(candidates: number[], index: number, direction: Args<'findDigit'>['direction']): number[] {
    if (direction === 'random') return random.shuffle(candidates.filter(candidate => candidate !== index));
    const after = candidates.filter(candidate => candidate > index);
    const before = candidates.filter(candidate => candidate < index);
    const itself = candidates.filter(candidate => candidate === index);
    if (direction === 'next') return [...after, ...before, ...itself];
    return [...before.reverse(), ...after.reverse(), ...itself];
  }
}

const UNKNOWN = -1;
const NONE = -2;
