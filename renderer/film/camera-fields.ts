/** What is in the picture of a scene: the fields of its camera. */
import { messages } from '../../shared/messages.ts';
import { planes, type Plane } from '../../shared/places.ts';
import type { Camera } from '../../shared/film/storyboard.ts';
import { mapsIn } from '../../shared/film/panel.ts';
import { whole } from '../../shared/messages/format.ts';
import type { TensorInfo } from '../../shared/network.ts';
import { element, iconButton, smallButton } from '../core/element.ts';
import { type Field, selectField, textField } from './fields.ts';
import { firstCamera } from './first-parts.ts';
import { addressOf, regionNamed, regionOf } from './regions.ts';
import { asTensor, elementField, type Fields, type Needs, tensorChoices } from './scene-parts.ts';

const KINDS = ['sheet', 'maps', 'cell', 'network', 'scores', 'kernels'] as const;
const MOST_MAPS = 4;

/** The camera of this kind, as the storyboard has it now. */
function cameraNow<K extends Camera['kind']>({ board }: Needs, kind: K): Extract<Camera, { kind: K }> | undefined {
  const camera = board.scene()?.camera;
  return camera?.kind === kind ? (camera as Extract<Camera, { kind: K }>) : undefined;
}

export function createCameraFields(camera: Camera, needs: Needs): Fields {
  const { store, board, edit } = needs;
  const text = messages.storyboardPanel;
  const kind = selectField({
    label: text.camera,
    disabled: !board.mayEdit(),
    choices: () => KINDS.map(value => ({ value, label: text.cameras[value] })),
    get: () => board.scene()?.camera.kind ?? 'network',
    set(value) {
      const next = firstCamera(value as Camera['kind'], store.get(), board.scene());
      if (next) edit({ camera: next }, 'camera kind');
    },
  });
  const own = partsOf(camera, needs);
  return { fields: [kind, ...own.fields], rows: [kind.root, ...own.rows] };
}

function partsOf(camera: Camera, needs: Needs): Fields {
  switch (camera.kind) {
    case 'sheet':
      return sheetFields(needs);
    case 'maps':
      return mapFields(camera.maps.length, needs);
    case 'cell':
      return elementField(
        needs,
        messages.storyboardPanel.cell,
        () => cameraNow(needs, 'cell')?.element,
        found => needs.edit({ camera: { kind: 'cell', element: found } }, 'camera cell'),
      );
    case 'kernels':
      return kernelFields(needs);
    default:
      return { fields: [], rows: [] };
  }
}

function sheetFields(needs: Needs): Fields {
  const { store, board, edit, begin } = needs;
  const text = messages.storyboardPanel;
  const now = () => cameraNow(needs, 'sheet');
  const change = (patch: Partial<Extract<Camera, { kind: 'sheet' }>>, part: string) => {
    const camera = now();
    if (camera) edit({ camera: withoutUndefined({ ...camera, ...patch }) }, part);
  };
  const regionField = (name: string, part: 'region' | 'selection'): Field =>
    textField({
      label: name,
      begin,
      disabled: !board.mayEdit(),
      placeholder: part === 'selection' ? text.nothingFramed : undefined,
      get: () => {
        const region = now()?.[part];
        return region ? addressOf(store.get(), region) : '';
      },
      set(typed) {
        if (part === 'selection' && typed.trim() === '') {
          change({ selection: undefined }, part);
          return undefined;
        }
        const region = regionNamed(store.get(), typed);
        if (!region) return text.problems.cells(typed);
        change({ [part]: region }, part);
        return undefined;
      },
    });
  const region = regionField(text.region, 'region');
  const framed = regionField(text.framed, 'selection');
  const take = smallButton(text.takeSelection, () => {
    const { sheet, selection } = store.get();
    change({ selection: regionOf(sheet, selection) }, 'selection');
  });
  take.disabled = !board.mayEdit();
  const plane = selectField({
    label: text.plane,
    disabled: !board.mayEdit(),
    choices: () =>
      planes
        .filter(value => value === 'value' || value === now()?.plane)
        .map(value => ({ value, label: text.planes[value] })),
    get: () => now()?.plane ?? 'value',
    set: value => change({ plane: value === 'value' ? undefined : (value as Plane) }, 'plane'),
  });
  return {
    fields: [region, framed, plane],
    rows: [
      named(text.region, region.root),
      named(text.framed, framed.root, take),
      ...(now()?.plane ? [plane.root] : []),
    ],
  };
}

/** A field with its name before it, where several stand below each other. */
function named(name: string, ...parts: HTMLElement[]): HTMLElement {
  return element('div', { class: 'film-named' }, element('small', {}, name), ...parts);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

const isPictured = ({ role, shape }: TensorInfo) => role !== 'actual' && shape.length > 0;

function mapFields(count: number, needs: Needs): Fields {
  const { store, board, edit } = needs;
  const text = messages.storyboardPanel;
  const maps = () => cameraNow(needs, 'maps')?.maps ?? [];
  const change = (next: ReturnType<typeof maps>) => {
    if (next.length > 0) edit({ camera: { kind: 'maps', maps: next } }, 'maps');
  };
  const fields: Field[] = [];
  const rows = Array.from({ length: count }, (_, at) => {
    const tensor = selectField({
      label: text.pictured(at + 1),
      disabled: !board.mayEdit(),
      choices: () => tensorChoices(store, isPictured, false),
      get: () => maps()[at]?.tensor ?? '',
      set: value => change(maps().with(at, { tensor: asTensor(value) })),
    });
    const map = selectField({
      label: text.mapOf(at + 1),
      disabled: !board.mayEdit(),
      choices: () => {
        const info = store.get().sheet.tensors.get(maps()[at]?.tensor ?? asTensor(''));
        const all = Math.min(1000, info ? mapsIn(info) : 1);
        return Array.from({ length: all }, (_, nth) => ({ value: String(nth), label: whole(nth + 1) }));
      },
      get: () => String(maps()[at]?.map ?? 0),
      set: value => change(maps().with(at, { tensor: maps()[at].tensor, map: Number(value) })),
    });
    const remove = iconButton('close', text.removePictured(at + 1), () => change(maps().toSpliced(at, 1)));
    remove.disabled = count === 1 || !board.mayEdit();
    fields.push(tensor, map);
    return element('div', { class: 'film-map' }, tensor.root, map.root, remove);
  });
  const add = smallButton(text.addPictured, () => change([...maps(), maps().at(-1)!]));
  add.disabled = count >= MOST_MAPS || !board.mayEdit();
  return { fields, rows: [...rows, add] };
}

function kernelFields(needs: Needs): Fields {
  const { store, board, edit } = needs;
  const text = messages.storyboardPanel;
  const layers = () => {
    const { sheet } = store.get();
    return sheet.network.layers.filter(({ id }) => sheet.tensors.has(`${id}/kernel`));
  };
  const which = selectField({
    label: text.layer,
    disabled: !board.mayEdit(),
    choices: () => [
      { value: '', label: text.allLayers },
      ...layers().map(({ id, name }) => ({ value: id, label: name })),
    ],
    get: () => cameraNow(needs, 'kernels')?.layer ?? '',
    set: value => edit({ camera: { kind: 'kernels', ...(value !== '' && { layer: value }) } }, 'kernels'),
  });
  const outstanding = selectField({
    label: text.kernel,
    disabled: !board.mayEdit(),
    choices: () => {
      const info = store.get().sheet.tensors.get(asTensor(`${cameraNow(needs, 'kernels')?.layer ?? ''}/kernel`));
      const all = Math.min(1000, info?.shape.at(-1) ?? 0);
      const each = Array.from({ length: all }, (_, nth) => ({ value: String(nth), label: whole(nth + 1) }));
      return [{ value: '', label: text.noKernel }, ...each];
    },
    get: () => String(cameraNow(needs, 'kernels')?.kernel ?? ''),
    set(value) {
      const layer = cameraNow(needs, 'kernels')?.layer;
      const kernel = value === '' ? {} : { kernel: Number(value) };
      if (layer !== undefined) edit({ camera: { kind: 'kernels', layer, ...kernel } }, 'kernel');
    },
  });
  return { fields: [which, outstanding], rows: [which.root, outstanding.root] };
}
