import { afterAll, beforeAll, expect, test } from 'vitest';
import { messages, say, sayName, speak } from '../messages.ts';
import { sentences } from './sentences.ts';

beforeAll(() => void speak('de'));
afterAll(() => void speak('en'));

test('decimals stand after a comma, thousands apart by a point, and the percent sign never alone on a line', () => {
  const { panels, trainingPanel, trainCommand, views } = messages;
  expect([0, 1e-9, 0.5, 0.9995, 1].map(share => panels.probability(share))).toEqual([
    '0,0\u00a0%',
    '<\u00A00,1\u00a0%',
    '50,0\u00a0%',
    '>\u00A099,9\u00a0%',
    '100,0\u00a0%',
  ]);
  expect(trainingPanel.stepOf(1200, 60_000)).toBe('Schritt 1.200 von 60.000 · 2\u00a0%');
  expect(trainCommand.accuracy(0.9724, 9724, 10_000)).toBe('Genauigkeit 97,24\u00a0% (9.724 von 10.000)');
  expect(views.runs.settings(5, 64, 'Adam', '0,002')).toBe('5 Epochen, Batchgröße 64, Adam 0,002');
  expect(say(sentences.runs.notes.learningRate(0.0005))).toBe('Die Lernrate wurde auf 0,0005 gesetzt.');
});

test.each([
  [1, '1 Bild ist nicht lesbar und ausgelassen', '1 Epoche trainiert.', 'Nach 1 Schritt beendet.'],
  [2000, '2.000 Bilder sind nicht lesbar und ausgelassen', '2.000 Epochen trainiert.', 'Nach 2.000 Schritten beendet.'],
])('nouns and verbs go with their number: %d', (count, problems, finished, stopped) => {
  const { endSentences } = messages.trainingPanel;
  expect(messages.views.data.problems(count)).toBe(problems);
  expect(endSentences.finished(count)).toBe(finished);
  expect(endSentences.stopped(count)).toBe(stopped);
});

test('a sentence that fills another one’s blank is German too', () => {
  const unknown = sentences.meaning.someKnown(sentences.data.names.digits, 2, 10, ['a', 'b']);
  expect(say(unknown)).toBe('Von den 10 Klassen von MNIST-Ziffern kennt das Netz 2; „a“ und „b“ kennt es nicht.');
  const ended = sentences.runs.notResumed(sentences.files.reading.folder('/tmp'));
  expect(say(ended)).toMatch(/letzten Zwischenstand\. \/tmp ist ein Ordner\./);
});

test('the app’s own data sets and images have German names, other names stay as they are', () => {
  const names = ['MNIST digits', 'training image 12', 'image 3', 'MNIST digits 2', 'training image', 'pets'];
  expect(names.map(sayName)).toEqual([
    'MNIST-Ziffern',
    'Trainingsbild 12',
    'Bild 3',
    'MNIST digits 2',
    'training image',
    'pets',
  ]);
  expect(say(sentences.runs.classesNamed('MNIST digits'))).toBe('Die Klassen heißen jetzt so wie in MNIST-Ziffern.');
});

test('after “mit” and “von” the number of names that were left out has its dative too', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  expect(say(sentences.meaning.noneKnown('pets', names, names))).toBe(
    'Das Netz kennt keine der Klassen von pets: Trainiert wurde es mit „a“, „b“, „c“, „d“, „e“ und 2 weiteren, und ' +
      'pets hat „a“, „b“, „c“, „d“, „e“ und 2 weitere. Wählen Sie Bilder seiner Klassen, oder trainieren Sie es ' +
      'zuerst mit diesen.',
  );
});

test('one image of a split is one image', () => {
  const { evaluated } = messages.trainCommand;
  expect([evaluated('x', 'test', 1), evaluated('x', 'test', 0)]).toEqual(['x: 1 Testbild', 'x: 0 Testbilder']);
});
