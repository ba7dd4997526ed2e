import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type StandIn = { path: string; remove(): void };

/** Builds stand-in-engine.ts as a program that tests can start. */
export async function buildStandIn(): Promise<StandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-stand-in-'));
  const path = join(folder, 'stand-in-engine.mjs');
  const entry = fileURLToPath(new URL('stand-in-engine.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile: path, bundle: true, platform: 'node', format: 'esm' });
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
