/** Calls back when the window moves to a screen with another device pixel ratio. Returns a function that ends this. */
export function onOtherScreen(callback: () => void): () => void {
  let query: MediaQueryList;
  const listen = () => {
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener('change', changed, { once: true });
  };
  const changed = () => {
    listen();
    callback();
  };
  listen();
  return () => query.removeEventListener('change', changed);
}
