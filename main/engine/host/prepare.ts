import { prepareEngine } from '../formulas/hyperformula.ts';

/** Milliseconds between two pieces. */
const BETWEEN = 100;

/** Makes ready what a formula may wait for, once nobody has asked for anything for this many milliseconds and `may`
 *  allows it. What is asked meanwhile waits for one piece at most. The function returned is to be called with each
 *  request. The process may end meanwhile. */
export function prepareAfter(milliseconds: number, may: () => boolean): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (time: number) => {
    clearTimeout(timer);
    timer = setTimeout(go, time).unref();
  };
  const go = () => {
    if (!may()) wait(milliseconds);
    else if (prepareEngine()) wait(BETWEEN);
  };
  return () => wait(milliseconds);
}
