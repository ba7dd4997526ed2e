/** What presented scenes and a presented sheet have in common: the bar of tools, the help, the pressed keys, what is
 *  said for a moment, the black or white cover, and the whole screen. */
import { messages } from '../../shared/messages.ts';
import { destroyAll, element } from '../core/element.ts';
import type { State, View } from '../core/store.ts';
import { takeScreen } from './full-screen.ts';
import type { Voice } from './narration/voice.ts';
import type { OverPicture } from './over-picture.ts';
import type { Presentation } from './presentation.ts';
import { createPressedKeys } from './pressed-keys.ts';
import { createPresenterBar, restWithPointer } from './presenter-bar.ts';
import { presenterHelp } from './presenter-help.ts';
import type { PresenterAct } from './presenter-keys.ts';
import { createToast, toldOf } from './toast.ts';

/** A theme for projectors; undefined for the own colours. */
export type Contrast = State['contrast'];
const contrasts: readonly Contrast[] = [undefined, 'contrast', 'contrast-light'];

type Needs = {
  what: 'scenes' | 'sheet';
  platform: State['capabilities']['platform'];
  presentation: Presentation;
  over: () => OverPicture;
  isZoomed: () => boolean;
  contrast: { get(): Contrast; set(next: Contrast): void };
  /** The narration, of scenes. */
  voice?: Voice;
  /** Gives the keyboard back. */
  focus: () => void;
  /** Opens the speaker's window. Returns false if the browser didn't. */
  notes: () => boolean;
  leave: () => void;
  /** Something was done: everything that is shown follows. */
  changed: () => void;
};

export type PresenterTools = View & {
  bar: HTMLElement;
  help: HTMLElement;
  cover: HTMLElement;
  say(words: string): void;
  perform(act: PresenterAct): void;
  /** Tells what was done to the picture's overlay. */
  told(act: PresenterAct): void;
  press(event: KeyboardEvent): void;
  update(): void;
};

/** `layer`: what lies over the window. The tools rest while the pointer doesn't move over `area`. */
export function createPresenterTools(layer: HTMLElement, area: HTMLElement, needs: Needs): PresenterTools {
  const { what, platform, presentation, over, contrast, voice, leave } = needs;
  const text = messages.present;
  const cover = element('div', { class: 'presenter-cover', hidden: true });
  const toast = createToast(layer);
  const pressed = createPressedKeys(layer, platform, text.keyNames.space);
  const bar = createPresenterBar(what, platform, act => perform(act));
  const help = presenterHelp(what, platform, () => toggleHelp());
  help.hidden = true;
  const screen = takeScreen(leave);

  const toggleHelp = () => {
    help.hidden = !help.hidden;
    if (help.hidden) needs.focus();
    else help.focus();
    needs.changed();
  };
  const perform = (act: PresenterAct): void => {
    if (over().act(act)) return;
    if (act === 'leave') return help.hidden ? leave() : toggleHelp();
    if (act === 'help') return toggleHelp();
    if (act === 'keys') {
      pressed.toggle();
      toast.say((pressed.isShown() ? text.on : text.off)(text.acts.keys));
    } else if (act === 'voice' && voice) {
      voice.toggle();
      toast.say((voice.isOn() ? text.on : text.off)(text.acts.voice));
    } else if (act === 'contrast') {
      const next = contrasts[(contrasts.indexOf(contrast.get()) + 1) % contrasts.length];
      contrast.set(next);
      toast.say(text.looks[next ?? 'own']);
    } else if (act === 'fullScreen') screen.toggle();
    else if (act === 'notes') {
      screen.expectEnd();
      if (!needs.notes()) toast.say(text.popupRefused);
    }
    needs.changed();
  };
  const rests = restWithPointer(area, layer);
  return {
    bar: bar.root,
    help,
    cover,
    say: words => toast.say(words),
    perform,
    told(act) {
      toast.say(toldOf(act, over()));
      needs.changed();
    },
    press: event => pressed.press(event),
    update() {
      const { cover: now } = presentation.at();
      if (now && cover.dataset.cover !== now) toast.say(text.covers[now]);
      cover.hidden = now === undefined;
      cover.dataset.cover = now ?? '';
      bar.update({
        tool: over().tool(),
        zoomed: needs.isZoomed(),
        pen: over().pen(),
        keys: pressed.isShown(),
        contrast: contrast.get() !== undefined,
        ...(voice && { voice: voice.isOn() }),
        help: !help.hidden,
      });
    },
    ...destroyAll(bar.root, [rests, () => pressed.destroy(), () => toast.destroy(), () => screen.destroy()]),
  };
}
