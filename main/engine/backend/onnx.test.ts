import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';
import { createGraph } from '../onnx/graph.ts';
import { createSession, loadOnnx, onnxAvailable, tensorOf } from './onnx.ts';

const elsewhere = mkdtempSync(join(tmpdir(), 'convsheet-onnx-'));
const program = pathToFileURL(join(elsewhere, 'program.js')).href;
afterAll(() => rmSync(elsewhere, { recursive: true }));
const folder = join(elsewhere, 'node_modules', 'onnxruntime-node');
const library = join(folder, 'bin', 'napi-v6', process.platform, process.arch);

test('without the package, or without its library for this computer, a sentence says what to choose', () => {
  expect(onnxAvailable(program)).toBe(false);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"main":"index.js"}');
  expect(onnxAvailable(program)).toBe(false);
  expect(() => loadOnnx(program)).toThrow(new UserError(messages.native.noOnnx));
});

test('a library that does not load is named with its reason', () => {
  mkdirSync(library, { recursive: true });
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(library, 'onnxruntime_binding.node'), '');
  writeFileSync(join(folder, 'dist', 'binding.js'), "throw new Error('libonnxruntime.so.1: file too short\\nat …');");
  expect(onnxAvailable(program)).toBe(true);
  const sentence = messages.native.brokenOnnx('libonnxruntime.so.1: file too short.');
  expect(() => loadOnnx(program)).toThrow(new UserError(sentence));
});

test('a model of our own writing calculates in the memory that it is given', ({ skip }) => {
  skip(!onnxAvailable(), 'onnxruntime-node is not installed, or has no library for this computer.');
  const graph = createGraph();
  const x = graph.input('x', [2, 3]);
  const turned = graph.transpose(graph.multiply(x, graph.constant(Float32Array.of(1, -2, 0.5), [3])), [1, 0]);
  graph.output('y', turned);
  graph.output('last', graph.slice(turned, [{ axis: 0, start: 1, end: 3 }]));
  graph.output('copy', x);
  const session = createSession(graph.finish().bytes);
  const y = tensorOf(new Float32Array(6), [3, 2]);
  const made = session.run({ x: tensorOf(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]) }, { y, last: null, copy: null });
  session.dispose();
  expect([...y.data]).toEqual([1, 4, -4, -10, 1.5, 3]);
  expect([...made.last.data]).toEqual([-4, -10, 1.5, 3]);
  expect([...made.copy.data]).toEqual([1, 2, 3, 4, 5, 6]);
});
