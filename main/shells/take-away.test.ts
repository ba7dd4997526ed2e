import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { takeAway } from './take-away.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-take-away-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is taken away whole; one that is too large for a window is refused, and deleted as well', async () => {
  const path = join(folder, 'a.copy');
  writeFileSync(path, 'abcd');
  expect(Buffer.from(await takeAway(path, 'a.convsheet', 4)).toString()).toBe('abcd');
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, 'abcd');
  await expect(takeAway(path, 'a.convsheet', 3)).rejects.toThrow(/^a\.convsheet takes more than 0 MiB/);
  expect(existsSync(path)).toBe(false);
});
