import { defineProblem } from '../core/diagnostics/define.js';

/** Reported after a simulation, on the objective; numbers from IOVT600 on belong to objectives. */
export const objectiveFailed = defineProblem({
  id: 'IOVT690',
  name: 'objective-failed',
  title: 'An objective is not met',
  severity: 'error',
  messages: { failed: 'Objective "{objective}" is not met: {verdict}' },
  docs: {
    why: 'The design does not keep what it promises under the load that its workloads describe.',
    fix: 'Look at the bottleneck and the breakdown of the flow in the results: they name the resource that limits it and whose traffic is waited for. Then change the design, the load, or the promise.',
  },
  // Only a simulation can tell; what a check alone sees is never reported under this number.
  examples: { bad: [], good: ['{ "iovt": "1", "objectives": { "tail": { "metric": "latency.p99", "max": "500 us" } } }'] },
});
