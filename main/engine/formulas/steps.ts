/** Functions of HyperFormula that take as many steps as one of their arguments says. */
import type { Expression } from '../../../shared/formula/expression.ts';

/** More steps would take longer than an edit may. */
const MOST = 100_000;

/** The place of that argument, counted from 0. */
const STEPS: ReadonlyMap<string, number> = new Map(
  [
    'POISSON POISSON.DIST POISSONDIST NEGBINOM.DIST NEGBINOMDIST HYPGEOM.DIST HYPGEOMDIST',
    'GAMMA.DIST GAMMADIST GAMMA.INV GAMMAINV CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CHIDIST CHIDISTRT ' +
      'CHIINV CHIINVRT BESSELI BESSELJ BESSELK BESSELY',
    '',
    'DB',
    'CUMIPMT CUMPRINC',
  ].flatMap((names, place) => names.split(' ').map((name): [string, number] => [name, place])),
);

/** The arguments, of which the one that says the steps is #NUM! where it says too many. */
export function withFewSteps(name: string, given: readonly Expression[]): readonly Expression[] {
  const place = STEPS.get(name);
  const steps = place === undefined ? undefined : given[place];
  if (place === undefined || steps === undefined) return given;
  if (typeof steps === 'number' && steps <= MOST) return given;
  const many: Expression = {
    kind: 'operation',
    operator: '>',
    // A text stays what it is: no number, and not larger than all of them.
    operands: [{ kind: 'operation', operator: '+', operands: [steps, 0] }, MOST],
  };
  const refused: Expression = { kind: 'error', name: '#NUM!' };
  return given.with(place, { kind: 'call', name: 'IF', arguments: [many, refused, steps] });
}
