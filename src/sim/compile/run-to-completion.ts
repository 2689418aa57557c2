import type { Stage } from '../../techniques/stage.js';

/**
 * Stages that one thread works through without letting go of the operation are one visit: a polling core that receives,
 * looks up and enqueues a packet does not put it back into a queue in between. What depends on the moment (a kick, an
 * interrupt) or takes a slot stays a stage of its own.
 */
export function runToCompletion(stages: readonly Stage[]): Stage[] {
  const result: Stage[] = [];
  for (const stage of stages) {
    const before = result.at(-1);
    if (before !== undefined && isContinuedBy(before, stage)) result[result.length - 1] = joined(before, stage);
    else result.push(stage);
  }
  return result;
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
