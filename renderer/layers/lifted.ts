/** Tells what formulas have become that fill a layer's cells, or nearly fill them. */
import { formatAddress } from '../../shared/address.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { shortFormulaText } from '../../shared/formula/layer-text.ts';
import type { Lifted } from '../../shared/layer-edits/lift.ts';
import { placeOf } from '../../shared/layout/sheet.ts';
import { messages, say } from '../../shared/messages.ts';
import { untilNextCommand } from '../core/notices.ts';
import type { Notice, Store } from '../core/store.ts';

/** The most cells that the sentence names. The others are in the list. */
const NAMED = 4;

/** What there is to do. `leave`: the formulas are overrides again, as they were typed. `show`: the list of what is
 *  typed over cells. */
export type LiftedActions = { leave: () => void; show: () => void };

/** Tells it in the status bar. The last is told if there are several. */
export function tellLifted(store: Store, lifted: readonly Lifted[], { leave, show }: LiftedActions): void {
  const told = lifted.at(-1);
  if (!told) return;
  const { structure } = store.get();
  const isNext = untilNextCommand(store.get());
  const holds: Notice['holds'] = now => now.structure === structure && isNext(now);
  const text = messages.formulaLayers;
  const { sheet } = store.get();
  if (told.kind === 'almost') {
    const cells = told.differing.slice(0, NAMED).map(index => formatAddress(placeOf(sheet, told.tensor, index)));
    const name = sheet.layers.get(sheet.tensors.get(told.tensor)!.layer)!.name;
    const sentence = text.almost(name, told.count, told.of, cells);
    store.set({ notice: { tone: 'info', sentence, holds, actions: [{ label: text.show, run: show }] } });
    return;
  }
  const layer = sheet.layers.get(told.layer)!;
  if (told.kind === 'overrides') {
    store.set({ notice: { tone: 'info', sentence: text.overrides(layer.name, say(told.reason)), holds } });
    return;
  }
  const formula = shortFormulaText(sheet, layer, 0, spokenFormulas()) ?? '';
  const sentence = text.made(layer.name, formula.length > LONGEST ? `${formula.slice(0, LONGEST)}…` : formula);
  const actions = [{ label: text.leave, help: text.leaveHelp(layer.name), run: leave }];
  store.set({ notice: { tone: 'info', sentence, holds, actions } });
}

/** The most characters of a formula in the sentence. */
const LONGEST = 80;
