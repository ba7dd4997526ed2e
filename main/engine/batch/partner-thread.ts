/** The program of the partner (see partner.ts). It does one request after the other, and waits between them without an
 *  event loop. */
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { type BatchNetwork, createBatchNetwork } from './batch-network.ts';
import { ASKED, DONE, FAILED, type PartnerData, type Request, type Samples } from './partner.ts';

type Held = {
  runner: BatchNetwork;
  parameters: Map<TensorId, Float32Array>;
  gradients: Map<TensorId, Float32Array>;
  samples?: Samples;
};

const { counters, port } = workerData as PartnerData;
const networks = new Map<number, Held>();

try {
  await startBackend();
  for (let done = 0; ; done++) {
    report(done);
    // The other thread may be held up between counting a request and waking this one. A late wake-up must not start a
    // request that is done already.
    while (Atomics.load(counters, ASKED) === done) Atomics.wait(counters, ASKED, done);
    handle(receiveMessageOnPort(port)!.message as Request);
  }
} catch (error) {
  report(FAILED);
  throw error;
}

function report(done: number): void {
  Atomics.store(counters, DONE, done);
  Atomics.notify(counters, DONE);
}

function handle(request: Request): void {
  if (request.kind === 'open') {
    const { id, network, parameters, gradients } = request;
    networks.set(id, { runner: createBatchNetwork(network, 'wasm'), parameters, gradients });
    return;
  }
  const held = networks.get(request.id)!;
  const { runner, parameters, gradients } = held;
  if (request.kind === 'close') {
    runner.dispose();
    networks.delete(request.id);
    return;
  }
  held.samples = request.samples ?? held.samples!;
  runner.setParameters(new Map(request.changed.map(id => [id, parameters.get(id)!])));
  const { images, targets, weights, probabilities, losses, room } = held.samples;
  const { count } = request;
  const of = (array: Float32Array) => array.subarray(0, (array.length / room) * count);
  if (request.kind === 'gradients') {
    const { part, weighted, trained, random } = request;
    const batch = {
      images: of(images),
      targets: of(targets),
      weights: weighted ? of(weights) : undefined,
      count,
      part,
    };
    const found = runner.gradients(batch, { trained, random: createRandom(random) });
    for (const [id, values] of found.gradients) gradients.get(id)!.set(values);
    probabilities.set(found.probabilities);
    losses[0] = found.loss;
  } else {
    const found = runner.evaluate(of(images), of(targets), count);
    probabilities.set(found.probabilities);
    losses.set(found.losses);
  }
}
