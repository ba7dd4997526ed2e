import { workbookOf } from '../../../shared/new-workbook.ts';
import { parseNetwork } from '../../../shared/network.ts';
import { typedInto } from '../../../shared/typed-entry.ts';
import { prepareEngine } from '../formulas/hyperformula.ts';
import { createSession, type Session } from '../workbook/session.ts';

/** Milliseconds between two pieces. */
const BETWEEN = 100;

/** Code takes several times as long when it runs for the first time. So these are typed into a workbook that nobody
 *  sees, into a computed cell and beside the network, and taken back. */
const REHEARSED = [
  '=IF(A1:B2<2,"a"&MEDIAN(A1:B2),GCD(4,A2))',
  '=COUNT(1:9)-SUMPRODUCT(A2:B3,B2:C3)^2',
  '=TEXT(NORM.S.INV(0.5),"0.0")&COLUMNS(A1:C1)',
  '=NOTHING(A1)',
];
const COMPUTED = 'conv/output';

let session: Session | undefined;
let next = 0;

/** Does one piece, of less than a tenth of a second, of what the next formula may wait for. Returns false if nothing
 *  was left to do. */
export function prepareNext(): boolean {
  if (prepareEngine()) return true;
  if (next === REHEARSED.length) return false;
  session ??= createSession(workbookOf(smallNetwork()));
  const { sheet, sheets, written } = session;
  const free = { row: sheet.layout.rows + 1, column: 0 };
  for (const cell of [sheet.layout.cellOf(COMPUTED, 0), free]) {
    const workbook = { sheet, sheets, names: written.names };
    const typed = typedInto(workbook, { sheet: sheet.id, ...cell }, REHEARSED[next]);
    if (typed.refusal !== undefined) throw new Error(`${REHEARSED[next]} is refused`);
    session.change({ label: { id: 'grid.paste' }, changes: typed.changes });
    session.undo();
  }
  if (++next < REHEARSED.length) return true;
  session.dispose();
  session = undefined;
  // It took the engine that was prepared.
  return prepareEngine();
}

function smallNetwork() {
  const settings = { strides: [1, 1], padding: 'valid', useBias: true };
  const layers = [
    { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [4, 4, 1] },
    { id: 'conv', name: 'conv', inputs: ['input'], kind: 'conv2d', filters: 1, kernelSize: [3, 3], ...settings },
    { id: 'flat', name: 'flat', inputs: ['conv'], kind: 'flatten' },
    { id: 'dense', name: 'dense', inputs: ['flat'], kind: 'dense', units: 2, useBias: true },
    { id: 'softmax', name: 'softmax', inputs: ['dense'], kind: 'softmax' },
  ];
  return parseNetwork({ version: 1, layers });
}

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
    else if (prepareNext()) wait(BETWEEN);
  };
  return () => wait(milliseconds);
}
