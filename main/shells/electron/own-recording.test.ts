import type { BrowserWindow } from 'electron';
import { expect, test } from 'vitest';
import { allowRecording } from './own-recording.ts';
import { cancellable, FakeElectron, FakeWindow } from './testing/fake-electron.ts';

function openWindow() {
  const fake = new FakeElectron();
  const window = new FakeWindow({}, () => {});
  let stayed = 0;
  allowRecording(fake.api, window as unknown as BrowserWindow, {
    isOwn: url => url.startsWith('app://convsheet/'),
    stays: () => stayed++,
  });
  return { fake, window, stayed: () => stayed };
}

test('The window records itself without a picker, and no other frame or page records anything', () => {
  const { fake, window } = openWindow();
  const { mainFrame } = window.webContents;
  const given = (frame: { url: string } | null, audioRequested = true) => {
    const answers: unknown[] = [];
    fake.displayMedia!({ frame, audioRequested } as never, answer => answers.push(answer));
    return answers;
  };
  expect(given(mainFrame)).toEqual([{ video: mainFrame, audio: mainFrame }]);
  expect(given(mainFrame, false)).toEqual([{ video: mainFrame }]);
  expect([given(null), given({ url: mainFrame.url })]).toEqual([[null], [null]]);
  mainFrame.url = 'https://evil.example/';
  expect(given(mainFrame)).toEqual([null]);
});

test('A window that is recording asks before it closes', () => {
  const { fake, window, stayed } = openWindow();
  const leaves = (button: number) => {
    fake.button = button;
    const event = cancellable();
    window.webContents.emit('will-prevent-unload', event);
    return event.prevented;
  };
  expect([leaves(1), stayed()]).toEqual([false, 1]);
  expect([leaves(0), stayed()]).toEqual([true, 1]);
  expect(fake.messages).toEqual(Array(2).fill('A recording is under way. End it and close the window?'));
});
