import { describe, expect, test } from 'vitest';
import { say } from '../messages.ts';
import { firstSheets } from '../places.ts';
import { buildSheet } from '../layout/sheet.ts';
import { networkTemplates, templateSize } from '../templates.ts';
import { parseNetwork } from '../network.ts';
import { type Check, type Facts, holds, readCheck } from './checks.ts';
import { faultsIn, readLesson } from './lesson.ts';
import { MOST_LESSON } from './limits.ts';
import { inlinesIn } from './prose.ts';
import { lessonPlaces, sheetOfTemplate } from './lesson-places.ts';

const HEAD = '---\nid: a-lesson\ntitle: A lesson: with a colon\nnetwork: lesson3\n---\n';
const told = (text: string) => readLesson(text).problems.map(({ line, sentence }) => `${line}: ${say(sentence)}`);
const open = { sheet: sheetOfTemplate('lesson3'), sheets: firstSheets, names: new Map() };

test('a lesson is read with its steps, text, live numbers, task and hints', () => {
  const text =
    `${HEAD}\n## One\n\nHere is \`AD11\`, it holds {=A1*B1} and *more*.\n\n- a\n- b\n\n` +
    '```task\ndo: Type 2 into\n  `AD11`.\ncheck: =AD11=2\ncheck: selected conv1\n' +
    'hint: a\nhint: b\nshow: AD11\n```\n\n' +
    '## Two\n\nEnd.\n';
  const { lesson, problems } = readLesson(text.replaceAll('\n', '\r\n'));
  expect(problems).toEqual([]);
  expect(lesson).toMatchObject({ id: 'a-lesson', title: 'A lesson: with a colon', network: 'lesson3' });
  const [one, two] = lesson!.steps;
  expect([one.title, one.line, two.title, two.task]).toEqual(['One', 7, 'Two', undefined]);
  expect(one.blocks[0]).toEqual({
    kind: 'paragraph',
    children: [
      { kind: 'text', text: 'Here is ' },
      { kind: 'code', text: 'AD11' },
      { kind: 'text', text: ', it holds ' },
      { kind: 'live', formula: '=A1*B1' },
      { kind: 'text', text: ' and ' },
      { kind: 'emphasis', children: [{ kind: 'text', text: 'more' }] },
      { kind: 'text', text: '.' },
    ],
  });
  expect(one.blocks[1]).toMatchObject({ kind: 'list', ordered: false, items: [[{ kind: 'paragraph' }], [{}]] });
  expect(one.task).toEqual({
    line: 15,
    words: [
      { kind: 'text', text: 'Type 2 into ' },
      { kind: 'code', text: 'AD11' },
      { kind: 'text', text: '.' },
    ],
    checks: [
      { kind: 'formula', formula: '=AD11=2', line: 17 },
      { kind: 'selected', place: 'conv1', line: 18 },
    ],
    hints: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]],
    show: 'AD11',
  });
});

test('what a stranger writes becomes text: HTML, scripts, pictures and links to anything but https', () => {
  const { lesson } = readLesson(
    `${HEAD}## S\n\n<img src=x onerror=alert(1)>\n\na <b>c</b> [d](javascript:alert(1)) ![e](x.png) [f](https://g.h)\n`,
  );
  const { blocks } = lesson!.steps[0];
  expect(blocks[0]).toEqual({ kind: 'paragraph', children: [{ kind: 'text', text: '<img src=x onerror=alert(1)>' }] });
  expect(new Set(inlinesIn(blocks[1]).map(({ kind }) => kind))).toEqual(new Set(['text', 'link']));
  expect(JSON.stringify(blocks[1])).toContain('<b>');
  expect(JSON.stringify(blocks[1])).not.toContain('javascript');
  expect(JSON.stringify(blocks[1])).not.toContain('x.png');
});

describe('a mistake is told with its line', () => {
  const task = (lines: string) => `${HEAD}## S\n\n\`\`\`task\n${lines}\n\`\`\`\n`;
  test.each([
    ['no head', '1: A lesson begins with a line ---, lines such as “title: My lesson”, and another line ---.'],
    ['---\nid: a\n---\n## S', '1: “title” is missing.'],
    ['---\nid: A B\ntitle: t\n---\n## S', '2: An id has small letters, digits and hyphens, at most 60 of them.'],
    [
      '---\nid: a\ntitle: t\nauthor: me\n---\n## S',
      '4: There is no “author” here. There are: id, title, language, order, minutes and network.',
    ],
    ['---\nid: a\nid: b\ntitle: t\n---\n## S', '3: “id” is given twice.'],
    ['---\nid: a\ntitle: t\nlanguage: fr\n---\n## S', '4: “language” is one of: en and de.'],
    ['---\nid: a\ntitle: t\norder: first\n---\n## S', '4: “order” is a whole number.'],
    ['---\nid: a\ntitle: t\nwhat\n---\n## S', '4: “what” isn’t of the form “key: value”.'],
    [HEAD, '6: A lesson has at least one step. A step begins with a line such as “## The first step”.'],
    [
      `${HEAD}\nHello\n\n## S`,
      '7: Before the first step, nothing may stand. A step begins with a line such as “## The first step”.',
    ],
    [task('do: a\ncheck: b'), '10: “b” is no check. A check is a formula such as =AD11=2, or begins with changes'],
    [task('do: a'), '9: “check” is missing.'],
    [task('check: trained'), '9: “do” is missing.'],
    [task('do: a\ncheck: trained\nhint: 1\nhint: 2\nhint: 3'), '9: A task has two hints at most.'],
    [task('do: a\ncheck: trained to 2'), '10: After “trained” comes nothing, or “to” and an accuracy from 0 to 1'],
    [task('do: a\ncheck: layer pool'), '10: There is no kind of layer “pool”.'],
    [task('do: a\ncheck: rises AD11'), '10: After “rises” comes a formula'],
    [task('do: a\ncheck: selected'), '10: After “selected” comes an address or a layer'],
    [task('do: a\ncheck: command scan'), '10: After “command” comes the name of a command'],
    [task('do: a\ncheck: trained\n```\n\n```task\ndo: b\ncheck: trained'), '14: A step has one task at most.'],
    ['x'.repeat(MOST_LESSON + 1), '1: A lesson has at most 100,000 characters.'],
    [`${HEAD}## S\n\n${'>'.repeat(20_000)} a`, '6: The text has too many quotes, lists or brackets in each other.'],
  ])('%#', (text, sentence) => {
    expect(told(text)[0]).toContain(sentence);
  });

  test('formulas, cells and commands that aren’t there', () => {
    const { lesson } = readLesson(
      `${HEAD}## S\n\n\`ZZ99/kernel\` {=SUM(}\n\n` +
        '```task\ndo: a\ncheck: =AD11=\ncheck: selected conv9\ncheck: command a.b\n```',
    );
    const faults = faultsIn(lesson!, lessonPlaces('lesson3', open), id => id !== 'a.b');
    expect(faults.map(({ line, sentence }) => `${line}: ${say(sentence)}`)).toEqual([
      expect.stringMatching(/^6: =SUM\(: /),
      '6: The network has no cells ZZ99/kernel.',
      expect.stringMatching(/^12: =AD11=: /),
      '13: The network has no cells conv9.',
      '14: There is no command a.b.',
    ]);
  });
});

test('a check holds or not, and is undecided while a number isn’t known', () => {
  const { sheet } = open;
  const places = lessonPlaces('lesson3', open);
  const facts: Facts = {
    now: formula => ({ '=T': true, '=F': false, '=2': 2, '=1/0': { error: '#DIV/0!' as const } })[formula],
    before: formula => ({ '=2': 1, '=T': 1 })[formula],
    active: { sheet: sheet.id, row: 10, column: 30 },
    cells: places.cells,
    commands: new Set(['explain.scan']),
    runs: [0.9],
    layers: sheet.network.layers,
  };
  const result = (text: string) => holds(readCheck(text) as Check, facts);
  expect(['=T', '=F', '=2', '=1/0', '=U'].map(result)).toEqual([true, false, true, false, undefined]);
  expect(['rises =2', 'falls =2', 'changes =2', 'changes =T', 'rises =U'].map(result)).toEqual([
    true,
    false,
    true,
    false,
    undefined,
  ]);
  expect(['selected AE11', 'selected AD11:AF13', 'selected conv1/kernel', 'selected A2'].map(result)).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(['command explain.scan', 'command explain.walk'].map(result)).toEqual([true, false]);
  expect(['trained', 'trained to 0.9', 'trained to 0.95'].map(result)).toEqual([true, true, false]);
  expect(['layer conv2d', 'layer conv2d 2', 'layer conv2d 3'].map(result)).toEqual([true, true, false]);
});

test('cells are found where they are after layers were added, and are gone with their layer', () => {
  const { images, classes } = templateSize('lesson3');
  const { layers } = networkTemplates.lesson3(images, classes);
  const added = { id: 'new', name: 'new', inputs: ['input'], kind: 'relu' as const };
  const longer = [layers[0], added, { ...layers[1], inputs: ['new'] }, ...layers.slice(2)];
  const places = lessonPlaces('lesson3', { ...open, sheet: buildSheet(parseNetwork({ version: 1, layers: longer })) });
  expect(places.shown('AD11:AF13')).not.toBe('AD11:AF13');
  expect(places.cells('AD11:AF13')).toMatchObject({ ...places.cells('conv1/kernel[0,0,0,0]'), height: 3, width: 3 });
  expect(places.shown('conv1')).toBe('conv1');
  const formula = places.formula('=SUM(AD11:AF13)+SUM(GE4:GE13)');
  expect(formula.problem === undefined && places.isThere(formula.expression)).toBe(true);

  const headless = lessonPlaces('lesson3', {
    ...open,
    sheet: buildSheet(parseNetwork({ version: 1, layers: layers.slice(0, 3) })),
  });
  expect(headless.cells('GE4')).toBeUndefined();
  expect(headless.cells('AD11')).toBeDefined();
  expect(formula.problem === undefined && headless.isThere(formula.expression)).toBe(false);
});
