/** Formulas whose values follow from chance or from the time. */
import type { Expression } from './expression.ts';

const VOLATILE: ReadonlySet<string> = new Set(['RAND', 'RANDBETWEEN', 'NOW', 'TODAY']);

/** Whether a formula draws random numbers or asks for the time. `isNamed` says so of the user's own names. */
export function isVolatile(expression: Expression, isNamed: (name: string) => boolean = () => false): boolean {
  // The tree of a sum of a thousand terms is a thousand levels deep on its left side, so a loop goes down there.
  let inner = expression;
  while (typeof inner === 'object' && inner.kind === 'operation') {
    const [left, ...others] = inner.operands;
    if (others.some(each => isVolatile(each, isNamed))) return true;
    inner = left;
  }
  if (typeof inner !== 'object') return false;
  if (inner.kind === 'name') return isNamed(inner.name);
  return inner.kind === 'call' && (VOLATILE.has(inner.name) || inner.arguments.some(each => isVolatile(each, isNamed)));
}
