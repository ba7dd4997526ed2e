import * as v from 'valibot';
import { type Sentence, sentenceOfIssue } from './messages/sentence.ts';
import { trainingConfigSchema } from './training.ts';

/** The problems of a run's set-up while somebody types it. The key is a setting's path ("optimizer.beta1"), the value
 *  says what it takes. Empty if the set-up can be used. */
export function configProblems(config: unknown): ReadonlyMap<string, Sentence> {
  const { issues = [] } = v.safeParse(trainingConfigSchema, config);
  const problems = new Map<string, Sentence>();
  for (const issue of issues) {
    const path = v.getDotPath(issue) ?? '';
    if (!problems.has(path)) problems.set(path, sentenceOfIssue(issue.message));
  }
  return problems;
}
