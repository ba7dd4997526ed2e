import * as v from 'valibot';
import { type Sentence, sentenceOfIssue } from './messages/sentence.ts';
import { type TrainingConfig, trainingConfigSchema } from './training.ts';

/** A set-up that another build may have written, with the settings that have come since then. Throws if it is none. */
export const configOfToday = (config: unknown): TrainingConfig => v.parse(trainingConfigSchema, config);

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
