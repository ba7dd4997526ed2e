/** The narration of what is presented. It goes on when the picture rests already, until the next scene. */
import type { Store, View } from '../../core/store.ts';
import type { Presentation } from '../presentation.ts';
import { createHeard } from './heard.ts';
import { narrationOf } from './narration-edits.ts';
import type { Sounds } from './sounds.ts';

export type Voice = View & { isOn(): boolean; toggle(): void };

export function createVoice(store: Store, presentation: Presentation, sounds: Sounds): Voice {
  const heard = createHeard(sounds);
  let isOn = false;
  /** The scene that is spoken, and for how many seconds. Beyond its end, nothing is. */
  let spoken = { place: -1, seconds: Infinity, shown: 0 };
  let frame = 0;
  let last = 0;
  const tick = (now: number) => {
    frame = isOn ? requestAnimationFrame(tick) : 0;
    const passed = last === 0 ? 0 : (now - last) / 1000;
    last = now;
    const { place, seconds, moves, cover } = presentation.at();
    const shown = presentation.scene();
    if (presentation.what() !== 'scenes' || !shown) return heard.rest();
    const isPaused = !moves && seconds < shown.rest;
    // A scene begins, or begins once more. One that is gone back to stands at its end.
    if (place !== spoken.place || seconds < spoken.shown)
      spoken = { place, seconds: moves ? seconds : Infinity, shown: seconds };
    else if (!isPaused && !cover) spoken = { place, seconds: spoken.seconds + passed, shown: seconds };
    const narration = narrationOf(store.get().storyboard, shown.scene);
    if (isPaused || cover) heard.rest();
    else heard.at(narration, spoken.seconds - shown.scene.before);
    return undefined;
  };
  return {
    isOn: () => isOn,
    toggle() {
      isOn = !isOn;
      const { place, seconds } = presentation.at();
      spoken = { place, seconds, shown: seconds };
      last = 0;
      if (isOn) frame ||= requestAnimationFrame(tick);
      else heard.rest();
    },
    destroy() {
      isOn = false;
      cancelAnimationFrame(frame);
      heard.destroy();
    },
  };
}
