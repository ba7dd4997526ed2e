/** Calls back when the window gets to a screen with another number of device pixels. Returns a function that ends
 *  it. */
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
