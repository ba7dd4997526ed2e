import { describe, expect, test } from 'vitest';
import { UserError } from './errors.ts';
import { english } from './messages/render.ts';
import { submissionOf } from './submission.ts';

const file = (name: string, ...probabilities: (number | null)[]) => ({ name, probabilities });
const digits = ['0', '1', '2'];
const rows = [file('1', 0.1, 0.2, 0.7), file('2', 0.75, 0.25, 0), file('3', 0, 1, 0)];
const pets = [file('test/a.jpg', 0.25, 0.75), file('test/b.jpg', 0.5, 0.5)];

/** Whatever is between the commas and line ends of columns that aren't asked for, as in the sample. */
const frame = (text: string) => text.replaceAll(/[^,;"\r\n]+/g, '·');

function refused(...args: Parameters<typeof submissionOf>): string {
  try {
    submissionOf(...args);
    return '';
  } catch (error) {
    if (error instanceof UserError) return english(error.sentence);
    throw error;
  }
}

describe('a submission', () => {
  test.each<[title: string, sample: string, submission: string]>([
    ['as digit-recognizer has it', 'ImageId,Label\n1,0\n2,0\n3,0\n', 'ImageId,Label\n1,2\n2,0\n3,1\n'],
    ['with other line ends, none at the end', 'ImageId,Label\r\n3,0\r\n1,0', 'ImageId,Label\r\n3,1\r\n1,2'],
    ['in quotes', '"ImageId","Label"\n"1","0"\n2,"0"\n\n', '"ImageId","Label"\n"1","2"\n2,"0"\n\n'],
    ['with rows counted from 0', '\ufeffid;label\n0;0\n1;0\n2;0\n', '\ufeffid;label\n0;2\n1;0\n2;1\n'],
    ['with a probability for each class, in another order', 'id,2,0,1\n2,0.3,0.3,0.3\n', 'id,2,0,1\n2,0,0.75,0.25\n'],
  ])('has the frame of its sample: %s', (_title, sample, submission) => {
    const { text } = submissionOf(sample, 'sample.csv', { classes: digits, files: rows, byRow: true });
    expect(text).toBe(submission);
    expect(frame(text)).toBe(frame(sample));
  });

  test('finds images by their file names with and without ending, and tells which the sample doesn’t ask for', () => {
    const own = { classes: ['cat', 'dog'], files: pets, byRow: false };
    expect(submissionOf('file,species\nb.jpg,Cat\na.jpg,Dog\n', 's.csv', own).text).toBe(
      'file,species\nb.jpg,Cat\na.jpg,Dog\n',
    );
    const { text, remarks } = submissionOf('id,dog\na,0.5\n', 's.csv', own);
    expect(text).toBe('id,dog\na,0.75\n');
    expect(remarks.map(remark => english(remark))).toEqual(['1 image is not in s.csv and is left out.']);
  });

  test('joins several labels as the sample does', () => {
    const own = { classes: ['haze', 'road', 'water'], files: [file('test_0.tif', 0.9, 0.1, 0.6)], byRow: false };
    const thresholds = [0.5, 0.5, 0.5];
    const sample = 'image_name,tags\ntest_0,haze road\n';
    expect(submissionOf(sample, 's.csv', { ...own, thresholds }).text).toBe('image_name,tags\ntest_0,haze water\n');
    const quoted = sample.replace('haze road', '"haze,road"');
    expect(submissionOf(quoted, 's.csv', { ...own, thresholds: [0.5, 0, 0.7] }).text).toBe(quoted);
  });

  test('is refused with a sentence where something doesn’t match', () => {
    const own = { classes: ['cat', 'dog'], files: pets, byRow: false };
    expect(refused('id,label\nx,cat\n', 's.csv', own)).toContain('No id in s.csv, such as "x"');
    expect(refused('id,label\na,cat\nc,cat\n', 's.csv', own)).toContain('asks for 1 image that is not there');
    expect(refused('id,label\na,0.5\n', 's.csv', own)).toContain('one column of probabilities, "label"');
    expect(refused('id,label\na,lion\n', 's.csv', own)).toContain('labels such as "lion"');
    expect(refused('id,cat,lion\na,0,0\n', 's.csv', own)).toContain("it doesn't know “lion”; “dog” is missing");
    expect(refused('id,label\n', 's.csv', own)).toContain('no sample of a submission');
    expect(refused('id,label\na\n', 's.csv', own)).toContain('line 2');
    expect(refused('id,label\n"a,cat\n', 's.csv', own)).toContain('never closed');
    expect(refused('id,label\na,cat\n', 's.csv', { ...own, files: [file('a', null, 1)] })).toContain('#NUM!');
  });
});
