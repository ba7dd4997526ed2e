/** A layer's formulas as one elementwise tree. What they read, and the windows that they sum up, are its operands. */
import { call, operation } from '../formula/expression.ts';
import { gradientsBy, valuesOf } from '../elementwise/compiled.ts';
import { type ElementwiseTree, operand } from '../elementwise/tree.ts';
import { type FormulaCall, isRange, type LayerFormula, type LayerRead } from './layer-formula.ts';

/** What one number for each cell is made of.
 *  - read: a single element.
 *  - COUNT: how many elements of a window are there.
 *  - SUMPRODUCT: of as many windows as there are reads. The others are of one window.
 *  - map: the place of the formula that a map has among the different ones. */
export type Leaf =
  | { kind: 'read'; read: LayerRead }
  | { kind: 'window'; summary: Summary; reads: readonly LayerRead[] }
  | { kind: 'map'; places: readonly number[] };
export type Summary = 'SUM' | 'COUNT' | 'AVERAGE' | 'MAX' | 'MIN' | 'SUMSQ' | 'SUMPRODUCT';

export type FormulaTree = {
  /** Its operands are the leaves, by their places. */
  tree: ElementwiseTree;
  leaves: readonly Leaf[];
};

/** One tree for all maps. Where maps have different formulas, it chooses between them by the map. */
export function treeOf(formulas: readonly LayerFormula[]): FormulaTree {
  const leaves: Leaf[] = [];
  const places = new Map<string, number>();
  const leaf = (made: Leaf): ElementwiseTree => {
    const key = JSON.stringify(made);
    const place = places.get(key) ?? leaves.push(made) - 1;
    places.set(key, place);
    return operand(place);
  };

  const texts = formulas.map(each => JSON.stringify(each));
  const different = [...new Set(texts)];
  const trees = different.map(text => partOf(formulas[texts.indexOf(text)]));
  if (different.length === 1) return { tree: trees[0], leaves };
  const map = leaf({ kind: 'map', places: texts.map(text => different.indexOf(text)) });
  const tree = trees.reduceRight((others, own, place) => call('IF', operation('=', map, place), own, others));
  return { tree, leaves };

  function partOf(formula: LayerFormula): ElementwiseTree {
    if (typeof formula !== 'object') return formula;
    if (formula.kind === 'read') return leaf({ kind: 'read', read: formula });
    if (formula.kind === 'call') return ofCall(formula);
    return operation(formula.operator, ...formula.operands.map(partOf));
  }

  function ofCall({ name, arguments: given }: FormulaCall): ElementwiseTree {
    switch (name) {
      case 'SUM':
        return sumOf(given.map(each => summarised('SUM', each)));
      case 'AVERAGE':
        if (given.length === 1 && isWindow(given[0])) return summarised('AVERAGE', given[0]);
        return operation(
          '/',
          sumOf(given.map(each => summarised('SUM', each))),
          sumOf(given.map(each => (isWindow(each) ? summarised('COUNT', each) : 1))),
        );
      case 'SUMSQ':
        return sumOf(given.map(each => (isWindow(each) ? summarised('SUMSQ', each) : square(partOf(each)))));
      case 'MAX':
      case 'MIN':
        return given.length === 1
          ? summarised(name, given[0])
          : call(name, ...given.map(each => summarised(name, each)));
      case 'SUMPRODUCT': {
        const reads = given as readonly LayerRead[];
        if (reads.some(isRange))
          return leaf({ kind: 'window', summary: reads.length === 1 ? 'SUM' : 'SUMPRODUCT', reads });
        return reads.map(partOf).reduce((product, factor) => operation('*', product, factor));
      }
      default:
        return call(name, ...given.map(partOf));
    }
  }

  function summarised(summary: Summary, part: LayerFormula): ElementwiseTree {
    return isWindow(part) ? leaf({ kind: 'window', summary, reads: [part] }) : partOf(part);
  }
}

const isWindow = (part: LayerFormula): part is LayerRead =>
  typeof part === 'object' && part.kind === 'read' && isRange(part);
const sumOf = (terms: readonly ElementwiseTree[]): ElementwiseTree =>
  terms.reduce((sum, term) =>
    typeof sum === 'number' && typeof term === 'number' ? sum + term : operation('+', sum, term),
  );
const square = (part: ElementwiseTree): ElementwiseTree => operation('*', part, part);

/** Whether the formulas can be calculated and differentiated element by element. Those that are too long can't. */
export function canBeTrained(formulas: readonly LayerFormula[]): boolean {
  const { tree, leaves } = treeOf(formulas);
  const kinds = leaves.map(() => 'element' as const);
  return valuesOf(tree, kinds) !== undefined && gradientsBy(tree, kinds, [...leaves.keys()]) !== undefined;
}
