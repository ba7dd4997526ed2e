/** How often engines have died lately. */
export type DeathCount = {
  /** One has died. */
  add(): void;
  /** Whether the last was one too many. */
  tooMany(): boolean;
  /** Those so far no longer count. */
  forgive(): void;
};

/** The engine is given up after so many deaths within this many milliseconds. */
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
