/** Checkpoints of the open work: made when they are wanted, and where one can't be made, told and tried again. */

/** What came of one: 'not now' where it has to wait for something. One that failed is tried again after a while, after
 *  a long one where engines died over two in a row. */
export type Outcome = 'made' | 'not now' | { error: Error; harmful: boolean };

export type Checkpoints = {
  /** Makes one as soon as that can be; resolves when it was tried. One that failed is tried again in its own time. */
  want(): Promise<void>;
  /** None is wanted any longer: there is another work, or none. */
  forget(): void;
};

export type CheckpointsOptions = {
  take: () => Promise<Outcome>;
  /** Whether, when one was made, another one is wanted already. */
  due: () => boolean;
  /** Called when they begin to fail, and without an error when one was made again, or none is wanted any longer. */
  onTrouble: (error: Error | undefined) => void;
  /** Milliseconds until one is tried again: at first, and at most. */
  retry?: { first: number; most: number };
};

export function createCheckpoints({ take, due, onTrouble, retry = RETRY }: CheckpointsOptions): Checkpoints {
  /** Differs for every work: what comes of an earlier one's counts no longer. */
  let life = 0;
  let trying: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let delay = retry.first;
  let trouble = false;
  /** The last one did harm. */
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
