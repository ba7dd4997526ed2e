import type { DataChoice } from '../../shared/data.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { State, Store } from './store.ts';
import type { Settings } from '../../shared/protocol.ts';

/** Whether pixels are drawn as ink on paper. The data sets that come along are white ink on black, and are easiest to
 *  read in the colours of pen and paper. All other images are shown as they are, and so are coloured ones. */
export function inkOnPaper({ layers: [input] }: NetworkSpec, choice: DataChoice | undefined): boolean {
  return input?.kind === 'input' && input.shape[2] === 1 && (choice === undefined || choice.source.kind === 'named');
}

/** What the colours of the sheet and of pictures depend on. */
export type ColourChoice = { dark: boolean; palette: Settings['palette']; inkOnPaper: boolean };

export function coloursOf({ dark, settings, sheet, dataChoice }: Readonly<State>): ColourChoice {
  return { dark, palette: settings.palette, inkOnPaper: inkOnPaper(sheet.network, dataChoice) };
}

/** Calls back when the colours of the sheet change. Returns a function that ends it. */
export function onColours(store: Store, callback: () => void): () => void {
  const named = (state: Readonly<State>) => JSON.stringify(coloursOf(state));
  let shown = named(store.get());
  return store.on(['dark', 'settings', 'sheet', 'dataChoice'], state => {
    const now = named(state);
    if (now === shown) return;
    shown = now;
    callback();
  });
}
