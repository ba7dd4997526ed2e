/** The whole screen for a presentation, where the browser allows it. Otherwise it fills the window. */

/** With the Keyboard API, Escape comes to the page in full screen too. Source: wicg.github.io/keyboard-lock */
type WithKeyboard = { keyboard?: { lock?(keys: string[]): Promise<void>; unlock?(): void } };

export type FullScreen = {
  toggle(): void;
  /** A window opens, for which the browser may end full screen. */
  expectEnd(): void;
  destroy(): void;
};

/** How long the browser may take to end full screen for a window, in milliseconds. */
const SOON = 10_000;

/** `ended`: the user has left full screen, as with the browser's own key. */
export function takeScreen(ended: () => void): FullScreen {
  const { keyboard } = navigator as WithKeyboard;
  const had = document.fullscreenElement !== null;
  let wanted = true;
  let expected = 0;
  const enter = async () => {
    try {
      await document.documentElement.requestFullscreen();
      await keyboard?.lock?.(['Escape']);
      if (!wanted) leave();
    } catch {
      // Without it, the window is filled.
    }
  };
  const leave = () => {
    keyboard?.unlock?.();
    if (document.fullscreenElement && !had) document.exitFullscreen().catch(() => {});
  };
  const onChange = () => {
    if (document.fullscreenElement || !wanted) return;
    const isMeant = performance.now() > expected;
    expected = 0;
    if (isMeant) ended();
  };
  document.addEventListener('fullscreenchange', onChange);
  if (!had) void enter();
  return {
    toggle() {
      if (!document.fullscreenElement) void enter();
      else {
        expected = performance.now() + SOON;
        document.exitFullscreen().catch(() => {});
      }
    },
    expectEnd: () => (expected = performance.now() + SOON),
    destroy() {
      wanted = false;
      document.removeEventListener('fullscreenchange', onChange);
      leave();
    },
  };
}
