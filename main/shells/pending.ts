import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { type Args, engineRequests, type EngineKind } from '../../shared/protocol.ts';

/** A request on its way to the engine. A journalled one stays in the journal after its answer. */
export type Pending = {
  kind: EngineKind;
  args: unknown;
  /** The frame it came in from a window, with its arguments. */
  frame?: Uint8Array;
  client?: number;
  journalled: boolean;
  /** Resolves when the request is in the journal, or the disk has refused it. Only then its sender may be told that it
   *  is done. */
  safe?: Promise<void>;
  /** Whether it was sent to an engine. */
  sent: boolean;
  /** Whether its sender was told the result. */
  answered: boolean;
  /** How often the engine died before answering. */
  deaths: number;
  /** Whether it is left out of the work, because it killed the engine twice or was refused. */
  skipped: boolean;
  /** If given, the request isn't sent again when the engine dies, but fails with this sentence. */
  whenDead?: Sentence;
  /** `frame`: the engine's reply in the frame it came in. */
  resolve(result: unknown, frame?: Uint8Array): void;
  reject(error: Error): void;
};

/** A request of the supervisor's own, which isn't sent again and which nobody waits for. */
export function pendingOf(kind: EngineKind, args: unknown, rest: Partial<Pending> = {}): Pending {
  const ignore = () => {};
  return {
    kind,
    args,
    journalled: false,
    sent: false,
    answered: false,
    deaths: 0,
    skipped: false,
    whenDead: '',
    resolve: ignore,
    reject: ignore,
    ...rest,
  };
}

/** A change from a journal, which an engine must make again. */
export function journalledAlready(kind: EngineKind, args: unknown): Pending {
  return pendingOf(kind, args, { journalled: true, answered: true, whenDead: undefined });
}

/** The entry that marks the work as modified or saved from here on. The engine knows it already. */
export const modifiedMark = (modified: boolean): Pending => journalledAlready('setModified', { modified });

/** Whether a request only marks the work. If it is left out, nothing of the work is lost. */
export const isMark = ({ kind }: Pending): boolean => kind === 'setModified' || kind === 'keepSetup';

/** Whether a request changes the workbook, so that another engine has to do it again. */
export function isJournalled(kind: EngineKind): boolean {
  if (kind === 'finishRun') return true;
  return Object.hasOwn(engineRequests, kind) && engineRequests[kind as keyof typeof engineRequests].journal;
}

/** The names of all requests but a change, which has a label of its own. */
const NAMES: Readonly<Record<Exclude<EngineKind, 'change'>, Sentence>> = sentences.shell.requestNames;

/** The name of a request in sentences. */
export function labelOf({ kind, args }: Pick<Pending, 'kind' | 'args'>): Sentence {
  return kind === 'change' ? (args as Args<'change'>).label : NAMES[kind];
}

/** Requests that may take long without a sign of life. */
const SLOW = new Set<EngineKind>([
  'load',
  'write',
  'checkpoint',
  'getWorkbook',
  'listDigits',
  'findDigit',
  'train',
  'openRun',
  'finishRun',
  'describeData',
  'findExciting',
  'findSaliency',
  'trySlope',
  'findOcclusion',
  'findShares',
  'classMeans',
  'weightGradients',
  'steepestWeights',
  'listSamples',
  'showChanges',
  'getImages',
  'findLearningRate',
  'evaluate',
  'listConfused',
  'predictFiles',
  'readImage',
  'findCells',
  'findReplacements',
  'previewLayers',
]);
const SLOW_FACTOR = 4;

/** After how many milliseconds without a sign of life the engine counts as hung. `patience`: the usual number. */
export function patienceFor({ kind }: Pending, patience: number): number {
  return SLOW.has(kind) ? patience * SLOW_FACTOR : patience;
}
