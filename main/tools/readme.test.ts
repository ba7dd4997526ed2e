/** Checks that README is true. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isTemplate } from '../files/templates.ts';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

test('its commands name only what comes along, or what a command before them has made (fault 47)', () => {
  const opened = [...readme.matchAll(/^npm start -- (\S+)/gm)].map(([, name]) => name);
  expect(opened.length).toBeGreaterThan(0);
  expect(opened.filter(name => !isTemplate(name))).toEqual([]);
  const made = new Set<string>();
  for (const [command] of readme.matchAll(/^npm run --silent cli -- .*$/gm)) {
    const [, target] = / -o (\S+)/.exec(command) ?? [];
    const files = command.match(/\S+\.convsheet/g) ?? [];
    expect(
      files.filter(name => name !== target && !made.has(name)),
      command,
    ).toEqual([]);
    if (target !== undefined) made.add(target);
  }
});

test('it says under which licence HyperFormula is used (fault 39)', () => {
  const licences = readme.slice(readme.indexOf('## Licen'));
  expect(licences.replaceAll(/\s+/g, ' ')).toContain("Handsoncode's non-commercial licence, which names it");
});
