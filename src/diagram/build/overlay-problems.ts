import type { Diagnostic } from '../../core/diagnostics/diagnostic.js';
import type { NodeIndex } from '../scene.js';
import type { Box } from './box.js';

export interface ProblemCounts {
  error: number;
  warning: number;
}

/**
 * Counts errors and warnings on the boxes of the entities they are about.
 *
 * @returns those whose entity is not in the picture.
 */
export function noteProblems(diagnostics: readonly Diagnostic[], index: NodeIndex<Box>): ProblemCounts {
  const elsewhere = { error: 0, warning: 0 };
  for (const { severity, path } of diagnostics) {
    if (severity !== 'error' && severity !== 'warning') continue;
    const box = path === undefined ? undefined : index.find(path);
    (box?.problems ?? elsewhere)[severity]++;
  }
  return elsewhere;
}
