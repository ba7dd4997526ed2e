/** What the browser benchmarks run inside the page. Each function is sent there as its own text, so it may use nothing
 *  but its arguments. */

/** Parts of the sheet's picture, in CSS pixels of the window, that an edit changes. */
export type Probe = { x: number; y: number; width: number; height: number };

type Measured = { convsheetEdit?: Promise<number>; convsheetReady?: number };

/** Begins to wait for an Enter; `editTime` has the milliseconds from that key press to the frame after the one in which
 *  every probe had changed, by when that one was handed over to be shown. The probes are looked at after each frame. */
export function watchEdit(probes: Probe[]): void {
  const canvas = document.querySelector<HTMLCanvasElement>('.sheet canvas')!;
  const { left, top } = canvas.getBoundingClientRect();
  const copy = document.createElement('canvas');
  const context = copy.getContext('2d', { willReadFrequently: true })!;
  const look = ({ x, y, width, height }: Probe): Uint32Array => {
    const ratio = devicePixelRatio;
    copy.width = Math.floor(width * ratio);
    copy.height = Math.floor(height * ratio);
    context.drawImage(canvas, -(x - left) * ratio, -(y - top) * ratio);
    return new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
  };
  const before = probes.map(look);
  const changed = (probe: Probe, i: number) => look(probe).some((pixel, at) => pixel !== before[i][at]);
  (window as Measured).convsheetEdit = new Promise((resolve, reject) => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter') return;
      document.removeEventListener('keydown', onKey, true);
      const pressed = event.timeStamp;
      const afterFrame = new MessageChannel();
      let frames = 0;
      const next = () => requestAnimationFrame(() => afterFrame.port2.postMessage(undefined));
      // A message posted in a frame arrives after that frame was painted.
      afterFrame.port1.addEventListener('message', () => {
        if (probes.every(changed)) requestAnimationFrame(() => resolve(performance.now() - pressed));
        else if (++frames > 300) reject(new Error('the edit never showed'));
        else next();
      });
      afterFrame.port1.start();
      next();
    };
    document.addEventListener('keydown', onKey, true);
  });
}

/** The time of the edit that `watchEdit` waits for. */
export function editTime(): Promise<number> | undefined {
  return (window as Measured).convsheetEdit;
}

/** Scrolls the sheet by so many pixels in every frame, not at all for 0, down and to the right in turns and back at the
 *  ends; resolves with the time from each frame to the next. */
export function timeScrolling({ step, frames }: { step: number; frames: number }): Promise<number[]> {
  const scroller = document.querySelector<HTMLElement>('.sheet-scroller')!;
  scroller.scrollTo(0, 0);
  const times: number[] = [];
  let direction = { x: 1, y: 1 };
  let previous: number | undefined;
  return new Promise(resolve => {
    const frame = (now: number) => {
      if (previous !== undefined) times.push(now - previous);
      previous = now;
      if (times.length === frames) return resolve(times);
      requestAnimationFrame(frame);
      // Reading a position lays the page out, which a sheet at rest is spared.
      if (step === 0) return;
      const across = times.length % 100 >= 50;
      const { scrollLeft, scrollTop } = scroller;
      if (across) scroller.scrollLeft += direction.x * step;
      else scroller.scrollTop += direction.y * step;
      if (across && scroller.scrollLeft === scrollLeft) direction = { ...direction, x: -direction.x };
      if (!across && scroller.scrollTop === scrollTop) direction = { ...direction, y: -direction.y };
    };
    requestAnimationFrame(frame);
  });
}

/** Notes, in milliseconds since 1970, when the sheet shows its values and has the keyboard: `convsheetReady` of the
 *  window. */
export function noteReady(): void {
  const look = () => {
    const value = document.querySelector<HTMLInputElement>('.formula-input')?.value;
    const focused = document.activeElement?.closest('.sheet-input');
    if (!value || !focused) return requestAnimationFrame(look);
    // What has arrived is painted in the next frame and handed over by the one after it.
    return requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        (window as Measured).convsheetReady = performance.timeOrigin + performance.now();
      }),
    );
  };
  requestAnimationFrame(look);
}

/** When the sheet was ready, or undefined while it isn't. */
export function readyTime(): number | undefined {
  return (window as Measured).convsheetReady;
}
