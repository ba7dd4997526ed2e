import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from './app.ts';
import { root } from './shell.ts';
import type { SheetPage } from './sheet-page.ts';

/** Workbooks with one fault each: the name of the file, its bytes, and the sentence that it gets. */
async function hostileFiles(): Promise<[name: string, bytes: Uint8Array, sentence: string][]> {
  const whole = new Uint8Array(await readFile(join(root, 'assets', 'networks', 'lesson3.convsheet')));
  const entries = unzipSync(whole);
  const withHeader = (change: (header: Record<string, unknown>) => void) => {
    const header = JSON.parse(strFromU8(entries['workbook.json'])) as Record<string, unknown>;
    change(header);
    return zipSync({ ...entries, 'workbook.json': strToU8(JSON.stringify(header)) });
  };
  const damaged = whole.slice();
  damaged.fill(0x55, 2000, 6000);
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  return [
    ['empty.convsheet', new Uint8Array(), 'empty.convsheet is empty.'],
    ['damaged.convsheet', damaged, 'damaged.convsheet is damaged or incomplete:'],
    ['truncated.convsheet', whole.slice(0, whole.length / 2), 'truncated.convsheet is damaged or incomplete:'],
    ['picture.convsheet', png, 'picture.convsheet is a picture, not a ConvSheet workbook.'],
    ['letter.convsheet', strToU8('Dear reader,\n'), 'letter.convsheet is a text file, not a ConvSheet workbook.'],
    ['newer.convsheet', withHeader(header => (header.version = 99)), 'newer.convsheet was made by a newer ConvSheet'],
    [
      'bomb.convsheet',
      withDeclaredSize(whole, 0xf0000000),
      'bomb.convsheet was refused: what it unpacks to is larger than',
    ],
    [
      'shapes.convsheet',
      withHeader(header => {
        const { layers } = header.network as { layers: Record<string, unknown>[] };
        layers.find(({ kind }) => kind === 'conv2d')!.kernelSize = [50, 50];
      }),
      "shapes.convsheet can't be opened. The 50×50 kernel of conv1 is larger than the 28×28",
    ],
  ];
}

/** Makes every entry of a zip file declare so many unpacked bytes. */
function withDeclaredSize(zip: Uint8Array, size: number): Uint8Array {
  const changed = zip.slice();
  const view = new DataView(changed.buffer);
  for (let at = 0; at + 46 < changed.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, size, true);
  }
  return changed;
}

test('a damaged, foreign, newer or oversized file gets a sentence, opened or dropped; the workbook stays', async ({
  app,
  sheet,
}) => {
  await sheet.typeIntoCell('AD11', '2.5');
  for (const [name, bytes, sentence] of await hostileFiles()) {
    const path = join(app.home, name);
    await writeFile(path, bytes);
    await open(sheet, path);
    await expect(sheet.dialog, name).toHaveAccessibleName('That did not work');
    await expect(sheet.dialog, name).toContainText(sentence);
    if (name.startsWith('shapes')) await sheet.screenshot('hostile-files');
    await sheet.dialog.getByRole('button', { name: 'OK' }).click();
    await expect(sheet.page).toHaveTitle('• lesson3 – ConvSheet');
  }
  await sheet.expectValue('AD11', 2.5);
  await sheet.undo();
  await sheet.expectValue('AD11', 1);

  const drop = (name: string, bytes: Uint8Array) =>
    sheet.page.evaluate(
      ({ name, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], name));
        document
          .querySelector('main')!
          .dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      { name, base64: Buffer.from(bytes).toString('base64') },
    );
  await drop('notes.txt', strToU8('hello'));
  await expect(sheet.notice).toContainText('notes.txt is neither an image nor a data set nor a workbook.');
  await drop('half.convsheet', strToU8('PK'));
  await expect(sheet.dialog).toHaveAccessibleName('That did not work');
  await sheet.dialog.getByRole('button', { name: 'OK' }).click();
  await expect(sheet.page).toHaveTitle('lesson3 – ConvSheet');
  await drop('net.convsheet', await readFile(join(root, 'assets', 'networks', 'lenet.convsheet')));
  await expect(sheet.page).toHaveTitle('net – ConvSheet');
  await sheet.expectPredicted('7');
});

/** Opens a file by its whole path, and discards unsaved work. */
async function open(sheet: SheetPage, path: string): Promise<void> {
  await sheet.page.keyboard.press('Control+o');
  await expect(sheet.dialog).toHaveAccessibleName('Open');
  await sheet.dialog.getByLabel('File name').fill(path);
  await sheet.dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await sheet.dialog.getByRole('button', { name: 'Don’t save' }).click();
}
