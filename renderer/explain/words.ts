import type { Claim } from '../../shared/explain/claims.ts';
import { messages } from '../../shared/messages.ts';

/** The sentences that say what the claims say. */
export function sentencesOf(claims: readonly Claim[]): string {
  const { claims: text } = messages.explain;
  const pattern = claims.find(each => each.kind === 'pattern');
  return claims
    .flatMap((claim): string[] => {
      switch (claim.kind) {
        case 'products':
          return [text.products(claim.cells, claim, claim.layer, claim.bias)];
        case 'parts':
          return [text.parts(claim.products, claim.cells)];
        case 'cells':
          return [text.cells(claim.count)];
        case 'most':
          return [pattern ? text.mostPattern(claim.label, pattern.pattern) : text.most(claim.label)];
        case 'pattern':
          return claims.some(each => each.kind === 'most') ? [] : [text.pattern(claim.label, claim.pattern)];
        case 'spread':
          return [text.spread(claim.label, claim.sum, claim.count)];
        case 'against':
          return [text.against(claim.label, claim.sum)];
        case 'nothing':
          return [text.nothing];
        case 'window': {
          const what = text.window[claim.name](claim.count);
          return [claim.address === undefined ? what : text.chosen(what, claim.address, claim.ties)];
        }
        case 'passed':
          return [text.passed(claim.input)];
        case 'cut':
          return [text.cut(claim.layer, claim.input)];
        case 'function':
          return [text.function(claim.layer, claim.input)];
        case 'same':
          return [text.same(claim.address)];
        case 'constant':
          return [text.constant];
        case 'share':
          return [text.share(claim.share, claim.rank, claim.count)];
        case 'loss':
          return [text.loss(claim.expected)];
        default:
          return [text.steps];
      }
    })
    .join(' ');
}
