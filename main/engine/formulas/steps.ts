/** Keeps functions of HyperFormula from taking more steps than an edit has time for: they give #NUM! instead. */
import type { FunctionPlugin } from 'hyperformula';

/** More steps would take longer than an edit may. */
const MOST = 100_000;

/** Functions that take as many steps as one of their arguments says, and its place, counted from 0. */
const STEPS: readonly (readonly [place: number, names: string])[] = [
  [0, 'POISSON.DIST NEGBINOM.DIST HYPGEOM.DIST'],
  [1, 'GAMMA.DIST GAMMA.INV CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT BESSELI BESSELJ BESSELK BESSELY'],
  [3, 'DB'],
  [4, 'CUMIPMT CUMPRINC'],
];

/** A list of a hundred thousand numbers would take longer than an edit may. */
const MOST_NUMBERS = 50_000;

type Sequence = { sequence(...given: unknown[]): ReturnType<FunctionPlugin['evaluateAst']> };

/** To be called once, before there is an engine. HyperFormula compares an argument with its largest value after it was
 *  calculated, for each number of an array. */
export function limitSteps({ HyperFormula, CellError, ErrorType }: typeof import('hyperformula')): void {
  for (const [place, names] of STEPS)
    for (const name of names.split(' '))
      HyperFormula.getFunctionPlugin(name)!.implementedFunctions[name].parameters![place].maxValue = MOST;
  const Plugin = HyperFormula.getFunctionPlugin('SEQUENCE')!;
  // How many numbers it makes two arguments say together.
  class ShortSequence extends Plugin {
    constructor(...given: ConstructorParameters<typeof Plugin>) {
      super(...given);
      const { runFunction } = this;
      this.runFunction = (args, state, metadata, make) =>
        runFunction(args, state, metadata, (rows: number, columns: number, ...others: number[]) =>
          rows > 0 && rows * columns > MOST_NUMBERS ? new CellError(ErrorType.NUM) : make(rows, columns, ...others),
        );
    }
    sequence(...given: unknown[]) {
      return (Plugin.prototype as Sequence).sequence.apply(this, given);
    }
  }
  HyperFormula.registerFunction('SEQUENCE', ShortSequence);
}

/** Whether a function calculates with one value at this place of its arguments. Given a range there, it is calculated
 *  for each of its cells, and gives an array. */
export function isOneValue({ HyperFormula }: typeof import('hyperformula'), name: string, place: number): boolean {
  const plugin = HyperFormula.getFunctionPlugin(name);
  const about = plugin?.implementedFunctions[plugin.aliases?.[name] ?? name];
  if (!about?.parameters || about.expandRanges || about.vectorizationForbidden) return false;
  const type: string | undefined = about.parameters[Math.min(place, about.parameters.length - 1)]?.argumentType;
  return type !== undefined && type !== 'ANY' && type !== 'RANGE';
}
