import * as v from 'valibot';
import { type Sentence, sentenceOfIssue } from './messages/sentence.ts';
import { trainingConfigSchema } from './training.ts';

/** What is wrong with a set-up that somebody is typing: for each setting by its path ("optimizer.beta1") what belongs
 *  there, in words. Empty where it can be trained with. */
export function configProblems(config: unknown): ReadonlyMap<string, Sentence> {
  const { issues = [] } = v.safeParse(trainingConfigSchema, config);
  const problems = new Map<string, Sentence>();
  for (const issue of issues) {
    const path = v.getDotPath(issue) ?? '';
    if (!problems.has(path)) problems.set(path, sentenceOfIssue(issue.message));
  }
  return problems;
}
