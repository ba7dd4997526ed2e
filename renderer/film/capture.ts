/** What is on the screen as a scene: the stage, the explained cell, the kernels, or a part of the sheet; and what moves
 *  in it. */
import { describeElement } from '../../shared/describe.ts';
import { comparisonIn } from '../../shared/explain/comparison.ts';
import type { Camera, FilmScene, Motion } from '../../shared/film/storyboard.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { messages } from '../../shared/messages.ts';
import type { RangePlace } from '../../shared/places.ts';
import { momentAt } from '../../shared/scene/scan.ts';
import { layerOfCell } from '../core/layer-places.ts';
import type { State } from '../core/store.ts';
import { regionOf } from './regions.ts';
import { plainScene } from './storyboard-edits.ts';

type Screen = Pick<
  State,
  'sheet' | 'sheets' | 'active' | 'selection' | 'scan' | 'stage' | 'side' | 'kernels' | 'trace' | 'foldedLayers'
>;
/** A scan takes as long as half a minute of a film at most, and a scene at least so long. */
const SCAN_SECONDS = { least: 6, most: 20 };
const CELLS_A_SECOND = 40;

/** `visible`: the cells in view. */
export function captured(screen: Screen, visible: RangePlace): FilmScene {
  const motion = motionOf(screen);
  const camera = cameraOf(screen, visible);
  const isScan = motion.kind === 'scan';
  const cells = isScan ? motion.to - motion.from + 1 : 0;
  const seconds = Math.max(SCAN_SECONDS.least, Math.min(SCAN_SECONDS.most, Math.round(cells / CELLS_A_SECOND)));
  return plainScene(titleOf(screen, camera), {
    camera,
    motion,
    transition: camera.kind === 'sheet' ? 'glide' : 'fade',
    ...(isScan && { duration: seconds }),
  });
}

/** The active cell, if its number is computed. */
function explained({ sheet, active, scan }: Screen): ElementIndex | undefined {
  if (scan) {
    const { chapter } = momentAt(scan.plan, scan.time);
    const tensor = scan.plan.chapters[chapter]?.tensor;
    return tensor && { tensor, index: 0 };
  }
  const found = elementAt(sheet, active);
  return found && sheet.tensors.get(found.tensor)!.role === 'computed' ? found : undefined;
}

function cameraOf(screen: Screen, visible: RangePlace): Camera {
  const { sheet, stage, side, kernels, selection, foldedLayers } = screen;
  if (stage && comparisonIn(sheet)) return { kind: 'scores' };
  const element = side === 'explain' ? explained(screen) : undefined;
  if (element) return { kind: 'cell', element };
  if (kernels) return { kind: 'kernels' };
  return {
    kind: 'sheet',
    region: regionOf(sheet, visible),
    selection: regionOf(sheet, selection),
    ...(visible.sheet === sheet.id && foldedLayers.size > 0 && { folded: [...foldedLayers] }),
  };
}

/** Whether a scene of the sheet shows less than the screen: films know the cells' own values alone. */
export const showsLess = ({ plane, overlays }: Pick<State, 'plane' | 'overlays'>, { camera }: FilmScene): boolean =>
  camera.kind === 'sheet' && (plane !== 'value' || overlays !== undefined);

/** A scan goes on from the cell that has just come about; one that has come to its end begins again. */
function motionOf({ sheet, scan, trace, active }: Screen): Motion {
  if (scan) {
    const { chapter, cell } = momentAt(scan.plan, scan.time);
    const { tensor, cells } = scan.plan.chapters[chapter];
    return { kind: 'scan', tensor, from: cell < cells - 1 ? cell : 0, to: cells - 1 };
  }
  const element = elementAt(sheet, active);
  const isComputed = element && sheet.tensors.get(element.tensor)!.role === 'computed';
  return trace === 'pixels' && isComputed ? { kind: 'walk', element } : { kind: 'still' };
}

function titleOf({ sheet, sheets, active }: Screen, camera: Camera): string {
  const text = messages.storyboardPanel;
  if (camera.kind === 'cell') return describeElement(sheet, camera.element);
  if (camera.kind !== 'sheet') return text.cameras[camera.kind];
  const layer = layerOfCell(sheet, active);
  return (layer !== undefined && sheet.layers.get(layer)?.name) || sheets.find(({ id }) => id === active.sheet)!.name;
}
