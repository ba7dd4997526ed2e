import { SELU } from '../../../shared/layers/selu.ts';
import { showEach } from './activation.ts';
import type { EngineKindOf } from './kind.ts';
import { scaleAndShift, useAndRelease, withoutParameters } from './pass.ts';

const { scale, alpha } = SELU;

export const selu: EngineKindOf<'selu'> = {
  show: (_layer, [input]) => showEach(input, x => (x < 0 ? scale * alpha * Math.expm1(x) : scale * x)),
  /** As scale · leakyRelu(elu(x)), because elu keeps the sign of x. */
  run(_layer, [x], { ops }) {
    const y = ops.run('Elu', { x });
    const output = useAndRelease(ops, ops.leakyRelu(y, alpha), leaky => scaleAndShift(ops, leaky, scale, 0));
    const gradient = (dy: typeof x) =>
      useAndRelease(ops, scaleAndShift(ops, dy, scale, 0), scaled =>
        useAndRelease(ops, ops.leakyReluGradient(scaled, y, alpha), byElu => ops.run('EluGrad', { dy: byElu, y })),
      );
    return { ...withoutParameters(output, gradient), kept: [y] };
  },
  channelReads: 'same channel',
  bound: (_layer, [bound]) => [scale * Math.max(alpha, bound * alpha)],
  kept: 1,
};
