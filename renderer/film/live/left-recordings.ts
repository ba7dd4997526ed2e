/** The recordings that no film was made of yet: after a crash, or because the user wanted to do it later. */
import { messages } from '../../../shared/messages.ts';
import type { LeftRecording } from '../../../shared/protocol.ts';
import { element, smallButton } from '../../core/element.ts';
import { sentenceOf } from '../../core/sentence-of.ts';
import { button, buttons } from '../../parts/dialogs.ts';
import { saveRecording, type SaveNeeds } from './save-recording.ts';

/** Smaller files have no picture. */
const LEAST = 100;

/** The recordings of windows that have something in them. Others are removed. */
export async function findLeft({ client }: Pick<SaveNeeds, 'client'>): Promise<LeftRecording[]> {
  const { recordings: all } = await client.send('listRecordings', {});
  const recordings = all.filter(({ scene }) => scene === undefined);
  const empty = recordings.filter(({ size }) => size < LEAST);
  await Promise.all(empty.map(({ recording }) => client.send('dropRecording', { recording })));
  return recordings.filter(each => !empty.includes(each));
}

/** Lists them, and does what the user wants with them. */
export async function offerLeft(needs: SaveNeeds): Promise<void> {
  const { dialogs, client, store } = needs;
  const text = messages.live.left;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- the list changes with every answer
    const found = await findLeft(needs);
    if (found.length === 0) return;
    // oxlint-disable-next-line no-await-in-loop -- as above
    const answer = await dialogs.show<string>(text.title(found.length), close => [
      element('p', {}, text.what),
      element(
        'ul',
        { class: 'live-left' },
        ...found.map((each, nth) => {
          const line = lineOf(each);
          const save = smallButton(text.save, () => close(`save ${nth}`), text.saveOf(line));
          if (nth === 0) save.setAttribute('autofocus', '');
          return element(
            'li',
            {},
            element('span', { title: each.path }, line),
            save,
            smallButton(text.remove, () => close(`remove ${nth}`), text.removeOf(line)),
          );
        }),
      ),
      buttons(button(text.later, 'plain', () => close(undefined))),
    ]);
    if (answer === undefined) return;
    const [act, nth] = answer.split(' ');
    const chosen = found[Number(nth)];
    try {
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (act === 'save') await saveRecording(needs, chosen);
      // oxlint-disable-next-line no-await-in-loop -- as above
      else if (
        await dialogs.confirm({ title: text.sure, sentence: text.sureSentence(lineOf(chosen)), button: text.remove })
      )
        // oxlint-disable-next-line no-await-in-loop -- as above
        await client.send('dropRecording', { recording: chosen.recording });
    } catch (error) {
      store.set({ notice: { tone: 'error', sentence: sentenceOf(error) } });
      return;
    }
  }
}

const lineOf = ({ name, begun, size, markers }: LeftRecording) =>
  messages.live.left.line(name, begun, size, markers.length);
