import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Command, editCommand } from '../../shared/change.ts';
import { engineRequests } from '../../shared/protocol.ts';
import { encodeFrame, parseArgs } from '../../shared/rpc.ts';
import { randomExample } from '../../shared/testing/random-network.ts';
import { randomWritten } from '../../shared/testing/random-written.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { createSession, type Session } from '../engine/workbook/session.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { documentRecord, type JournalledRequest, readJournal, requestRecord } from './journal.ts';

await startBackend();

const folder = mkdtempSync(join(tmpdir(), 'convsheet-journal-written-'));
const bytesOf = (session: Session) => writeWorkbook(session.workbook());

function perform(session: Session, { kind, args }: JournalledRequest): void {
  if (kind === 'undo') session.undo();
  else if (kind === 'redo') session.redo();
  else if (kind === 'change') {
    // As the shell and the engine check it.
    const { structure, ...asked } = parseArgs<'change'>(engineRequests.change.args, 'change', args);
    session.change(asked, { structure });
  }
}

test('work is replayed from its journal bit for bit, and undoing all of it gives the first file byte for byte', () => {
  let undone = 0;
  for (let seed = 0; seed < 14; seed++) {
    const { sheet, stored, random } = randomExample(seed, 'plain');
    const workbook: Workbook = { network: sheet.network, classes: [], source: { kind: 'typed' }, values: stored };
    const session = createSession(workbook);
    const first = bytesOf(session);
    const requests: JournalledRequest[] = [{ kind: 'load', args: { from: 'template', template: 'x' } }];
    const parameters = [...sheet.tensors.values()].filter(({ name }) => name === 'kernel' || name === 'bias');
    const randomCommand = (step: number): Command => {
      const { id, size } = parameters[random.integer(parameters.length)] ?? [...sheet.tensors.values()][0];
      const edit = {
        tensor: id,
        indices: Uint32Array.of(random.integer(size)),
        values: Float32Array.of(random.normal()),
      };
      const label = `step ${step}`;
      if (random.integer(3) === 0) return editCommand(label, [edit]);
      // What is written on a sheet that the same command adds is checked when it is there.
      const change = randomWritten(session.unrecorded.content, random);
      return { label, changes: [change], ...(random.integer(4) === 0 && { mergeKey: 'typing' }) };
    };
    for (let step = 0; step < 25; step++) {
      const kind = random.integer(6) === 0 ? 'undo' : random.integer(8) === 0 ? 'redo' : 'change';
      const args = kind === 'change' ? { ...randomCommand(step), structure: session.structure } : {};
      const frame = encodeFrame({ type: 'request', id: step, kind, args });
      const request = { kind, args, ...(random.integer(2) === 0 && { frame }) } as JournalledRequest;
      perform(session, request);
      requests.push(request);
    }
    const last = bytesOf(session);
    const path = join(folder, `${seed}.journal`);
    writeFileSync(path, Buffer.concat([documentRecord({ name: 'x' }), ...requests.map(requestRecord)]));
    const again = createSession(workbook);
    for (const request of readJournal(path)!.requests) perform(again, request);
    expect(bytesOf(again), `seed ${seed}`).toEqual(last);
    expect(again.state().undo).toEqual(session.state().undo);
    for (; session.state().undo !== undefined; undone++) session.undo();
    expect(bytesOf(session), `seed ${seed}`).toEqual(first);
    for (; session.state().redo !== undefined; ) session.redo();
    session.dispose();
    again.dispose();
  }
  expect(undone).toBeGreaterThan(100);
});
