/** The storyboards that the app makes by itself, of a workbook as it is. */
import { imageShape } from '../data.ts';
import { UserError } from '../errors.ts';
import type { RunSummary } from '../protocol/replies.ts';
import type { StepPoint } from '../training.ts';
import type { SceneFilm } from './numbers.ts';
import { AT_REST, type FilmScene, type Storyboard } from './storyboard.ts';
import { type FilmTemplate, runToShow, storyboardFrom } from './templates.ts';

/** A scene for which the numbers of the whole network are read. */
const WHOLE: FilmScene = { ...AT_REST, id: 'whole', title: '', duration: 1 };

/** A template's storyboard. `load` finds a scene's numbers, `pointsOf` the loss of one of the kept runs. Rejects with a
 *  sentence if there can't be one. */
export async function templateBoard(
  name: FilmTemplate,
  workbook: {
    runs: readonly Pick<RunSummary, 'id' | 'name' | 'kept' | 'layers' | 'start'>[];
    load(scene: FilmScene): Promise<SceneFilm>;
    pointsOf(run: string): Promise<readonly StepPoint[]> | readonly StepPoint[];
  },
): Promise<Storyboard> {
  const { sheet, states } = await workbook.load(WHOLE);
  const run = name === 'training' ? runToShow(sheet, workbook.runs) : undefined;
  const made = storyboardFrom(name, {
    sheet,
    now: states[0],
    ...(run && { run: { ...run, points: await workbook.pointsOf(run.id) } }),
    ...(imageShape(sheet.network) === undefined && { images: 0 }),
  });
  if (typeof made === 'object' && 'scenes' in made) return made;
  throw new UserError(made);
}
