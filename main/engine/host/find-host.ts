/** The host's requests that find cells. They can take long on a large network, so they let other requests through. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { findCells, findReplacements } from '../workbook/find.ts';
import type { Session } from '../workbook/session.ts';
import type { Between } from '../evaluation/evaluate.ts';
import type { Client, Context, Handlers } from './open.ts';
import type { Long } from './data-host.ts';

export function findHandlers(
  { current }: Context,
  long: Long,
): Handlers<'findCells' | 'findReplacements' | 'findLoop' | 'tryFormula'> {
  /** The last search of each client. */
  const last = new Map<Client, symbol>();
  /** A new search of a client ends the one before. */
  const search = <T>(client: Client, work: (session: Session, between: Between) => Promise<T>) => {
    const { id, session } = current();
    const mine = Symbol('search');
    last.set(client, mine);
    return long(client, sentences.find.searching, async (_signal, between) =>
      work(session, async fraction => {
        await between(fraction);
        if (last.get(client) !== mine) throw new UserError(sentences.runs.cancelled);
        if (current().id !== id) throw new UserError(sentences.engine.otherWorkbook);
      }),
    );
  };
  return {
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
