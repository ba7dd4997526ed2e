/** The camera and the motion that a scene gets when somebody chooses their kind: as near as possible to what is
 *  selected on the sheet and to what the scene had before. */
import type { Camera, FilmScene, Motion } from '../../shared/film/storyboard.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { elementAt, type Sheet, usedRange } from '../../shared/layout/sheet.ts';
import type { TensorId, TensorInfo } from '../../shared/network.ts';
import type { State } from '../core/store.ts';
import { regionOf } from './regions.ts';

type Known = Pick<State, 'sheet' | 'active' | 'selection' | 'runs' | 'workbook'>;

const computedIn = ({ tensors }: Sheet): TensorInfo[] =>
  [...tensors.values()].filter(({ role }) => role === 'computed');
const pixelsIn = ({ tensors }: Sheet): TensorInfo => [...tensors.values()].find(({ role }) => role === 'pixels')!;

/** The cell that a scene was about, else the selected one, else the first computed one. */
function cellFor({ sheet, active }: Known, scene: FilmScene | undefined): ElementIndex | undefined {
  const { camera, motion } = scene ?? {};
  const named = [
    camera?.kind === 'cell' ? camera.element : undefined,
    motion && 'element' in motion ? motion.element : undefined,
    motion?.kind === 'scan' ? { tensor: motion.tensor, index: 0 } : undefined,
    elementAt(sheet, active),
  ].find(each => each && sheet.tensors.get(each.tensor)?.role === 'computed');
  const [first] = computedIn(sheet);
  return named ?? (first && { tensor: first.id, index: 0 });
}

export function firstCamera(kind: Camera['kind'], known: Known, scene: FilmScene | undefined): Camera | undefined {
  const { sheet, selection } = known;
  if (kind === 'network' || kind === 'scores' || kind === 'kernels') return { kind };
  if (kind === 'sheet')
    return { kind, region: regionOf(sheet, usedRange(sheet)), selection: regionOf(sheet, selection) };
  const cell = cellFor(known, scene);
  if (kind === 'cell') return cell && { kind, element: cell };
  const scanned = scene?.motion.kind === 'scan' ? scene.motion.tensor : cell?.tensor;
  const pixels: TensorId = pixelsIn(sheet).id;
  return { kind, maps: [{ tensor: pixels }, ...(scanned ? [{ tensor: scanned }] : [])] };
}

export function firstMotion(kind: Motion['kind'], known: Known, scene: FilmScene | undefined): Motion | undefined {
  const { sheet, active, runs, workbook } = known;
  const cell = cellFor(known, scene);
  switch (kind) {
    case 'still':
      return { kind };
    case 'scan': {
      const shown = scene?.camera.kind === 'maps' ? scene.camera.maps.map(({ tensor }) => tensor) : [];
      const tensor = shown.findLast(each => sheet.tensors.get(each)?.role === 'computed') ?? cell?.tensor;
      return tensor && { kind, tensor, from: 0, to: sheet.tensors.get(tensor)!.size - 1 };
    }
    case 'walk':
      return cell && { kind, element: cell };
    case 'edit': {
      const selected = elementAt(sheet, active);
      const first = [...sheet.tensors.values()].find(({ role }) => role === 'parameter') ?? pixelsIn(sheet);
      return { kind, element: selected ?? { tensor: first.id, index: 0 }, text: '2' };
    }
    case 'train':
      return { kind, start: 'here', steps: 100 };
    case 'run':
      return { kind, run: runs.at(-1)?.id ?? '' };
    default: {
      const { source } = workbook;
      const from = source.kind === 'digit' ? source.index : 0;
      return { kind: 'images', images: [from, from + 1, from + 2] };
    }
  }
}
