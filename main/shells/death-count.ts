/** How often engines have died lately. */
export type DeathCount = {
  /** An engine has died. */
  add(): void;
  /** Whether the last death was one too many. */
  tooMany(): boolean;
  /** Forgets the deaths so far. */
  forgive(): void;
};

/** After so many deaths within so many milliseconds, the engine is given up. */
const MAX_DEATHS = 5;
const DEATHS_WITHIN = 60_000;

export function createDeathCount(): DeathCount {
  let deaths: number[] = [];
  return {
    add() {
      const now = performance.now();
      deaths = [...deaths.filter(then => now - then <= DEATHS_WITHIN), now];
    },
    tooMany: () => deaths.length >= MAX_DEATHS,
    forgive() {
      deaths = [];
    },
  };
}
