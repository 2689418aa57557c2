import { formatRatio } from '../../core/units/format.js';
import type { Pair } from '../../isolation/analysis.js';
import { P } from '../../isolation/grade.js';
import { performanceName } from '../../isolation/report.js';
import type { MeasuredResult } from '../../isolation/result.js';
import type { InterferenceResult } from '../../sim/result.js';

/** Loss of throughput from which a structure that promises something is contradicted: above the noise of a simulation. */
const FELT_RATIO = 0.05;

/** What was measured between two tenants beside what the structure says, in both directions. */
export function measuredBetween(pair: Pair, interference: readonly InterferenceResult[] | undefined): MeasuredResult[] {
  const directions = [
    { aggressor: pair.a.id, victim: pair.b.id, grade: pair.aToB.performance },
    { aggressor: pair.b.id, victim: pair.a.id, grade: pair.bToA.performance },
  ];
  return directions.flatMap(({ aggressor, victim, grade }) => {
    const found = interference?.find((each) => each.aggressor === aggressor && each.victim === victim);
    if (found === undefined) return [];
    const performance = performanceName(grade);
    const exact = Math.max(0, 1 - found.throughputRatio);
    // Less than a thousandth is how runs differ, not what one does to the other.
    const lost = exact < 0.001 ? 0 : exact;
    const isFelt = lost > FELT_RATIO;
    const isPromised = grade.worst <= P.capped;
    const verdict = isPromised && isFelt ? 'contradicts' : !isPromised && !isFelt ? 'not-felt' : 'agrees';
    return [
      {
        victim,
        aggressor,
        throughputRatio: found.throughputRatio,
        p99Ratio: found.p99Ratio,
        performance,
        verdict,
        message: MESSAGES[verdict](victim, aggressor, performance, formatRatio(lost)),
      },
    ];
  });
}

const MESSAGES: Readonly<Record<MeasuredResult['verdict'], (victim: string, aggressor: string, grade: string, lost: string) => string>> = {
  agrees: (victim, aggressor, grade, lost) =>
    `${victim} loses ${lost} of its throughput when ${aggressor} saturates; ${grade} allows for that.`,
  contradicts: (victim, aggressor, grade, lost) =>
    `${victim} loses ${lost} of its throughput when ${aggressor} saturates, although the structure says ${grade}: what is reserved or left for it is less than it asks for, or a cap does not hold.`,
  'not-felt': (victim, aggressor, grade, lost) =>
    `${victim} loses ${lost} of its throughput when ${aggressor} saturates. The structure (${grade}) promises nothing: at these loads there is enough for both, at others there may not be.`,
};
