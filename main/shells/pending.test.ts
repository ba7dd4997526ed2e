import { expect, test } from 'vitest';
import { english } from '../../shared/messages/render.ts';
import { type EngineKind, engineRequests, supervisorRequests } from '../../shared/protocol.ts';
import { labelOf } from './pending.ts';

test('a request that killed one engine after the other is called by words, not by its kind', () => {
  const label = 'Set AD11';
  const kinds = Object.keys({ ...engineRequests, ...supervisorRequests }) as EngineKind[];
  const names = kinds.map(kind => english(labelOf({ kind, args: { label } })));
  expect(names[kinds.indexOf('change')]).toBe(label);
  expect(names[kinds.indexOf('resetParameters')]).toBe('Reset the weights');
  for (const [i, name] of names.entries()) {
    expect(name).toMatch(/^[A-Z]/);
    expect(name).not.toBe(kinds[i]);
  }
});
