import { messages } from '../../shared/messages.ts';
import type { BackendName } from '../../shared/training.ts';
import { nativeAvailable } from '../engine/backend/native.ts';
import { type Contender, type Round, startOwn, startPeer, type Work, works } from './contender.ts';
import { quantile, type Result, round, summarize } from './results.ts';
import { type BenchNetworkName, benchNetworks } from './train-networks.ts';

/** Rounds in which our engines and the peers take turns, so that a busy moment of the machine affects all. */
const ROUNDS = 9;

/** How fast our engines train and evaluate a network, each compared with each peer: Keras (model.fit) and PyTorch, on
 *  two threads. The same network, number of random images, batches and optimizer (Adam) for all. */
export async function* benchTrain(name: BenchNetworkName): AsyncIterable<Result> {
  const engines: BackendName[] = nativeAvailable() ? ['wasm', 'tensorflow'] : ['wasm'];
  if (engines.length < 2) process.stderr.write(`${messages.native.absent}\n`);
  const contenders: Contender[] = [];
  try {
    for (const engine of engines) contenders.push(await startOwn(engine, name));
    for (const peer of ['keras', 'pytorch'] as const) {
      const started = await startPeer(peer, name);
      if (started) contenders.push(started);
      else process.stderr.write(`${messages.trainCommand.noPeer(peer)}\n`);
    }
    for (const work of works) yield* compare(work, name, contenders, engines.length);
  } finally {
    for (const contender of contenders) await contender.close();
  }
}

/** The first `own` contenders are ours, the others are peers. */
async function* compare(
  work: Work,
  network: BenchNetworkName,
  contenders: readonly Contender[],
  own: number,
): AsyncIterable<Result> {
  const { steps, batch } = benchNetworks[network];
  const speed = ({ seconds }: Round) => (steps * batch) / seconds;
  const rounds = contenders.map(() => [] as Round[]);
  for (let n = 0; n < ROUNDS; n++)
    for (const [at, contender] of contenders.entries()) rounds[at].push(await contender.round(work));

  const peers = contenders.slice(own).map(({ name }, at) => ({ name, rounds: rounds[own + at] }));
  for (const [at, { name: engine }] of contenders.slice(0, own).entries()) {
    const ours = rounds[at];
    const name = `${work}/${engine}/${network}`;
    const took = { cpuSeconds: medianOf(ours, 'cpuSeconds'), megabytes: medianOf(ours, 'megabytes') };
    if (peers.length === 0) yield { ...summarize(name, ours.map(speed), 'samples/s'), ...took };
    for (const peer of peers)
      yield {
        ...summarize(name, ours.map(speed), 'samples/s', { name: peer.name, values: peer.rounds.map(speed) }),
        ...took,
        peerCpuSeconds: medianOf(peer.rounds, 'cpuSeconds'),
        peerMegabytes: medianOf(peer.rounds, 'megabytes'),
      };
  }
}

function medianOf(rounds: readonly Round[], what: keyof Round): number {
  return round(
    quantile(
      rounds.map(each => each[what]),
      0.5,
    ),
  );
}
