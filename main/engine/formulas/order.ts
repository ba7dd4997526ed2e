/** The order in which formulas are calculated: each after those that it reads. */

/** Lists of numbers in one array: list i goes from starts[i] to before starts[i + 1]. */
export type Lists = { starts: Int32Array; items: Int32Array };

/** Puts pairs (list, item) into lists. */
export function listsOf(count: number, pairs: readonly number[]): Lists {
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < pairs.length; i += 2) starts[pairs[i] + 1]++;
  for (let list = 0; list < count; list++) starts[list + 1] += starts[list];
  const items = new Int32Array(pairs.length / 2);
  const next = starts.slice();
  for (let i = 0; i < pairs.length; i += 2) items[next[pairs[i]]++] = pairs[i + 1];
  return { starts, items };
}

/** Lists the other way round: where `lists` has item j in list i, the result has i in list j. */
export function inverted({ starts, items }: Lists): Lists {
  const count = starts.length - 1;
  const sizes = new Int32Array(count + 1);
  for (const item of items) sizes[item + 1]++;
  for (let list = 0; list < count; list++) sizes[list + 1] += sizes[list];
  const back = new Int32Array(items.length);
  const next = sizes.slice();
  for (let list = 0; list < count; list++) {
    for (let at = starts[list]; at < starts[list + 1]; at++) back[next[items[at]]++] = list;
  }
  return { starts: sizes, items: back };
}

/** `sequence` has every vertex after its precedents. `inCycle` is 1 for the vertices that depend on themselves. This is
 *  Tarjan's algorithm for strongly connected components, without recursion. `precedentAt(vertex, n)` gives the n-th
 *  precedent, or −1 after the last one. */
export function orderOf(
  count: number,
  precedentAt: (vertex: number, n: number) => number,
  from: Iterable<number> = { [Symbol.iterator]: () => Array(count).keys() },
): { sequence: number[]; inCycle: Uint8Array } {
  const found = new Int32Array(count);
  const lowest = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const inCycle = new Uint8Array(count);
  const nth = new Int32Array(count);
  const sequence: number[] = [];
  const stack: number[] = [];
  const path: number[] = [];
  let counter = 0;
  const enter = (vertex: number) => {
    found[vertex] = lowest[vertex] = ++counter;
    onStack[vertex] = 1;
    stack.push(vertex);
    path.push(vertex);
  };
  for (const start of from) {
    if (found[start] > 0) continue;
    enter(start);
    while (path.length > 0) {
      const vertex = path[path.length - 1];
      const precedent = precedentAt(vertex, nth[vertex]++);
      if (precedent >= 0) {
        if (precedent === vertex) inCycle[vertex] = 1;
        else if (found[precedent] === 0) enter(precedent);
        else if (onStack[precedent] === 1) lowest[vertex] = Math.min(lowest[vertex], found[precedent]);
        continue;
      }
      path.pop();
      if (path.length > 0) {
        const below = path[path.length - 1];
        lowest[below] = Math.min(lowest[below], lowest[vertex]);
      }
      if (lowest[vertex] === found[vertex]) leave(vertex);
    }
  }
  return { sequence, inCycle };

  /** All of a component is on the stack, down to the vertex that was found first. */
  function leave(first: number): void {
    const alone = stack[stack.length - 1] === first;
    for (;;) {
      const vertex = stack.pop()!;
      onStack[vertex] = 0;
      if (!alone) inCycle[vertex] = 1;
      sequence.push(vertex);
      if (vertex === first) return;
    }
  }
}
