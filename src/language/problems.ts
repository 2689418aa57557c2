import type { ProblemDefinition } from '../core/diagnostics/define.js';
import * as modelProblems from '../core/model/problems.js';
import * as schemaProblems from '../core/schema/problems.js';
import * as textProblems from '../core/text/problems.js';
import { rules } from '../rules/index.js';
import { objectiveFailed } from './objective-failed.js';

/** Every kind of finding that is not a rule: its severity cannot be changed and it cannot be suppressed. */
export const problems: readonly ProblemDefinition[] = [
  ...Object.values(textProblems),
  ...Object.values(schemaProblems),
  ...Object.values(modelProblems),
  objectiveFailed,
].sort((a, b) => (a.id < b.id ? -1 : 1));

const everything: readonly ProblemDefinition[] = [...problems, ...rules];
const byName = new Map<string, ProblemDefinition>(everything.flatMap((each) => [[each.name, each] as const, [each.id, each] as const]));

/** A problem or rule by its name or number. */
export function findProblem(name: string): ProblemDefinition | undefined {
  return byName.get(name) ?? byName.get(name.toUpperCase()) ?? byName.get(name.toLowerCase());
}

/** Everything that can be reported, in the order of the numbers. */
export const findings: readonly ProblemDefinition[] = [...everything].sort((a, b) => (a.id < b.id ? -1 : 1));
