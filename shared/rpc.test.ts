import { expect, test } from 'vitest';
import { type Message, supervisorRequests } from './protocol.ts';
import { decodeFrame, encodeFrame, forwardFrame, parseArgs } from './rpc.ts';
import { networkTemplates } from './templates.ts';

const values = Float32Array.of(1.5, Number.NaN, -0);
const request = encodeFrame({ type: 'request', id: 7, kind: 'change', args: { values }, workbook: 'w', client: 99 });

test('a request that is passed on in its frame comes with another number and client, as one that was checked', () => {
  const frame = forwardFrame(request, { id: 41, client: 3 });
  const message = decodeFrame(frame) as Extract<Message, { type: 'request' }>;
  expect(message).toEqual({
    type: 'request',
    id: 41,
    kind: 'change',
    args: { values },
    workbook: 'w',
    client: 3,
    checked: true,
  });
  // Reading it has copied nothing.
  expect((message.args as { values: Float32Array }).values.buffer).toBe(frame.buffer);
  expect(decodeFrame(forwardFrame(request, { id: 1 }))).toMatchObject({ id: 1, client: undefined });
});

test('nobody says of his own request that it was checked', () => {
  const boasting = { type: 'request', id: 1, kind: 'undo', args: {}, checked: true } as const;
  expect(decodeFrame(encodeFrame(boasting))).not.toHaveProperty('checked');
});

test('a reply that is passed on comes with the number of the request it answers', () => {
  const reply = encodeFrame({ type: 'reply', id: 41, result: { pixels: Uint8Array.of(1, 2) } });
  expect(decodeFrame(forwardFrame(reply, { id: 7 }))).toEqual({
    type: 'reply',
    id: 7,
    result: { pixels: Uint8Array.of(1, 2) },
  });
});

test('nothing else is passed on: no event, no frame that was passed on before, no bytes that are none', () => {
  const event = encodeFrame({ type: 'event', event: 'progress', data: { task: 'x', fraction: 0 } });
  for (const frame of [event, forwardFrame(request, { id: 1 }), Uint8Array.of(1, 2, 3)])
    expect(() => decodeFrame(forwardFrame(frame, { id: 2 }))).toThrow(/damaged/);
});

test('another network comes with whole tensors: values that name their elements are refused', () => {
  const network = networkTemplates.lesson3([28, 28, 1], 10);
  const values = new Float32Array(2);
  const begin = (value: object) => {
    const made = { changes: [{ kind: 'network', network, values: [value] }], commands: 0 };
    return parseArgs(supervisorRequests.beginRun.args, 'beginRun', { id: 'run', made });
  };
  expect(begin({ tensor: 'conv1/bias', values })).toHaveProperty('made');
  expect(() => begin({ tensor: 'conv1/bias', values, indices: Uint32Array.of(1, 0) })).toThrow(/made\.changes/);
});
