import { formatRatio } from '../../core/units/format.js';
import type { Pair } from '../../isolation/analysis.js';
import { P } from '../../isolation/grade.js';
import { performanceName } from '../../isolation/report.js';
import type { MeasuredResult } from '../../isolation/result.js';
import type { InterferenceResult } from '../../sim/result.js';

/** Loss of throughput from which a structure that promises something is contradicted: above the noise of a simulation. */
const FELT_RATIO = 0.05;

/** Growth of the 99th percentile from which waiting is felt. */
const SLOWED_RATIO = 1.25;

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
    const { throughputRatio, p99Ratio } = found.alone ?? found;
    const exact = Math.max(0, 1 - throughputRatio);
    // Less than a thousandth is how runs differ, not what one does to the other.
    const lost = exact < 0.001 ? 0 : exact;
    const isSlowed = Number.isFinite(p99Ratio) && p99Ratio > SLOWED_RATIO;
    const isTaken = lost > FELT_RATIO;
    const isPromised = grade.worst <= P.capped;
    // Reserves and caps promise a rate, not how long one waits; where nothing is shared there is nobody to wait for.
    const isBroken = isPromised && (isTaken || (isSlowed && grade.worst === P.dedicated));
    const verdict = isBroken ? 'contradicts' : !isPromised && !isTaken && !isSlowed ? 'not-felt' : 'agrees';
    return [
      {
        victim,
        aggressor,
        throughputRatio,
        p99Ratio,
        performance,
        verdict,
        message: MESSAGES[verdict](lossOf(victim, aggressor, formatRatio(lost), isSlowed ? p99Ratio : 1), performance, isTaken),
      },
    ];
  });
}

function lossOf(victim: string, aggressor: string, lost: string, p99Ratio: number): string {
  const waits = p99Ratio > 1 ? `, and its p99 latency grows ${Number(p99Ratio.toPrecision(2))} times` : '';
  return `${victim} loses ${lost} of its throughput when ${aggressor} saturates${waits}`;
}

const MESSAGES: Readonly<Record<MeasuredResult['verdict'], (seen: string, grade: string, isTaken: boolean) => string>> = {
  agrees: (seen, grade) => `${seen}; ${grade} allows for that.`,
  contradicts: (seen, grade, isTaken) =>
    isTaken
      ? `${seen}, although the structure says ${grade}: what is reserved or left for it is less than it asks for, or a cap does not hold.`
      : `${seen}, although the structure says ${grade}: they share something that the structure does not show.`,
  'not-felt': (seen, grade) =>
    `${seen}. The structure (${grade}) promises nothing: at these loads there is enough for both, at others there may not be.`,
};
