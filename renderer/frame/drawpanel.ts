import { messages } from '../../shared/messages.ts';
import type { Commands } from '../core/commands.ts';
import type { Drawing } from '../grid/drawing.ts';
import { destroyAll, element, FOCUS_SHEET, icon, type IconName } from '../core/element.ts';
import type { State, Store, View } from '../core/store.ts';
import { coloursOf } from '../core/colours.ts';
import { pixelRatio } from '../core/magnified.ts';

/** The panel for drawing: a pad, brush and eraser with their size, centring, and the network's prediction. It takes the
 *  place of the digits. */
export function createDrawPanel(parent: Element, store: Store, commands: Commands, drawing: Drawing): View {
  const text = messages.panels;
  const pad = element('canvas', { class: 'pad', role: 'img', 'aria-label': text.pad });
  const tool = (name: IconName, which: State['tool'], label: string) => {
    const button = element('button', { type: 'button', 'data-tool': which }, icon(name), label);
    button.addEventListener('click', () => store.set({ tool: which }));
    return button;
  };
  const tools = [tool('brush', 'brush', text.brush), tool('eraser', 'eraser', text.eraser)];
  const size = element('input', { type: 'range', class: 'slider', min: 0.6, max: 3, step: 0.1 });
  size.addEventListener('input', () => drawing.set({ radius: Number(size.value) }));
  const centred = element('input', { type: 'checkbox' });
  centred.addEventListener('change', () => drawing.set({ centred: centred.checked }));
  const press = (label: string, kind: string, work: () => void) => {
    const button = element('button', { type: 'button', class: `button ${kind}` }, label);
    button.addEventListener('click', work);
    return button;
  };
  const guess = element('p', { class: 'guess', role: 'status' });
  const root = element(
    'section',
    { class: 'draw-panel', 'aria-label': text.draw },
    element('h2', {}, text.draw),
    pad,
    element('div', { class: 'segmented', role: 'group', 'aria-label': text.tool }, ...tools),
    element('label', { class: 'slider-row' }, text.size, size),
    element('label', { class: 'check-row', title: text.centreHelp }, centred, text.centre),
    guess,
    element(
      'div',
      { class: 'panel-foot' },
      press(text.clear, 'outlined', () => drawing.clear()),
      press(text.done, 'primary', () => commands.run('network.draw')),
    ),
  );

  root.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    store.set({ tool: 'select' });
  });

  // ── the pad ──
  const pointOf = (event: PointerEvent) => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    const cells = drawing.size();
    return {
      x: ((event.clientX - left) / width) * cells.width,
      y: ((event.clientY - top) / height) * cells.height,
    };
  };
  pad.addEventListener('pointerdown', event => {
    if (event.button !== 0 || store.get().role === 'viewer') return;
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    drawing.start(pointOf(event), 'pad');
  });
  pad.addEventListener('pointermove', event => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    // One event may have several points of a fast pen.
    const points = event.getCoalescedEvents();
    for (const each of points.length > 0 ? points : [event]) drawing.move(pointOf(each));
  });
  for (const kind of ['pointerup', 'pointercancel'] as const) pad.addEventListener(kind, () => drawing.end());

  const paintPad = () => {
    const cells = drawing.size();
    const ratio = pixelRatio();
    const width = pad.clientWidth;
    if (width === 0) return;
    const scale = (width / cells.width) * ratio;
    pad.style.aspectRatio = `${cells.width} / ${cells.height}`;
    pad.width = Math.round(width * ratio);
    pad.height = Math.round(cells.height * scale);
    const context = pad.getContext('2d')!;
    const style = getComputedStyle(pad);
    // The same colours as in the input's cells: ink on paper, or bright on black.
    const [ink, paper] = coloursOf(store.get()).inkOnPaper
      ? ['--ink', '--surface'].map(name => style.getPropertyValue(name))
      : ['#ffffff', '#000000'];
    context.fillStyle = paper;
    context.fillRect(0, 0, pad.width, pad.height);
    context.lineCap = context.lineJoin = 'round';
    for (const { points, radius, eraser } of drawing.strokes()) {
      context.strokeStyle = eraser ? paper : ink;
      context.lineWidth = 2 * radius * scale;
      context.beginPath();
      context.moveTo(points[0].x * scale, points[0].y * scale);
      // A dot is a line without length. Round ends are only drawn if it has some.
      if (points.length === 1) context.lineTo(points[0].x * scale + 0.01, points[0].y * scale);
      for (const { x, y } of points) context.lineTo(x * scale, y * scale);
      context.stroke();
    }
  };
  const show = () => {
    const { tool, workbook, classes } = store.get();
    const focused = root.contains(document.activeElement);
    root.hidden = tool === 'select';
    if (root.hidden && focused) document.querySelector('.sheet-host')?.dispatchEvent(new Event(FOCUS_SHEET));
    if (root.hidden) return;
    for (const button of tools) button.setAttribute('aria-pressed', String(button.dataset.tool === tool));
    const { radius, centred: centring } = drawing.settings();
    size.value = String(radius);
    centred.checked = centring;
    const { predicted, source } = workbook;
    guess.replaceChildren(
      ...(predicted && source.kind === 'drawing' && drawing.strokes().length > 0
        ? [
            element('b', {}, classes[predicted.class] ?? String(predicted.class)),
            element('span', {}, text.probability(predicted.probability)),
          ]
        : [element('span', {}, text.drawHere)]),
    );
    paintPad();
  };
  parent.append(root);
  show();
  return destroyAll(root, [
    drawing.onChange(show),
    store.on(['tool', 'workbook', 'dark', 'sheet', 'classes', 'dataChoice'], show),
  ]);
}
