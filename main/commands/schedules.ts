import type { Schedule } from '../../shared/training.ts';

/** The schedules by name, with the settings they have if none are given. */
export const schedules: { readonly [K in Schedule['kind']]: Extract<Schedule, { kind: K }> } = {
  constant: { kind: 'constant' },
  step: { kind: 'step', every: 1, factor: 0.5 },
  cosine: { kind: 'cosine', cycle: 1, multiplier: 2 },
  oneCycle: { kind: 'oneCycle', rise: 0.3 },
};
