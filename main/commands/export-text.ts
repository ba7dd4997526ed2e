/** The texts of a storyboard. No window is needed for most of them. */
import { copyOfWritten, writtenFrom } from '../../shared/changes/written.ts';
import { saysNumbers } from '../../shared/film/caption-cells.ts';
import { checkFit, type FilmJob, withScenes } from '../../shared/film/film-job.ts';
import { type TextForm, textForms } from '../../shared/film/forms.ts';
import type { SceneFilm } from '../../shared/film/numbers.ts';
import { sceneFilmOf, statesOf } from '../../shared/film/states.ts';
import { EMPTY_STORYBOARD, type FilmScene } from '../../shared/film/storyboard.ts';
import { templateBoard } from '../../shared/film/template-board.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { keptRuns } from '../engine/host/training-host.ts';
import { filmStates } from '../engine/training/film-states.ts';
import { createSession } from '../engine/workbook/session.ts';

/** undefined where a window has to write it: its captions say what cells hold while images change or the network
 *  learns. Throws UserError if the storyboard has no such scenes, if they don't fit, or if there can't be one. */
export async function storyboardText(
  workbook: Workbook,
  form: TextForm,
  { storyboard: source, ...job }: Pick<FilmJob, 'storyboard' | 'scenes'>,
): Promise<string | undefined> {
  const isCaptions = form === 'srt' || form === 'vtt';
  if (source === 'own' && !isCaptions) {
    const { network, classes, storyboard = EMPTY_STORYBOARD } = workbook;
    const { sheets } = writtenFrom(workbook);
    return textForms[form](withScenes(storyboard, job), { sheet: buildSheet(network, classes), sheets });
  }
  await startBackend();
  const session = createSession(workbook);
  try {
    const { sheet, sheets, written } = session;
    const { runs } = keptRuns(session);
    const load = async (scene: FilmScene): Promise<SceneFilm> => {
      const asked = statesOf({ sheet, scene });
      const told = await filmStates(session, asked, { image: noImage, running: false }, async () => {});
      return sceneFilmOf({ scene, sheet, sheets, written: copyOfWritten(written) }, asked, told);
    };
    const pointsOf = (id: string) => session.runs().find(run => run.id === id)!.points;
    const whole = source === 'own' ? session.storyboard : await templateBoard(source, { runs, load, pointsOf });
    const storyboard = withScenes(whole, job);
    if (!isCaptions) return textForms[form](storyboard, { sheet, sheets });
    checkFit(storyboard, job, { sheet, written, runs });
    const films: (SceneFilm | undefined)[] = [];
    for (const scene of storyboard.scenes) {
      const isNeeded = saysNumbers(scene.caption);
      if (isNeeded && (scene.motion.kind === 'images' || scene.motion.kind === 'train')) return undefined;
      // oxlint-disable-next-line no-await-in-loop -- the engine works on one scene at a time
      films.push(isNeeded ? await load(scene) : undefined);
    }
    return textForms[form](storyboard, { sheet, sheets }, films);
  } finally {
    session.dispose();
  }
}

/** Scenes with other images are left to a window. */
const noImage = () => ({ edits: [], label: '' });
