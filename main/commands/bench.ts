import { messages } from '../../shared/messages.ts';
import { benchmarks, findBenchmarks } from '../bench/benchmarks.ts';
import { type Options, readArguments, UsageError } from './arguments.ts';
import type { Output } from './output.ts';
import { suggest } from './suggest.ts';

const options = { json: { type: 'boolean' } } as const satisfies Options;

/** `bench [NAME…]`: prints each result as soon as it is measured. */
export async function bench(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('bench', args, options);
  const all = [...benchmarks.keys()];
  const names = operands.length > 0 ? operands.flatMap(word => findBenchmarks(word) ?? refuse(word, all)) : all;
  for (const name of new Set(names)) {
    for await (const result of benchmarks.get(name)!()) {
      const { unit, median, p95, p99, maximum, over50, over100, peer, peerMedian, ratio } = result;
      const rare = p99 === undefined ? '' : `, p99 ${format(p99)} ${unit}`;
      const worst = maximum === undefined ? '' : `, largest ${format(maximum)} ${unit}`;
      const late = over50 === undefined ? '' : `, ${over50} over 50 ${unit}, ${over100} over 100 ${unit}`;
      const versus = peer && ratio ? `; ${peer} ${format(peerMedian!)} ${unit}, ratio ${format(ratio)}` : '';
      const measured = `median ${format(median)} ${unit}, p95 ${format(p95)} ${unit}`;
      const line = `${result.name}: ${measured}${rare}${worst}${late}${versus}`;
      await output.write(`${chosen.json ? JSON.stringify(result) : line}\n`);
      await output.flush();
    }
  }
}

function refuse(word: string, all: string[]): never {
  throw new UsageError(messages.commandLine.unknownBenchmark(word, suggest(word, all), all.join(', ')));
}

const format = (number: number) => String(Number(number.toPrecision(3)));
