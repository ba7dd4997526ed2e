/** The engine's own process, which may crash without closing the window. A shell starts it through child_process.fork
 *  or Electron's utilityProcess. It answers frames until its parent is gone. */
import { createEngineHost } from './engine/host/host.ts';
import { writeFileAtomically } from './files/atomic.ts';
import { readWorkbook, workbookPieces } from './files/convsheet.ts';
import { correct } from './files/data/corrections.ts';
import { readImage, readImages } from './files/data/files.ts';
import { readSample } from './files/data/sample.ts';
import { readDataSet } from './files/data/read.ts';
import { openWorkbook } from './files/open.ts';
import { readTemplate } from './files/templates.ts';
import { fileCheckpoints, filesOfWork } from './files/work-files.ts';

/** The part of Electron's parent port that is used here. */
type ParentPort = {
  postMessage(frame: Uint8Array): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
};

/** Milliseconds without a request. By then a window that has just opened shows its sheet. */
const PREPARE_AFTER = 2000;

// The terminal of the shell may be gone. The work goes on anyway.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const { parentPort } = process as unknown as { parentPort?: ParentPort };

const host = createEngineHost({
  post(frame) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port to one process, not a window
    if (parentPort) parentPort.postMessage(frame);
    // Without a callback, a parent that is just ending would cause an uncaught error here.
    else process.send?.(frame, undefined, undefined, () => {});
  },
  readTemplate,
  readFile: openWorkbook,
  readBytes: readWorkbook,
  toPieces: workbookPieces,
  writeFile: writeFileAtomically,
  readData: readDataSet,
  readImages,
  readImage,
  readSample,
  correct,
  files: filesOfWork(process.env.CONVSHEET_RUNS),
  checkpoints: fileCheckpoints(process.env.CONVSHEET_RUNS),
  checkpointEvery: Number(process.env.CONVSHEET_CHECKPOINT_EVERY) || undefined,
  prepareAfter: PREPARE_AFTER,
  memory: () => process.memoryUsage.rss(),
  log: line => process.stderr.write(`engine: ${line}\n`),
  fail: () => process.exit(1),
});

const receive = (message: unknown) => {
  if (message instanceof Uint8Array) host.receive(message);
};

if (parentPort) {
  parentPort.on('message', ({ data }) => receive(data));
  parentPort.on('close', () => process.exit());
} else {
  process.on('message', receive);
  process.on('disconnect', () => process.exit());
}
