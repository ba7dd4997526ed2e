import type { MenuCommand } from '../../shared/menu.ts';
import { messages, say } from '../../shared/messages.ts';
import { readable } from '../core/accelerators.ts';
import { foldable, reluAfter } from '../core/foldable.ts';
import type { Commands } from '../core/commands.ts';
import { FULL_SIZE, LARGEST, SMALLEST } from './view-commands.ts';
import { destroyAll, element, icon, type IconName, setAttributes } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { FilmTools } from '../film/film-tools.ts';
import { menuButton } from '../parts/menu.ts';

/** The row of buttons under the menu: undo, redo, ReLU folding, the graph, colours, drawing, backend, zoom. */
export function createToolbar(
  parent: Element,
  store: Store,
  commands: Commands,
  film: FilmTools,
  focusSheet: () => void,
): View {
  const text = messages.panels;
  const { platform } = store.get().capabilities;
  const run = ({ id, argument }: MenuCommand) => commands.run(id, argument);
  const shortcut = (accelerator: string) => ` (${readable(accelerator, platform)})`;
  const quiet = (name: IconName, id: string) => {
    const button = element('button', { type: 'button', class: 'button quiet' }, icon(name));
    button.addEventListener('click', () => commands.run(id));
    return button;
  };

  const undo = quiet('undo', 'edit.undo');
  const redo = quiet('redo', 'edit.redo');

  const foldLabel = element('span', { class: 'label' }, text.foldRelu);
  const fold = element(
    'button',
    { type: 'button', class: 'button outlined joined-left', title: text.foldReluHelp + shortcut('CmdOrCtrl+Shift+F') },
    icon('fold'),
    foldLabel,
  );
  fold.addEventListener('click', () => commands.run('view.foldRelu'));
  const foldMore = element(
    'button',
    { type: 'button', class: 'button outlined joined-right', 'aria-label': text.foldWhich },
    icon('down'),
  );
  menuButton(
    foldMore,
    () => {
      const { sheet, foldedLayers } = store.get();
      return foldable(sheet.network).map(id => ({
        kind: 'command' as const,
        id: 'view.foldRelu',
        argument: id,
        label: text.foldInto(reluAfter(sheet.network, id)!.name, sheet.layers.get(id)!.name),
        enabled: true,
        checked: foldedLayers.has(id),
      }));
    },
    { label: text.foldWhich, platform, run },
  );

  const ramp = element('span', { class: 'ramp wide' });
  const paletteName = element('span', { class: 'label' });
  const palette = element('button', { type: 'button', class: 'button outlined' }, ramp, paletteName, icon('down'));
  menuButton(
    palette,
    () =>
      (['greenRed', 'orangeBlue'] as const).map(name => ({
        kind: 'command' as const,
        id: 'view.palette',
        argument: name,
        label: messages.menu.palettes[name],
        enabled: true,
        checked: store.get().settings.palette === name,
        radio: true,
      })),
    { label: text.palette, platform, run },
  );

  const draw = element(
    'button',
    { type: 'button', class: 'button outlined', title: messages.menu.draw + shortcut('CmdOrCtrl+Shift+D') },
    icon('brush'),
    element('span', { class: 'label' }, text.draw),
  );
  draw.addEventListener('click', () => commands.run('network.draw'));
  const eraser = quiet('eraser', '');
  setAttributes(eraser, { title: text.eraser, 'aria-label': text.eraser });
  eraser.addEventListener('click', () => store.set({ tool: store.get().tool === 'eraser' ? 'brush' : 'eraser' }));
  const clear = quiet('clear', 'network.clearDrawing');
  setAttributes(clear, { title: text.clear, 'aria-label': text.clear });

  const graph = element(
    'button',
    { type: 'button', class: 'button outlined', title: messages.graph.name + shortcut('CmdOrCtrl+Shift+G') },
    icon('graph'),
    element('span', { class: 'label' }, messages.graph.title),
  );
  graph.addEventListener('click', () => commands.run('network.graph'));

  const backend = element('span', { class: 'chip backend', title: text.backendHelp });
  const zoom = element('input', {
    type: 'range',
    class: 'slider',
    min: 0,
    max: 100,
    step: 1,
    'aria-label': text.zoom,
  });
  zoom.addEventListener('input', () => store.set({ cellSize: sizeAt(Number(zoom.value)) }));
  const percent = element('button', {
    type: 'button',
    class: 'percent',
    title: text.zoomReset + shortcut('CmdOrCtrl+0'),
  });
  percent.addEventListener('click', () => commands.run('view.zoom100'));

  const divider = () => element('span', { class: 'divider', role: 'presentation' });
  const tools = element(
    'div',
    { class: 'toolbar-part' },
    element('span', { class: 'joined' }, fold, foldMore),
    graph,
    divider(),
    palette,
    divider(),
    draw,
    eraser,
    clear,
    element('span', { class: 'spacer' }),
    backend,
    divider(),
    zoom,
    percent,
  );
  const root = element(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': text.toolbar },
    undo,
    redo,
    divider(),
    film.toggle,
    divider(),
    film.tools,
    tools,
  );

  // With the mouse, the sheet keeps the focus. Tab still reaches the tools.
  root.addEventListener('pointerdown', event => {
    if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
  });
  zoom.addEventListener('pointerup', focusSheet);

  const show = () => {
    const { workbook, role, foldedLayers, settings, tool, cellSize, sheet, filming } = store.get();
    tools.hidden = filming === true;
    const viewer = role === 'viewer';
    undo.disabled = workbook.undo === undefined || viewer;
    redo.disabled = workbook.redo === undefined || viewer;
    const [undoName, redoName] = [messages.menu.undo(say(workbook.undo)), messages.menu.redo(say(workbook.redo))];
    setAttributes(undo, { title: undoName + shortcut('CmdOrCtrl+Z'), 'aria-label': undoName });
    setAttributes(redo, {
      title: redoName + shortcut(platform === 'mac' ? 'CmdOrCtrl+Shift+Z' : 'CmdOrCtrl+Y'),
      'aria-label': redoName,
    });
    const folds = foldable(sheet.network).length;
    fold.disabled = foldMore.disabled = folds === 0;
    fold.setAttribute('aria-pressed', String(foldedLayers.size > 0));
    ramp.dataset.palette = settings.palette;
    paletteName.textContent = messages.menu.palettes[settings.palette];
    palette.setAttribute('aria-label', `${text.palette}: ${paletteName.textContent}`);
    graph.setAttribute('aria-pressed', String(store.get().graph));
    const drawing = tool !== 'select';
    draw.disabled = viewer;
    draw.setAttribute('aria-pressed', String(drawing));
    eraser.hidden = clear.hidden = !drawing;
    eraser.setAttribute('aria-pressed', String(tool === 'eraser'));
    backend.textContent = store.get().backend;
    backend.classList.toggle('away', store.get().connection === 'lost');
    const shownPercent = Math.round((100 * cellSize) / FULL_SIZE);
    percent.textContent = text.percent(shownPercent);
    percent.setAttribute('aria-label', text.zoomLabel(shownPercent));
    zoom.value = String(positionOf(cellSize));
    zoom.setAttribute('aria-valuetext', text.percent(shownPercent));
  };
  show();
  parent.append(root);
  return destroyAll(root, [
    store.on(
      [
        'workbook',
        'role',
        'foldedLayers',
        'settings',
        'tool',
        'cellSize',
        'sheet',
        'graph',
        'backend',
        'connection',
        'capabilities',
        'filming',
      ],
      show,
    ),
    film.end,
  ]);
}

/** The slider is logarithmic: each step changes the cell size by the same share. 0 to 100 ↔ 1 to 64 px. */
const range = Math.log(LARGEST / SMALLEST);
const positionOf = (size: number) => Math.round((100 * Math.log(size / SMALLEST)) / range);
const sizeAt = (position: number) => Math.round(SMALLEST * Math.exp((position / 100) * range));
