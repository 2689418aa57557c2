import { vfCountExceedsTotal } from './feasibility/vf-count-exceeds-total.js';
import { referenceDangling } from './references/reference-dangling.js';
import type { Rule } from './rule.js';

/** Every rule, in the order of their numbers. */
export const rules: readonly Rule[] = [referenceDangling, vfCountExceedsTotal].sort((a, b) => (a.id < b.id ? -1 : 1));
