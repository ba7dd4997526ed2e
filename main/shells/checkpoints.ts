/** Makes checkpoints of the open work. If one fails, the user is told, and it is tried again. */

/** The result of an attempt. 'not now': it has to wait for something. A failed one is tried again later; much later if
 *  it is `harmful`, because engines died over two in a row. */
export type Outcome = 'made' | 'not now' | { error: Error; harmful: boolean };

export type Checkpoints = {
  /** Makes a checkpoint as soon as possible. Resolves after the first attempt. A failed one is tried again later. */
  want(): Promise<void>;
  /** Wants no more checkpoints, because there is other work, or none. */
  forget(): void;
};

export type CheckpointsOptions = {
  take: () => Promise<Outcome>;
  /** Whether another checkpoint is already needed when one is done. */
  due: () => boolean;
  /** Called with the error when checkpoints begin to fail, and without one when they work again or aren't wanted any
   *  more. */
  onTrouble: (error: Error | undefined) => void;
  /** Milliseconds until a failed one is tried again: at first, and at most. */
  retry?: { first: number; most: number };
};

export function createCheckpoints({ take, due, onTrouble, retry = RETRY }: CheckpointsOptions): Checkpoints {
  /** Every work has another number. Results of an earlier work are ignored. */
  let life = 0;
  let trying: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let delay = retry.first;
  let trouble = false;
  /** Whether the last checkpoint killed engines. */
  let harmed = false;

  function tell(error: Error | undefined): void {
    if (trouble === (error !== undefined)) return;
    trouble = error !== undefined;
    onTrouble(error);
  }

  async function attempt(): Promise<void> {
    const mine = life;
    let outcome: Outcome;
    do {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      outcome = await take();
      if (mine !== life) return;
      if (outcome === 'made') tell(undefined);
    } while (outcome === 'made' && due());
    trying = undefined;
    if (outcome === 'made') {
      delay = retry.first;
      return;
    }
    if (outcome !== 'not now') {
      tell(outcome.error);
      if (outcome.harmful && harmed) delay = retry.most;
      harmed = outcome.harmful;
    }
    timer = setTimeout(again, delay).unref();
    delay = Math.min(2 * delay, retry.most);
  }

  function again(): void {
    timer = undefined;
    void want();
  }

  async function want(): Promise<void> {
    if (timer === undefined) trying ??= attempt();
    return trying;
  }

  return {
    want,
    forget() {
      life++;
      trying = undefined;
      clearTimeout(timer);
      timer = undefined;
      delay = retry.first;
      tell(undefined);
    },
  };
}

const RETRY = { first: 1000, most: 60_000 };
