/** Asks where one long sound is cut, so that each scene gets its part of it. */
import type { FilmScene } from '../../../shared/film/storyboard.ts';
import type { Part } from '../../../shared/film/sound/silence.ts';
import { messages } from '../../../shared/messages.ts';
import { element, smallButton } from '../../core/element.ts';
import { button, buttons, type Dialogs } from '../../parts/dialogs.ts';
import { clock } from '../clock.ts';
import type { Sound } from '../export/messages.ts';
import { secondsOf } from './decode.ts';
import type { SoundDesk } from './sound-desk.ts';
import { createSoundPlayer } from './sound-player.ts';
import { createWaveform } from './waveform.ts';

/** Parts of the picture. */
const PARTS = 600;
const APART = 0.1;
/** A sound whose largest sample is smaller is shown as quiet as it is. */
const LEAST_PEAK = 0.05;

/** Which part is for which scene. It begins with a proposal: cuts in the longest pauses. undefined if the user
 *  cancels. */
export async function askCuts(
  dialogs: Dialogs,
  desk: SoundDesk,
  sound: Sound,
  scenes: readonly FilmScene[],
): Promise<{ scene: FilmScene; part: Part }[] | undefined> {
  const text = messages.narration.cutting;
  const seconds = secondsOf(sound);
  const [proposed, sizes] = await Promise.all([
    desk.do('pauses', { sound, count: scenes.length - 1 }),
    desk.do('wave', { sound, parts: PARTS }),
  ]);
  const most = Math.max(LEAST_PEAK, ...sizes);
  const peaks = sizes.map(size => size / most);
  let cuts = proposed;
  const parts = () =>
    scenes
      .slice(0, cuts.length + 1)
      .map((scene, nth) => ({ scene, part: { from: cuts[nth - 1] ?? 0, to: cuts[nth] ?? seconds } }));
  const player = createSoundPlayer(sound, () => show());
  const list = element('ol', { class: 'cut-list' });
  const told = element('p', { class: 'remark', role: 'status' });
  const wave = createWaveform({
    label: text.wave,
    nameOf: nth => text.cut(nth + 1),
    moved(nth, at) {
      cuts = cuts.with(nth, at);
      show();
    },
    removed(nth) {
      cuts = cuts.toSpliced(nth, 1);
      show();
    },
    seek: at => player.seek(at),
  });
  const play = smallButton(text.play, () => player.toggle());
  const add = smallButton(text.add, () => addCut());
  const addCut = () => {
    const at = player.seconds();
    const isFree = [0, ...cuts, seconds].every(each => Math.abs(each - at) > APART);
    if (!isFree || cuts.length >= scenes.length - 1) {
      told.textContent = isFree ? text.enough(scenes.length) : text.near;
      return;
    }
    cuts = [...cuts, at].toSorted((one, other) => one - other);
    show();
  };
  const show = () => {
    wave.show({ peaks, seconds, points: cuts });
    wave.playhead(player.seconds());
    const word = player.isPlaying() ? text.pause : text.play;
    if (play.textContent !== word) play.textContent = word;
    add.disabled = cuts.length >= scenes.length - 1;
    const lines = parts().map(({ scene, part }) => text.piece(scene.title, clock(part.from), clock(part.to)));
    if (JSON.stringify(lines) === list.dataset.lines) return;
    list.dataset.lines = JSON.stringify(lines);
    list.replaceChildren(...lines.map(line => element('li', {}, line)));
    const without = scenes.length - lines.length;
    told.textContent = without > 0 ? text.without(without) : '';
  };
  const answer = await dialogs.show<'cut'>(
    text.title,
    close => {
      const content = element(
        'div',
        { class: 'cutting' },
        element('p', {}, text.explained),
        wave.root,
        element('div', { class: 'cut-tools' }, play, add),
        told,
        list,
      );
      content.addEventListener('keydown', event => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.key.toLowerCase() !== 'm') return;
        event.preventDefault();
        addCut();
      });
      show();
      return [
        content,
        buttons(
          button(messages.shell.cancel, 'plain', () => close(undefined)),
          button(text.confirm, 'primary', () => close('cut')),
        ),
      ];
    },
    'wide',
  );
  player.destroy();
  return answer === 'cut' ? parts() : undefined;
}
