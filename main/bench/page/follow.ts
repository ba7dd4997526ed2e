/** Functions that run inside the page, as in measure.ts. */

/** Goes to a cell by the name box. Resolves with the milliseconds from Enter until the frame was painted that shows
 *  another formula than before, and outlines what it reads. */
export function timeGoing(place: string): Promise<number> {
  const box = document.querySelector<HTMLInputElement>('.name-input')!;
  const bar = document.querySelector<HTMLInputElement>('.formula-input')!;
  const before = bar.value;
  box.focus();
  box.value = place;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  const started = performance.now();
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  return new Promise((resolve, reject) => {
    // A message that is posted in a frame arrives after that frame was painted.
    const afterFrame = new MessageChannel();
    afterFrame.port1.addEventListener('message', () => resolve(performance.now() - started));
    afterFrame.port1.start();
    let frames = 0;
    const look = () => {
      const shown = bar.value.startsWith('=') && bar.value !== before;
      if (shown && document.querySelector('.sheet-outlines .precedent')) afterFrame.port2.postMessage(undefined);
      else if (++frames > 600) reject(new Error(`no formula of ${place}: ${bar.value}`));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Whether an element is there and can be seen. */
export function shows(selector: string): boolean {
  return document.querySelector<HTMLElement>(selector)?.checkVisibility() === true;
}

/** Moves the slider of the zoom. Resolves after the frame that shows it. */
export function zoomSheet(position: number): Promise<void> {
  const slider = document.querySelector<HTMLInputElement>('.toolbar .slider')!;
  slider.value = String(position);
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  return new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}
