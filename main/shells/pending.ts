import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { type Args, engineRequests, type EngineKind } from '../../shared/protocol.ts';

/** A request on its way to the engine. A journalled one stays in the journal after it was answered. */
export type Pending = {
  kind: EngineKind;
  args: unknown;
  /** As it came from a window, arguments and all. */
  frame?: Uint8Array;
  client?: number;
  journalled: boolean;
  /** Resolved when it is in the journal, or the disk refused it: only then its sender may take it for done. */
  safe?: Promise<void>;
  /** It was sent to an engine. */
  sent: boolean;
  /** Its sender was told what became of it. */
  answered: boolean;
  /** How often the engine died before answering. */
  deaths: number;
  /** It made the engine die twice, or was refused, and is left out from then on. */
  skipped: boolean;
  /** What becomes of it when the engine dies: sent again, or failed with this sentence. */
  whenDead?: Sentence;
  /** `frame`: the engine's reply as it came. */
  resolve(result: unknown, frame?: Uint8Array): void;
  reject(error: Error): void;
};

/** A request of the supervisor's own that is not sent again, and that nobody waits for. */
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

/** A change as a journal holds it, for an engine that is to do it again. */
export function journalledAlready(kind: EngineKind, args: unknown): Pending {
  return pendingOf(kind, args, { journalled: true, answered: true, whenDead: undefined });
}

/** The entry that says that from here on the work counts as modified, or as saved; the engine knows already. */
export const modifiedMark = (modified: boolean): Pending => journalledAlready('setModified', { modified });

/** Whether it changes the workbook, so that another engine has to do it again. */
export function isJournalled(kind: EngineKind): boolean {
  if (kind === 'finishRun') return true;
  return Object.hasOwn(engineRequests, kind) && engineRequests[kind as keyof typeof engineRequests].journal;
}

/** What a sentence calls it. */
export function labelOf({ kind, args }: Pending): Sentence {
  const names: Partial<Record<EngineKind, Sentence>> = sentences.shell.requestNames;
  return kind === 'change' ? (args as Args<'change'>).label : (names[kind] ?? kind);
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
  'listSamples',
  'getImages',
  'findLearningRate',
  'evaluate',
  'listConfused',
  'predictFiles',
  'readImage',
]);
const SLOW_FACTOR = 4;

/** Milliseconds without a sign of life after which the engine hangs, where `patience` is the usual. */
export function patienceFor({ kind }: Pending, patience: number): number {
  return SLOW.has(kind) ? patience * SLOW_FACTOR : patience;
}
