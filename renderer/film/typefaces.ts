/** The typefaces of pictures. A canvas doesn't wait for a typeface: it paints with another one, and the widths that
 *  were measured meanwhile stay. So nothing is painted before they are there. */
let loading: Promise<unknown> | undefined;

export function typefaces(): Promise<unknown> {
  loading ??= load();
  return loading;
}

/** A page whose typefaces are missing still has pictures. */
async function load(): Promise<unknown> {
  const style = getComputedStyle(document.documentElement);
  const fonts = ['film-text', 'numerals'].map(token => style.getPropertyValue(`--${token}`));
  const wanted = fonts.flatMap(font => [400, 600].map(weight => document.fonts.load(`${weight} 20px ${font}`)));
  return Promise.allSettled(wanted);
}
