/** Every option of `train` that takes a value, with wrong values: the sentence names the option and what was typed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Output } from './output.ts';
import { train } from './train.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-options-'));
afterAll(() => rmSync(folder, { recursive: true }));
const output: Output = { write: async () => {}, flush: async () => {}, outliveReader: () => {} };

/** What the command prints for these options. A value with spaces is in quotes. */
const said = (options: string) =>
  train(['lesson3', '--data', 'digits', '-o', join(folder, 'x.convsheet'), ...options.split(' ')], output).then(
    () => 'nothing',
    (error: Error) => error.message,
  );

const SIZE = 'height and width from 1 to 1,024, and channels (1, 3 or 4) if you like, such as 64x64 or 64x64x3';
const ONE = 'a whole number from 1 to 10,000';
test.each<[options: string, sentence: string]>([
  ['--epochs -1', `--epochs -1: give ${ONE}.`],
  ['--epochs -0.5', `--epochs -0.5: give ${ONE}.`],
  ['--epochs -.5', `--epochs -.5: give ${ONE}.`],
  ['--epochs --json', '--epochs needs a value after it.'],
  ['--epochs=', '--epochs needs a value after it.'],
  ['--batch-size -64', '--batch-size -64: give a whole number from 1 to 4,096.'],
  ['--learning-rate -1e-3', '--learning-rate -1e-3: give a number above 0, up to 100.'],
  ['--learning-rate -Infinity', '--learning-rate -Infinity: give a number above 0, up to 100.'],
  ['--seed -1', '--seed -1: give a whole number from 0 to 4,294,967,295.'],
  ['--warmup -5', '--warmup -5: give a whole number from 0 to 1,000,000.'],
  ['--weight-decay -1', '--weight-decay -1: give a number from 0 up.'],
  ['--clip -1', '--clip -1: give a number from 0 up.'],
  ['--patience -1', '--patience -1: give a whole number from 0 to 1,000,000.'],
  ['--validation -0.1', '--validation -0.1: give a share from 0 to 0.9.'],
  ['--test -1', '--test -1: give a share from 0 to 0.9.'],
  ['--split-seed -1', '--split-seed -1: give a whole number from 0 to 4,294,967,295.'],
  ['--every -1', '--every -1: give a whole number from 1 up.'],
  ['--class-weights -1,2', '--class-weights -1,2: give a list of numbers above 0, one for each class.'],
  ['--size 2000x5', `--size 2000x5: give ${SIZE}.`],
  ['--size 0x5', `--size 0x5: give ${SIZE}.`],
  ['--layer-rate conv1=1001', '--layer-rate conv1=1001: give a number from 0 to 1,000.'],
  ['--layer-rate conv1=-1', '--layer-rate conv1=-1: give a number from 0 to 1,000.'],
  ['--layer-rate conv1=abc', '--layer-rate conv1=abc: give a number from 0 to 1,000.'],
  ['--layer-rate conv1=', '--layer-rate conv1=: give a number from 0 to 1,000.'],
  ['--layer-rate conv1=2 --layer-rate conv2=1e4', '--layer-rate conv2=1e4: give a number from 0 to 1,000.'],
  ['--layer-rate relu1=2', '--layer-rate: relu1 has no weights that learn. Choose among conv1, conv2, dense.'],
  ['--freeze relu1', '--freeze: relu1 has no weights that learn. Choose among conv1, conv2, dense.'],
  ['--freeze conv1 --layer-rate conv1=2', '--freeze: conv1 has a rate or is frozen already. Name each layer once.'],
  [
    '--layer-rate conv1=1 --layer-rate conv1=2',
    '--layer-rate: conv1 has a rate or is frozen already. Name each layer once.',
  ],
  ['--optimizer adam,beta1=x', '--optimizer beta1=x: give a number.'],
  ['--optimizer adam,epsilon=0', '--optimizer epsilon=0: give a number above 0.'],
  ['--schedule step,factor=2', '--schedule factor=2: give a number above 0, up to 1.'],
  ['--schedule one-cycle,rise=0.95', '--schedule rise=0.95: give a number above 0, up to 0.9.'],
  ['--schedule one-cycle,rise=0', '--schedule rise=0: give a number above 0, up to 0.9.'],
  ['--augment flip=maybe', '--augment flip=maybe: give true or false.'],
  ['--augment rotate=-5', '--augment rotate=-5: give degrees from 0 to 180.'],
])('train %s: %s (fault 48)', async (options, sentence) => {
  expect(await said(options)).toBe(sentence);
});
