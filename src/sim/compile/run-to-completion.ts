import type { Stage } from '../../techniques/stage.js';

/**
 * Stages that one thread works through without letting go of the operation are one visit: a polling core that receives,
 * looks up and enqueues a packet does not put it back into a queue in between. Latency in between passes behind the visit. What
 * depends on the moment (a kick, an interrupt) or takes a slot stays a stage of its own.
 */
export function runToCompletion(stages: readonly Stage[]): Stage[] {
  const result: Stage[] = [];
  for (const stage of stages) {
    let at = result.length - 1;
    while (at >= 0 && isLatency(result[at] as Stage)) at--;
    const before = result[at];
    if (before !== undefined && isContinuedBy(before, stage)) result[at] = joined(before, stage);
    else result.push(stage);
  }
  return result;
}

/** Time that passes whatever happens. */
function isLatency(stage: Stage): boolean {
  return stage.thread === undefined && stage.station === undefined && stage.wakeSec === undefined && isPlain(stage);
}

function isContinuedBy(before: Stage, after: Stage): boolean {
  return (
    before.thread !== undefined && before.thread.id === after.thread?.id && before.ring === after.ring && isPlain(before) && isPlain(after)
  );
}

function isPlain(stage: Stage): boolean {
  return stage.onlyIfAsleep === undefined && stage.every === undefined && stage.slot === undefined && stage.law === undefined;
}

/** The thread is awake when the second part begins. */
function joined(before: Stage, after: Stage): Stage {
  return {
    ...before,
    label: `${before.label}, ${after.label}`,
    serviceSec: (operation) => before.serviceSec(operation) + after.serviceSec(operation),
    parts: [...(before.parts ?? [before]), after],
    costs: [...new Set([...before.costs, ...after.costs])],
  };
}
