/** The host's requests that look and change nothing: finding cells, trying formulas and edits of layers. They can take
 *  long on a large network, so they let other requests through. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UserError } from '../../../shared/errors.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { findCells, findReplacements } from '../workbook/find.ts';
import { previewLayers } from '../workbook/preview.ts';
import type { Session } from '../workbook/session.ts';
import type { Between } from '../evaluation/evaluate.ts';
import { inspect } from '../evaluation/inspect.ts';
import type { Client, Context, Handlers } from './open.ts';
import type { Long } from './data-host.ts';

export function findHandlers(
  { current, dataSets }: Context,
  long: Long,
): Handlers<'findCells' | 'findReplacements' | 'findLoop' | 'tryFormula' | 'previewLayers' | 'inspect'> {
  /** The last search and the last preview of each client. */
  const last = { search: new Map<Client, symbol>(), preview: new Map<Client, symbol>() };
  /** A new search of a client ends the one before. */
  const latest = <T>(
    client: Client,
    what: keyof typeof last,
    task: Sentence,
    work: (session: Session, between: Between) => Promise<T>,
  ) => {
    const { id, session } = current();
    const mine = Symbol(what);
    last[what].set(client, mine);
    return long(client, task, async (_signal, between) =>
      work(session, async fraction => {
        await between(fraction);
        if (last[what].get(client) !== mine) throw new UserError(sentences.runs.cancelled);
        if (current().id !== id) throw new UserError(sentences.engine.otherWorkbook);
      }),
    );
  };
  const search = <T>(client: Client, work: (session: Session, between: Between) => Promise<T>) =>
    latest(client, 'search', sentences.find.searching, work);
  return {
    async previewLayers({ structure, change }, client) {
      const { session, runs } = current();
      if (structure !== session.structure) throw new UserError(sentences.engine.otherStructure);
      if (runs.state()?.status === 'running') throw new UserError(sentences.layerEdits.duringRun);
      return latest(client, 'preview', sentences.layerEdits.trying, (_, between) =>
        previewLayers(session, change, between),
      );
    },
    inspect() {
      const { session, runs } = current();
      return inspect(session, dataSets.known(), async () => {
        await nextTurn();
        if (current().session !== session) throw new UserError(sentences.engine.otherWorkbook);
        if (runs.underWay) throw new UserError(sentences.runs.cancelled);
      });
    },
    tryFormula({ formula, ...place }) {
      const value = current().session.tryOut(formula, place);
      return value === undefined ? {} : { value };
    },
    findLoop: place => ({ cells: current().session.loopAt(place) }),
    findCells: (query, client) => search(client, (session, between) => findCells(session, query, between)),
    findReplacements: (query, client) =>
      search(client, (session, between) => findReplacements(session, query, between)),
  };
}
