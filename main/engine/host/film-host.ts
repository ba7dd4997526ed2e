/** The host's requests about the storyboard and its scenes. */
import { type DataChoice, DIGIT_NAMES } from '../../../shared/data.ts';
import { editsOf } from '../../../shared/change.ts';
import { UserError } from '../../../shared/errors.ts';
import type { StateAsk } from '../../../shared/film/states.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { startBackend } from '../backend/backend.ts';
import { testDigits } from '../data/digits.ts';
import { dataImage } from '../data/shown-image.ts';
import { checkShape } from '../training/fit.ts';
import { filmStates } from '../training/film-states.ts';
import type { Between } from '../workbook/beside.ts';
import type { Long } from './data-host.ts';
import type { Context, Handlers } from './open.ts';

export function filmHandlers({ current, dataSets }: Context, long: Long): Handlers<'getNarration' | 'filmStates'> {
  return {
    getNarration({ id }) {
      const bytes = current().session.narration(id);
      if (!bytes) throw new UserError(sentences.scenes.noNarration(id));
      return { bytes };
    },
    filmStates({ structure, data, config, ...asked }, client) {
      const { session } = current();
      const check = () => {
        if (current().session !== session || session.structure !== structure)
          throw new UserError(sentences.engine.otherStructure);
      };
      check();
      return long(client, sentences.scenes.finding, async (signal, between) => {
        // Every pause lets others through, who may give the workbook another network.
        const checked: Between = async fraction => {
          await between(fraction);
          check();
        };
        const read = (choice: DataChoice) =>
          dataSets.get(choice, fraction => void between(fraction).catch(() => {}), signal);
        const asks = (kind: StateAsk['kind']) => asked.asks.some(ask => ask.kind === kind);
        const shown = data && asks('image') ? await read(data) : undefined;
        if (shown) checkShape(session.sheet.network, shown);
        const training = config && asks('trained') ? { images: await read(config.data), config } : undefined;
        await startBackend();
        await checked(0);
        const image = (index: number) => {
          if (shown) return dataImage(session.sheet, shown, index);
          const { changes } = current().browser.show(index);
          return { edits: editsOf(changes), label: DIGIT_NAMES[testDigits().classes[index]] };
        };
        return filmStates(session, asked, { image, training, running: current().runs.underWay }, checked);
      });
    },
  };
}
