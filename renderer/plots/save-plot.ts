import { download } from '../core/download.ts';
import { createSvg, setAttributes } from '../core/element.ts';
import type { Series } from './series.ts';

/** A plot on the screen, with what its file needs besides. */
export type Picture = {
  svg: SVGSVGElement;
  title: string;
  legend: readonly Series[];
  /** Numbers to add below the drawing (in its coordinates), and the pixels that they need. */
  below?: { height: number; labels: readonly SVGTextElement[] };
};

/** The styles that are written into a file, because it has no style sheet. */
const PAINT = ['stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'fill', 'opacity'];
const TYPE = ['font-family', 'font-size', 'font-weight'];
/** Height of the title over the drawing, in pixels. */
const HEAD = 28;
/** How many pixels a PNG has for each pixel of the drawing. */
const SCALE = 3;

export function saveSvg(name: string, picture: Picture): void {
  download(name, new Blob([standalone(picture).text], { type: 'image/svg+xml' }));
}

/** Saves the drawing as PNG. Rejects if the browser can't make the picture. */
export async function savePng(name: string, picture: Picture): Promise<void> {
  const { text, width, height } = standalone(picture);
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * SCALE;
    canvas.height = height * SCALE;
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('no picture');
    download(name, blob);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The drawing as an SVG of its own: with title, legend, background, and its styles on the screen. */
function standalone({ svg, title, legend, below }: Picture): { text: string; width: number; height: number } {
  const width = svg.clientWidth;
  const drawn = svg.clientHeight + (below?.height ?? 0);
  const height = drawn + HEAD;
  const drawing = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll('*');
  for (const [i, copy] of [...drawing.querySelectorAll('*')].entries()) writeStyles(originals[i], copy);
  drawing.querySelector('.plot-cross')?.replaceChildren();
  setAttributes(drawing, { y: HEAD, width, height: drawn, viewBox: `0 0 ${width} ${drawn}` });
  const number = svg.querySelector('.plot-grid text');
  for (const label of below?.labels ?? []) {
    if (number) writeStyles(number, label);
    drawing.append(label);
  }

  const page = getComputedStyle(svg);
  const whole = createSvg('svg', { width, height, viewBox: `0 0 ${width} ${height}` });
  const font = { 'font-family': page.fontFamily, fill: page.color };
  const heading = createSvg('text', { x: 8, y: 18, 'font-size': 12, 'font-weight': 600, ...font });
  heading.textContent = title;
  whole.append(createSvg('rect', { width, height, fill: page.getPropertyValue('--surface') }), heading, drawing);
  let right = width - 8;
  for (const { id, name } of [...legend].reverse()) {
    const label = createSvg('text', { x: right, y: 18, 'font-size': 10, 'text-anchor': 'end', ...font });
    label.textContent = name;
    const line = svg.querySelector(`[data-series="${CSS.escape(id)}"]`);
    // About the width of a name at 10 px. An exact one would need the text on the screen.
    const end = right - name.length * 5.6 - 4;
    const key = createSvg('path', { d: `M${end - 12} 14.5h12`, fill: 'none' });
    if (line) writeStyles(line, key);
    whole.append(label, key);
    right = end - 24;
  }
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

function writeStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of from instanceof SVGTextElement ? ['fill', ...TYPE] : PAINT) {
    const value = style.getPropertyValue(name);
    if (value !== '') to.setAttribute(name, value);
  }
}
