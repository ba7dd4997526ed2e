import { expect, test } from 'vitest';
import { templateNames, DIGIT_SHAPE, networkTemplates, templateParameters } from '../../shared/templates.ts';
import { createRandom } from '../../shared/random.ts';
import { readTemplate, templates } from './templates.ts';

test.each(templates.map(({ name }) => name))(
  'the starter network %s opens, names ten classes and shows a digit',
  async name => {
    const workbook = await readTemplate(name);
    expect(workbook.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(workbook.network.layers[0]).toMatchObject({ kind: 'input', shape: [28, 28, 1] });
    expect(workbook.source.kind).toBe('digit');
    expect(workbook.values.get(`${workbook.network.layers[0].id}/output`)!.some(pixel => pixel > 0.9)).toBe(true);
  },
);

test.each(templateNames)('the starter %s is what its template builds for the digits', async name => {
  const { network } = await readTemplate(name);
  expect(networkTemplates[name](DIGIT_SHAPE, 10)).toEqual(network);
});

test('the lesson still looks through its own two kernels, which its training left alone', async () => {
  const { network, values } = await readTemplate('lesson3');
  const untrained = templateParameters('lesson3', network, createRandom(1));
  expect(values.get('conv1/kernel')).toEqual(untrained.get('conv1/kernel'));
  expect(values.get('conv1/bias')).toEqual(new Float32Array(2));
});

test('a template that does not exist is answered with those that do', async () => {
  await expect(readTemplate('lesson')).rejects.toThrow(
    'There is no template called lesson. Choose among lesson3, lenet, resnet-tiny.',
  );
  await expect(readTemplate('../../package')).rejects.toThrow('There is no template called ../../package.');
});
