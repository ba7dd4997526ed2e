import { expect, test } from 'vitest';
import { templateNames, networkTemplates, templateParameters, templateSize } from '../../shared/templates.ts';
import { describeTensors } from '../../shared/network.ts';
import { DIGIT_NAMES, LETTER_NAMES } from '../../shared/data.ts';
import { createRandom } from '../../shared/random.ts';
import { drawnTemplates, readTemplate } from './templates.ts';

const shipped = templateNames.filter(name => !drawnTemplates.has(name));

test.each(shipped)('the starter network %s opens, names its classes and shows an image of them', async name => {
  const workbook = await readTemplate(name);
  expect(workbook.classes).toEqual(name === 'letters' ? LETTER_NAMES : DIGIT_NAMES);
  expect(workbook.network.layers[0]).toMatchObject({ kind: 'input', shape: [28, 28, 1] });
  // The lesson's workbook shows a 7 of its own.
  expect(workbook.source.kind).toBe(name === 'lesson-excel' || name === 'letters' ? 'image' : 'digit');
  expect(workbook.values.get(`${workbook.network.layers[0].id}/output`)!.some(pixel => pixel > 0.9)).toBe(true);
});

test.each(shipped)('the starter %s is what its template builds', async name => {
  const { network } = await readTemplate(name);
  const { images, classes } = templateSize(name);
  expect(networkTemplates[name](images, classes)).toEqual(network);
});

test('VGG-16 has the parameters that Keras counts', () => {
  const { images, classes } = templateSize('vgg16');
  const network = networkTemplates.vgg16(images, classes);
  const parameters = describeTensors(network).filter(({ role }) => role === 'parameter');
  expect(parameters.reduce((sum, { size }) => sum + size, 0)).toBe(138_357_544);
  expect(network.layers[0]).toMatchObject({ kind: 'input', shape: [224, 224, 3] });
});

test('the lesson still looks through its own two kernels, which its training left alone', async () => {
  const { network, values } = await readTemplate('lesson3');
  const untrained = templateParameters('lesson3', network, createRandom(1));
  expect(values.get('conv1/kernel')).toEqual(untrained.get('conv1/kernel'));
  expect(values.get('conv1/bias')).toEqual(new Float32Array(2));
});

test('a template that does not exist is answered with those that do', async () => {
  await expect(readTemplate('lesson')).rejects.toThrow(
    `There is no template called lesson. Choose among ${templateNames.join(', ')}.`,
  );
  await expect(readTemplate('../../package')).rejects.toThrow('There is no template called ../../package.');
});
