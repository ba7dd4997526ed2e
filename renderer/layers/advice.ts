/** The advice about the open network: what is found, and what taking it or hushing it does. */
import { type Facts, type Finding, keyOf, lint } from '../../shared/lint.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { AskedChange } from '../../shared/change.ts';
import type { Client } from '../core/client.ts';
import { isUnderWay } from '../core/run-view.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, View } from '../core/store.ts';
import { endPausedRun } from './layer-editing.ts';

export type Advice = View & {
  /** The findings in the order of the layers, without those that the user doesn't want to be told again. */
  findings(): readonly Finding[];
  /** Whether dead ReLUs weren't looked for, because the network is too large. */
  unlooked(): boolean;
  /** How many findings are not told. */
  hushed(): number;
  /** Why the last press did nothing. Empty if it did something. */
  problem(): string;
  onChange(callback: () => void): () => void;
  /** Makes a finding's remedy, as one step to undo. */
  take(finding: Finding): Promise<void>;
  /** Doesn't tell a finding again. Without one, all are told again. */
  hush(finding?: Finding): Promise<void>;
};

/** How many milliseconds the workbook rests before the engine looks at its numbers. */
const REST = 500;

export function createAdvice(store: Store, client: Client): Advice {
  let facts: Facts | undefined;
  let all: readonly Finding[] = [];
  let why = '';
  /** What the facts were asked for. */
  let asked = '';
  /** What isn't told. */
  let known = (store.get().workbook.hushed ?? []).join();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const callback of listeners) callback();
  };

  const isHushed = (finding: Finding) => (store.get().workbook.hushed ?? []).includes(keyOf(finding));
  const update = () => {
    all = lint(store.get().sheet.network, facts);
    tell();
  };

  /** Asks the engine again when parameters have changed and rest. */
  function follow(): void {
    const { workbookId, structure, workbook, run } = store.get();
    const wanted = `${workbookId} ${structure} ${workbook.parameterRevision}`;
    if (wanted === asked || (run && isUnderWay(run.state))) return;
    clearTimeout(timer);
    timer = setTimeout(() => void ask(wanted), REST);
  }

  async function ask(wanted: string): Promise<void> {
    asked = wanted;
    try {
      const found = await client.send('inspect', {});
      if (asked !== wanted) return;
      facts = found;
      update();
    } catch {
      // The workbook has changed meanwhile. Its change asks again.
      if (asked === wanted) asked = '';
    }
  }

  /** Returns whether it was done. */
  async function change(label: Sentence, changes: readonly AskedChange[]): Promise<boolean> {
    try {
      await endPausedRun(store, client);
      await client.send('change', { structure: store.get().structure, label, changes: [...changes] });
      why = '';
      return true;
    } catch (error) {
      why = sentenceOf(error);
      return false;
    } finally {
      tell();
    }
  }

  async function take({ kind, layer, remedy }: Finding): Promise<void> {
    if (!remedy || !(await change(remedy.label, remedy.changes)) || !facts) return;
    // It isn't true any more, although the engine has not looked again.
    const others = <T extends { layer: string }>(found: readonly T[]) => found.filter(each => each.layer !== layer);
    if (kind === 'dead') facts = { ...facts, dead: others(facts.dead) };
    if (kind === 'zeroKernel') facts = { ...facts, zeros: others(facts.zeros) };
    update();
  }

  const ends = [
    store.on(['sheet'], () => {
      why = '';
      update();
    }),
    store.on(['workbook'], ({ workbook }) => {
      const now = (workbook.hushed ?? []).join();
      if (now === known) return;
      known = now;
      tell();
    }),
    store.on(['workbookId'], () => (facts = undefined)),
    store.on(['sheet', 'workbook', 'run', 'workbookId'], follow),
  ];
  update();
  follow();
  return {
    findings: () => all.filter(finding => !isHushed(finding)),
    unlooked: () => facts?.unlooked === true,
    hushed: () => all.filter(isHushed).length,
    problem: () => why,
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    take,
    async hush(finding) {
      const { lint: text } = sentences;
      const keys = finding ? [...(store.get().workbook.hushed ?? []), keyOf(finding)] : [];
      const label = finding ? text.hushed(finding.what) : text.toldAgain;
      await change(label, [{ kind: 'hush', keys }]);
    },
    destroy() {
      clearTimeout(timer);
      for (const end of ends) end();
    },
  };
}
