import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { documentRecord, requestRecord } from './journal.ts';
import {
  buildEngine,
  connect,
  content,
  edit,
  end,
  files,
  folder,
  makeFolder,
  removeEngine,
  removeFolder,
  sentenceOf,
  start,
} from './testing/open-documents.ts';

beforeAll(buildEngine);
afterAll(removeEngine);
beforeEach(makeFolder);
afterEach(removeFolder);

test('Unsaved work comes back at the next start, says so once, and is gone when it was saved', async () => {
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  const path = join(files, 'mine.convsheet');
  await first.send('save', { path });
  await first.send('change', edit(1));
  await first.send('change', edit(2));
  expect(await end(before)).toEqual({ unsaved: true });

  const after = start();
  await after.begin();
  const window = connect(after);
  const hello = await window.send('hello', {});
  expect(hello.document).toMatchObject({ name: 'mine', path, recovered: true });
  expect(hello.workbook.classes).toEqual(['1', '2']);
  expect(hello.workbook.state.modified).toBe(true);
  expect((await window.wait('notice')).sentence).toEqual(
    'Unsaved work on mine was restored. Save it, or close it without saving.',
  );
  await window.send('undo', {});
  await window.send('save', {});
  expect(content(path)).toEqual([1]);
  expect(window.last('document')?.recovered).toBe(false);
  expect(await end(after)).toEqual({ unsaved: false });
  expect(readdirSync(join(folder, 'works'))).toEqual([]);
});

test('A start with another file opens that one, and the unsaved work waits for its own', async () => {
  const path = join(files, 'theirs.convsheet');
  writeFileSync(path, '[5]');
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  await first.send('change', edit(1));
  await end(before);
  const other = start();
  await other.begin({ file: path });
  expect(other.document).toMatchObject({ name: 'theirs', recovered: false });
  await end(other);
  const again = start();
  await again.begin();
  expect(again.document).toMatchObject({ name: 'lesson3', recovered: true });
});

test.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 10)],
  // Damages the last value of the last edit. It is still a frame, but its checksum doesn't fit.
  [
    'damaged',
    (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -5), Buffer.of(bytes.at(-5)! ^ 1), bytes.subarray(-4)]),
  ],
])('A journal that was %s at its end gives what is whole', async (_how, damage) => {
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  for (const value of [1, 2, 3]) await first.send('change', edit(value));
  await end(before);
  const name = readdirSync(join(folder, 'works')).find(each => each.endsWith('.journal'))!;
  const path = join(folder, 'works', name);
  writeFileSync(path, damage(readFileSync(path)));
  const after = start();
  await after.begin();
  expect(after.workbook?.classes).toEqual(['1', '2']);
});

test('Zeros behind a whole journal, as a power cut may leave them, are no record', async () => {
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  await first.send('change', edit(1));
  await end(before);
  const name = readdirSync(join(folder, 'works')).find(each => each.endsWith('.journal'))!;
  appendFileSync(join(folder, 'works', name), Buffer.alloc(4096));
  const after = start();
  await after.begin();
  expect(after.workbook?.classes).toEqual(['1']);
});

test('A journal that can not be read is kept under another name, and the app starts all the same', async () => {
  const path = join(folder, 'works', 'broken.journal');
  writeFileSync(path, 'not a journal');
  const documents = start();
  await documents.begin();
  expect(documents.document.name).toBe('lesson3');
  const window = connect(documents);
  await window.send('hello', {});
  expect(await window.wait('notice')).toEqual({
    tone: 'warning',
    sentence: `Unsaved work from an earlier session could not be read. The file is kept as ${path}.unreadable.`,
  });
});

test('Work on a file that was written since is not done again to that file, and it is said why', async () => {
  const path = join(files, 'mine.convsheet');
  writeFileSync(path, '[1,2]');
  const stamp = { modified: 1, size: 3 };
  const journal = join(folder, 'works', 'mine.journal');
  const records = [
    documentRecord({ name: 'mine', path, stamp }),
    requestRecord({ kind: 'load', args: { from: 'file', path, id: 'mine', stamp } }),
    requestRecord({ kind: 'change', args: edit(2) }),
  ];
  writeFileSync(journal, Buffer.concat(records));
  const documents = start();
  await documents.begin();
  expect(documents.document).toMatchObject({ name: 'lesson3', recovered: false });
  const window = connect(documents);
  await window.send('hello', {});
  expect((await window.wait('notice')).sentence).toEqual(
    `${path} was written since. Unsaved work from an earlier session could not be read. ` +
      `The file is kept as ${journal}.unreadable.`,
  );
  expect(content(path)).toEqual([1, 2]);
});

test('A file that can not be opened at the start gives a sentence and the first starter network', async () => {
  const path = join(files, 'broken.convsheet');
  writeFileSync(path, 'nothing like it');
  const documents = start();
  await documents.begin({ file: path });
  expect(documents.document.name).toBe('lesson3');
  const window = connect(documents);
  await window.send('hello', {});
  expect((await window.wait('notice')).tone).toBe('error');
});

test('Dropped work does not come back', async () => {
  const before = start();
  await before.begin();
  const first = connect(before);
  await first.send('hello', {});
  await first.send('change', edit(1));
  await first.send('discard', {});
  expect(await end(before)).toEqual({ unsaved: false });
  const after = start();
  await after.begin();
  expect(after.document.recovered).toBe(false);
});

test('What a window shows is kept with the file, and told whenever it is opened (habit 34)', async () => {
  const view = {
    active: { tensor: 'conv1/kernel', index: 3 },
    selection: { above: 0, before: 0, height: 1, width: 1 },
    plane: 'value' as const,
    cellSize: 24,
    scroll: { x: 10, y: 20 },
    folded: ['conv1'],
    kernels: false,
    panel: false,
    toolbars: true,
  };
  const documents = start();
  await documents.begin();
  const window = connect(documents);
  expect((await window.send('hello', {})).workbook.view).toBeUndefined();
  await window.send('keepView', { view });
  // This is also true after a reload, and in a second window, which can't keep views.
  expect((await window.send('hello', {})).workbook.view).toEqual(view);
  const second = connect(documents);
  expect((await second.send('hello', {})).workbook.view).toEqual(view);
  expect(await sentenceOf(second.send('keepView', { view }))).toContain('only shows the workbook');
  expect(await documents.isModified()).toBe(false);

  const path = join(files, 'mine.convsheet');
  await window.send('save', { path });
  await window.send('newWorkbook', { template: 'lenet' });
  expect(window.last('workbook')?.view).toBeUndefined();
  await window.send('openFile', { path });
  expect(window.last('workbook')?.view).toEqual(view);
  await documents.close();

  const later = start();
  await later.begin({ file: path });
  const again = connect(later);
  expect((await again.send('hello', {})).workbook.view).toEqual(view);
});

test('Unsaved work that is restored is shown as it was, with a file and without (habit 34)', async () => {
  const view = (cellSize: number) => ({
    active: { row: 1, column: 1 },
    selection: { above: 0, before: 0, height: 1, width: 1 },
    plane: 'value' as const,
    cellSize,
    scroll: { x: 0, y: 0 },
    folded: [],
    kernels: true,
    panel: true,
    toolbars: true,
  });
  for (const path of [undefined, join(files, 'mine.convsheet')]) {
    const documents = start();
    // oxlint-disable no-await-in-loop -- one start after the other
    await documents.begin();
    const window = connect(documents);
    await window.send('hello', {});
    if (path) await window.send('save', { path });
    await window.send('change', edit(5));
    await window.send('keepView', { view: view(path ? 9 : 8) });
    await documents.close();
    const restored = start();
    await restored.begin();
    const { document, workbook } = await connect(restored).send('hello', {});
    expect(document.recovered).toBe(true);
    expect(workbook.view).toEqual(view(path ? 9 : 8));
    await restored.close();
    // oxlint-enable no-await-in-loop
  }
});
