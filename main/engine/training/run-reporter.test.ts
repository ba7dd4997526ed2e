import { beforeAll, expect, test } from 'vitest';
import type { Events } from '../../../shared/protocol.ts';
import { startBackend } from '../backend/backend.ts';
import { createReporter } from './run-reporter.ts';
import { createSession } from '../workbook/session.ts';
import { smallConfig, smallDigits, smallNetwork, smallWorkbook } from '../data/testing/small-digits.ts';
import { createTrainer } from './trainer.ts';

beforeAll(startBackend);

test('a step is reported before the values it made, so that they are not taken for a command’s', () => {
  const session = createSession(smallWorkbook());
  const config = smallConfig();
  const data = smallDigits(64, 0);
  const trainer = createTrainer({ network: smallNetwork, parameters: session.parameters(), data, config });
  const told: string[] = [];
  const reporter = createReporter({
    session,
    emit: (_event, sent) => {
      const { state, moved } = sent as Events['run'];
      told.push(`step ${state.step} moves ${moved!.some(({ largest }) => largest > 0)}`);
    },
    announce: changed => told.push(`values ${changed.has('conv/kernel')}`),
    watched: () => true,
  });
  reporter.begin();
  trainer.advance();
  reporter.reportIfDue(
    {
      args: { id: 'run1', name: 'Run 1', config, start: 'here' },
      status: 'running',
      abort: new AbortController(),
      trainer,
      edited: false,
      single: false,
    },
    false,
  );
  expect(told).toEqual(['step 1 moves true', 'values true']);
  trainer.dispose();
  session.dispose();
});

test('after a batch comes at most a report or one layer’s histogram, and all histograms are sent together', () => {
  const session = createSession(smallWorkbook());
  const config = smallConfig();
  const data = smallDigits(64, 0);
  const trainer = createTrainer({ network: smallNetwork, parameters: session.parameters(), data, config });
  const told: Events['run'][] = [];
  const reporter = createReporter({
    session,
    emit: (event, sent) => event === 'run' && told.push(sent as Events['run']),
    announce: () => {},
    watched: () => false,
  });
  const run = {
    args: { id: 'run1', name: 'Run 1', config, start: 'here' as const },
    status: 'running' as const,
    abort: new AbortController(),
    trainer,
    edited: false,
    single: false,
  };
  reporter.begin();
  reporter.startClock(run);
  trainer.advance();
  // The report, then the histograms of conv, drop and scores, then sending them.
  const counts = [1, 2, 3, 4, 5].map(() => {
    reporter.reportIfDue(run, false);
    return told.length;
  });
  expect(counts).toEqual([1, 1, 1, 1, 2]);
  expect(told.map(({ histograms }) => histograms?.map(({ layer }) => layer))).toEqual([
    undefined,
    ['conv', 'drop', 'scores'],
  ]);
  trainer.dispose();
  session.dispose();
});
