/** Test-time augmentation: a network looks at several views of each image, and its probabilities are averaged. */
import * as v from 'valibot';
import { issuesOf, type Sentence, sentenceOfIssue } from './messages/sentence.ts';
import { sentences } from './messages/sentences.ts';

const expected = issuesOf(sentences.data.expected);
const amount = (maximum: number, message: string) =>
  v.pipe(v.number(message), v.minValue(0, message), v.maxValue(maximum, message));

/** The views beside the image as it is. 0 and false mean none. Each of shift, crop and rotate brings its own views, and
 *  of each of these, and of the image itself, there are those of flip or symmetries. */
export const ttaSchema = v.strictObject({
  /** The mirror image, left to right. */
  flip: v.boolean(),
  /** The image turned and mirrored by the other 7 symmetries of the square. Images must be square. */
  symmetries: v.boolean(),
  /** Four views: moved left, right, up and down by this share of the size, in whole pixels and by one at least. */
  shift: amount(0.25, expected.ttaShift),
  /** Five views: the corners and the middle, each side shorter by this share, stretched to the whole size. */
  crop: amount(0.5, expected.ttaCrop),
  /** Two views: turned by so many degrees either way. */
  rotate: amount(45, expected.ttaRotate),
});
export type Tta = v.InferOutput<typeof ttaSchema>;

/** The image as it is, alone. */
export const noTta: Tta = { flip: false, symmetries: false, shift: 0, crop: 0, rotate: 0 };

/** What the faulty settings take. Empty if the views can be used. */
export function ttaProblems(tta: Tta): ReadonlyMap<keyof Tta, Sentence> {
  const { issues = [] } = v.safeParse(ttaSchema, tta);
  return new Map(issues.map(issue => [v.getDotPath(issue) as keyof Tta, sentenceOfIssue(issue.message)]));
}

/** How many views of each image there are. */
export function viewCount({ flip, symmetries, shift, crop, rotate }: Tta): number {
  const mirrored = flip ? 2 : 1;
  const places = 1 + (shift > 0 ? 4 : 0) + (crop > 0 ? 5 : 0) + (rotate > 0 ? 2 : 0);
  return places * (symmetries ? 8 : mirrored);
}
