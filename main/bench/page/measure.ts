/** Functions that the browser benchmarks run inside the page. Each is sent there as text, so it may use nothing but its
 *  arguments. */

/** A part of the sheet's picture that an edit changes, in CSS pixels of the window. */
export type Probe = { x: number; y: number; width: number; height: number };

type Measured = { convsheetEdit?: Promise<number>; convsheetReady?: number; convsheetFrames?: number[] };

/** Starts to wait for an Enter. `editTime` then has the milliseconds from that key press to the next frame after the
 *  one in which every probe had changed. By then the changed frame was handed over to be shown. The probes are read
 *  after each frame. */
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
      // A message that is posted in a frame arrives after that frame was painted.
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

/** The milliseconds that `watchEdit` measures. */
export function editTime(): Promise<number> | undefined {
  return (window as Measured).convsheetEdit;
}

/** Scrolls the sheet by `step` pixels in every frame, down and right in turns, and back at the ends. With a step of 0
 *  the sheet rests. Resolves with the time from each frame to the next. */
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
      // Reading a position makes the browser lay out the page, which a resting sheet doesn't need.
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

/** Notes when the sheet shows its values and has the keyboard. The time is in the window's `convsheetReady`, in
 *  milliseconds since 1970. */
export function noteReady(): void {
  const look = () => {
    const value = document.querySelector<HTMLInputElement>('.formula-input')?.value;
    const focused = document.activeElement?.closest('.sheet-input');
    if (!value || !focused) return requestAnimationFrame(look);
    // Values that have arrived are painted in the next frame, which is handed over by the frame after it.
    return requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        (window as Measured).convsheetReady = performance.timeOrigin + performance.now();
      }),
    );
  };
  requestAnimationFrame(look);
}

/** Whether the sheet shows its values and has the keyboard. */
export function isReady(): boolean {
  const value = document.querySelector<HTMLInputElement>('.formula-input')?.value;
  return Boolean(value && document.activeElement?.closest('.sheet-input'));
}

/** When the sheet was ready. Undefined before that. */
export function readyTime(): number | undefined {
  return (window as Measured).convsheetReady;
}

/** Begins to note the time from each frame to the next. */
export function beginFrames(): void {
  const times: number[] = [];
  (window as Measured).convsheetFrames = times;
  let previous: number | undefined;
  const frame = (now: number) => {
    if ((window as Measured).convsheetFrames !== times) return;
    if (previous !== undefined) times.push(now - previous);
    previous = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** The noted times in milliseconds. No more are noted. */
export function endFrames(): number[] {
  const times = (window as Measured).convsheetFrames ?? [];
  (window as Measured).convsheetFrames = undefined;
  return times;
}
