import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import type { UtilityProcess } from 'electron';
import { expect, test } from 'vitest';
import { encodeFrame } from '../../shared/rpc.ts';
import { electronEngine, type EngineLink, nodeEngine } from './engine-link.ts';
import { buildStandIn } from './testing/stand-in.ts';

/** Electron's utility processes, as far as they are used: children of this process. A real one has no process id after
 *  'exit'. */
const utility = {
  fork(path: string) {
    const child = fork(path, [], { serialization: 'advanced', execArgv: [] });
    const emitter = new EventEmitter();
    child.on('message', message => emitter.emit('message', message));
    child.once('exit', code => setTimeout(() => emitter.emit('exit', code ?? 1), 20));
    return Object.assign(emitter, {
      pid: child.pid,
      postMessage: (frame: Uint8Array) => child.connected && child.send(frame, () => {}),
      kill: () => child.kill(),
    }) as unknown as UtilityProcess;
  },
};

test.each(['node', 'electron'] as const)(
  'An engine under %s answers frames until it is killed, and its end is told once',
  async kind => {
    const standIn = await buildStandIn();
    try {
      const link: EngineLink = (kind === 'node' ? nodeEngine(standIn.path) : electronEngine(utility, standIn.path))(
        tmpdir(),
      );
      const frames: Uint8Array[] = [];
      let heard = () => {};
      const answered = new Promise<void>(resolve => (heard = resolve));
      link.onFrame(frame => {
        frames.push(frame);
        heard();
      });
      const reasons: string[] = [];
      const ended = new Promise<void>(resolve => {
        link.onExit(reason => {
          reasons.push(reason);
          resolve();
        });
      });
      const request = encodeFrame({ type: 'request', id: 1, kind: 'getWorkbook', args: {} });
      link.post(request);
      await answered;
      expect(frames.length).toBe(1);

      const pid = link.pid!;
      link.kill();
      while (isAlive(pid)) await new Promise(resolve => setTimeout(resolve, 1));
      // The process is gone, but nobody knows yet.
      link.kill();
      link.post(request);
      await ended;
      link.kill();
      link.post(request);
      expect(reasons).toEqual([kind === 'node' ? 'signal SIGKILL' : 'exit status 1']);
    } finally {
      standIn.remove();
    }
  },
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
