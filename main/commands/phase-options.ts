/** The options for the phases of a run: --recipe, --group and --phase. */
import { messages, say } from '../../shared/messages.ts';
import { type LayerId, type NetworkSpec } from '../../shared/network.ts';
import { fromRecipe, recipes } from '../../shared/recipes.ts';
import { configProblems } from '../../shared/training-check.ts';
import type { Phase, TrainingConfig } from '../../shared/training.ts';
import { type Arguments, type Options, UsageError } from './arguments.ts';
import { choose, splitAt, toNumber } from './values.ts';
import { schedules } from './schedules.ts';

export const phaseOptions = {
  recipe: { type: 'string' },
  groups: { type: 'string' },
  phase: { type: 'string', multiple: true },
} as const satisfies Options;

type PhaseArguments = Arguments<typeof phaseOptions>['options'];

/** Puts the phases that were asked for into the set-up. Options for the whole run replace the phases of the run before.
 *  `layerOf` finds a layer by its name or id. Throws UsageError naming the option. */
export function phasedConfig(
  config: TrainingConfig,
  chosen: PhaseArguments & { epochs?: string; 'learning-rate'?: string; schedule?: string },
  network: NetworkSpec,
  layerOf: (option: string, called: string) => LayerId,
): TrainingConfig {
  const { recipe, groups, phase } = chosen;
  const asked = recipe !== undefined || phase.length > 0;
  const ofRun = (['epochs', 'schedule'] as const).filter(option => chosen[option] !== undefined);
  const { bothRecipe, besidePhases, groupsAlone } = messages.trainCommand;
  if (recipe !== undefined && phase.length > 0) throw new UsageError(bothRecipe);
  if (asked && ofRun.length > 0) throw new UsageError(besidePhases(`--${ofRun[0]}`));
  if (!asked) {
    if (groups !== undefined) throw new UsageError(groupsAlone);
    if (ofRun.length === 0 && chosen['learning-rate'] === undefined) return config;
    const { phases: _, groups: __, ...whole } = config;
    return whole;
  }
  const begins = groups?.split(',').map(called => layerOf('--groups', called.trim()));
  if (recipe !== undefined) {
    const made = fromRecipe(choose('--recipe', recipe, recipes), network, config);
    if (begins) throw new UsageError(messages.trainCommand.recipeGroups);
    return { ...config, ...made };
  }
  const phases = phase.map(text => phaseOf(text, config));
  const epochs = phases.reduce((sum, each) => sum + each.epochs, 0);
  const phased = { ...config, groups: begins ?? [], phases, epochs };
  for (const [path, expected] of configProblems(phased)) {
    const [part, place, key] = path.split('.');
    if (part === 'phases' && key !== undefined)
      throw new UsageError(messages.trainCommand.badValue('--phase', phase[Number(place)], `${key}: ${say(expected)}`));
  }
  return phased;
}

/** A phase such as "name=Head,epochs=2,rate=0.01,schedule=cosine,cycle=1,groups=0/0/1,size=64x64,norms=frozen". */
function phaseOf(text: string, config: TrainingConfig): Phase {
  const { badValue, phaseSetting, expectedPhaseSize, expectedNorms, settingWithoutValue } = messages.trainCommand;
  const { learningRate, schedule } = config;
  let made: Phase = { name: '', epochs: Number.NaN, learningRate, schedule, groupRates: [] };
  for (const part of text.split(',').filter(each => each.trim() !== '')) {
    const [key, value] = splitAt(part, '=');
    if (value === undefined) throw new UsageError(settingWithoutValue('--phase', key));
    const ofSchedule = Object.hasOwn(made.schedule, key) && key !== 'kind';
    if (key === 'name') made = { ...made, name: value };
    else if (key === 'epochs') made = { ...made, epochs: toNumber(value) };
    else if (key === 'rate') made = { ...made, learningRate: toNumber(value) };
    else if (key === 'schedule')
      made = {
        ...made,
        schedule: schedules[choose('--phase', value, Object.keys(schedules) as Phase['schedule']['kind'][])],
      };
    else if (key === 'groups') made = { ...made, groupRates: value.split('/').map(toNumber) };
    else if (key === 'size') {
      const size = value.split(/[x×]/).map(toNumber);
      if (size.length > 2 || size.some(Number.isNaN))
        throw new UsageError(badValue('--phase', part, expectedPhaseSize));
      made = { ...made, imageSize: [size[0], size[1] ?? size[0]] };
    } else if (key === 'norms') {
      if (value !== 'frozen') throw new UsageError(badValue('--phase', part, expectedNorms));
      made = { ...made, freezeNorms: true };
    } else if (ofSchedule) made = { ...made, schedule: { ...made.schedule, [key]: toNumber(value) } };
    else {
      const ofThis = Object.keys(made.schedule).filter(each => each !== 'kind');
      throw new UsageError(
        phaseSetting(key, ['name', 'epochs', 'rate', 'schedule', ...ofThis, 'groups', 'size', 'norms']),
      );
    }
  }
  return made;
}
