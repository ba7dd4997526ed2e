/** The known word that was most likely meant. Undefined if none is similar. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const nearest = known
    .map(candidate => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const tolerance = Math.max(1, Math.floor(word.length / 4));
  return nearest && nearest.distance <= tolerance ? nearest.candidate : undefined;
}

/** How many letters have to be inserted, deleted, replaced or swapped with their neighbour. Source: optimal string
 *  alignment, en.wikipedia.org/wiki/Damerau–Levenshtein_distance */
function editDistance(a: string, b: string): number {
  const distance = Array.from({ length: a.length + 1 }, (_, i) => Array.from(`${b} `, (_, j) => (i === 0 ? j : i)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = distance[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? distance[i - 2][j - 2] + 1 : Infinity;
      distance[i][j] = Math.min(distance[i - 1][j] + 1, distance[i][j - 1] + 1, replaced, swapped);
    }
  }
  return distance[a.length][b.length];
}
