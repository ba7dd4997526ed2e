import type { DataChoice } from '../../shared/data.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { State, Store } from './store.ts';
import type { Settings } from '../../shared/protocol.ts';

/** Whether pixels are drawn as dark ink on bright paper. The data sets that come along are white on black, and are
 *  easier to read this way. Colour images, and images of other data sets, are shown as they are. */
export function inkOnPaper({ layers: [input] }: NetworkSpec, choice: DataChoice | undefined): boolean {
  return input?.kind === 'input' && input.shape[2] === 1 && (choice === undefined || choice.source.kind === 'named');
}

/** Everything that the colours of the sheet and of pictures depend on. */
export type ColourChoice = {
  dark: boolean;
  contrast?: State['contrast'];
  palette: Settings['palette'];
  inkOnPaper: boolean;
};

export function coloursOf({ dark, contrast, settings, sheet, dataChoice }: Readonly<State>): ColourChoice {
  return {
    dark: contrast ? contrast === 'contrast' : dark,
    contrast,
    palette: settings.palette,
    inkOnPaper: inkOnPaper(sheet.network, dataChoice),
  };
}

/** Calls back when the colours of the sheet change. Returns a function that ends it. */
export function onColours(store: Store, callback: () => void): () => void {
  const named = (state: Readonly<State>) => JSON.stringify(coloursOf(state));
  let shown = named(store.get());
  return store.on(['dark', 'contrast', 'settings', 'sheet', 'dataChoice'], state => {
    const now = named(state);
    if (now === shown) return;
    shown = now;
    callback();
  });
}
