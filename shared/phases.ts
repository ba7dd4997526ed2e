/** The phases of a run: which part of it an epoch belongs to, and what each layer learns there. Pure functions of a
 *  set-up and its network. Epochs count from 0. */
import { sentenceOfError, UserError } from './errors.ts';
import type { Sentence } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';
import { describeTensors, inferShapes, type LayerId, type NetworkSpec, trainedTensors } from './network.ts';
import type { Phase, TrainingConfig } from './training.ts';

type Phased = Pick<TrainingConfig, 'epochs' | 'learningRate' | 'schedule' | 'phases'>;
type Grouped = Pick<TrainingConfig, 'layerRates' | 'groups' | 'phases'>;

/** A phase in its run: from which epoch on it goes. */
export type PhaseSpan = Phase & { first: number };

/** The phases of a run in order. A run without phases is one. */
export function phasesOf({ phases, epochs, learningRate, schedule }: Phased): PhaseSpan[] {
  const all = phases?.length ? phases : [{ name: '', epochs, learningRate, schedule, groupRates: [] }];
  let next = 0;
  return all.map(phase => {
    const first = next;
    next += phase.epochs;
    return { ...phase, first };
  });
}

/** The place of the phase that an epoch belongs to. Epochs beyond the run's end belong to the last one. */
export function phaseAt(spans: readonly PhaseSpan[], epoch: number): number {
  return Math.max(
    0,
    spans.findLastIndex(({ first }) => first <= epoch),
  );
}

/** A phase's name, or its number. */
export const phaseName = ({ name }: Pick<Phase, 'name'>, place: number): string | Sentence =>
  name === '' ? sentences.runs.phaseNumber(place + 1) : name;

/** The layers of each group, in the network's order. `groups`: the first layer of each group after the first one. */
export function layerGroups({ layers }: NetworkSpec, groups: readonly LayerId[] = []): LayerId[][] {
  const begins = new Set(groups);
  const found: LayerId[][] = [[]];
  for (const { id } of layers) {
    if (begins.has(id)) found.push([]);
    found.at(-1)!.push(id);
  }
  return found;
}

/** The factor of the learning rate that each layer has in a phase; 0 is frozen. Layers that aren't listed have 1. */
export function layerRatesIn(network: NetworkSpec, config: Grouped, place: number): Record<LayerId, number> {
  const phase = config.phases?.[place];
  if (!phase) return config.layerRates;
  const rates: Record<LayerId, number> = {};
  const norms = new Set(network.layers.filter(({ kind }) => kind === 'batchNorm').map(({ id }) => id));
  for (const [group, layers] of layerGroups(network, config.groups).entries()) {
    for (const id of layers) {
      const frozen = phase.freezeNorms === true && norms.has(id);
      rates[id] = frozen ? 0 : (phase.groupRates[group] ?? 1) * (config.layerRates[id] ?? 1);
    }
  }
  return rates;
}

/** The layers that learn nothing in the whole run. */
export function frozenIn(network: NetworkSpec, config: Grouped): Set<LayerId> {
  const places = config.phases?.length ? [...config.phases.keys()] : [0];
  const rates = places.map(place => layerRatesIn(network, config, place));
  return new Set(network.layers.map(({ id }) => id).filter(id => rates.every(each => each[id] === 0)));
}

/** The set-up of one phase as that of a run of its own. */
export function configIn(network: NetworkSpec, config: TrainingConfig, place: number): TrainingConfig {
  const phase = config.phases?.[place];
  if (!phase) return config;
  const { phases: _, groups: __, ...rest } = config;
  const { epochs, learningRate, schedule } = phase;
  return { ...rest, epochs, learningRate, schedule, layerRates: layerRatesIn(network, config, place) };
}

/** The network with the input that it has in a phase. */
export function networkIn(network: NetworkSpec, { imageSize }: Pick<Phase, 'imageSize'>): NetworkSpec {
  const [input, ...others] = network.layers;
  if (!imageSize || input.kind !== 'input') return network;
  const [height, width, channels] = input.shape;
  if (height === imageSize[0] && width === imageSize[1]) return network;
  return { ...network, layers: [{ ...input, shape: [...imageSize, channels] }, ...others] };
}

/** The set-up with another learning rate for the phase at this place; without phases, for the run. */
export function withRate(config: TrainingConfig, place: number, learningRate: number): TrainingConfig {
  const { phases } = config;
  if (!phases?.length) return { ...config, learningRate };
  return { ...config, phases: phases.map((phase, at) => (at === place ? { ...phase, learningRate } : phase)) };
}

/** The set-up with other groups. Each new group has the rates that its first layer had. */
export function withGroups<C extends Grouped>(config: C, network: NetworkSpec, groups: readonly LayerId[]): C {
  const before = layerGroups(network, config.groups);
  const after = layerGroups(network, groups);
  const groupOf = (layers: LayerId[]) => before.findIndex(each => each.includes(layers[0]));
  const phases = config.phases?.map(phase => ({
    ...phase,
    groupRates: after.map(layers => phase.groupRates[groupOf(layers)] ?? 1),
  }));
  return { ...config, groups: after.slice(1).map(([first]) => first), ...(phases && { phases }) };
}

/** The set-up without groups that begin with layers that the network doesn't have: they join those before them. */
export function withoutGone<C extends Grouped>(config: C, { layers }: NetworkSpec): C {
  const own = new Set(layers.map(({ id }) => id));
  if (!config.groups || config.groups.every(id => own.has(id))) return config;
  const stays = [true, ...config.groups.map(id => own.has(id))];
  const phases = config.phases?.map(phase => ({
    ...phase,
    groupRates: phase.groupRates.filter((_, group) => stays[group]),
  }));
  return { ...config, groups: config.groups.filter(id => own.has(id)), ...(phases && { phases }) };
}

/** The set-up with these phases. Its epochs are theirs. */
export function withPhases<C extends Pick<TrainingConfig, 'phases' | 'epochs'>>(
  config: C,
  phases: readonly Phase[],
): C {
  return { ...config, phases: [...phases], epochs: phases.reduce((sum, { epochs }) => sum + epochs, 0) };
}

/** Throws UserError if a phase trains nothing, if groups begin with layers that the network doesn't have, or if the
 *  network can't take a phase's images. */
export function checkPhases(network: NetworkSpec, config: TrainingConfig): void {
  if (!config.phases?.length) return;
  const gone = config.groups?.find(id => network.layers.every(layer => layer.id !== id));
  if (gone !== undefined) throw new UserError(sentences.runs.groupGone(gone));
  const trained = new Set(trainedTensors(network).map(({ layer }) => layer));
  for (const [place, phase] of config.phases.entries()) {
    const rates = layerRatesIn(network, config, place);
    const name = phaseName(phase, place);
    if ([...trained].every(id => rates[id] === 0)) throw new UserError(sentences.runs.phaseFrozen(name));
    if (phase.imageSize) checkSize(network, networkIn(network, phase), name, phase.imageSize);
  }
}

/** Whether the network's weights fit images of this height and width. */
export function takesSize(network: NetworkSpec, imageSize: readonly [height: number, width: number]): boolean {
  try {
    checkSize(network, networkIn(network, { imageSize: [...imageSize] }), '', imageSize);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

function checkSize(
  network: NetworkSpec,
  smaller: NetworkSpec,
  phase: string | Sentence,
  [height, width]: readonly [number, number],
): void {
  try {
    inferShapes(smaller);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(sentences.runs.phaseTooSmall(phase, height, width, sentenceOfError(error)));
  }
  const sizes = new Map(describeTensors(network).map(({ id, size }) => [id, size]));
  const other = describeTensors(smaller).find(({ id, role, size }) => role === 'parameter' && sizes.get(id) !== size);
  if (!other) return;
  const { name } = network.layers.find(({ id }) => id === other.layer)!;
  throw new UserError(sentences.runs.phaseSize(phase, height, width, name));
}
