import type { Latency } from './result.js';

/** What an engine found out about a compiled design, in the numbering of its network. Both engines fill it in. */
export interface Measured {
  readonly engine: 'fluid' | 'des';
  readonly simulatedSec: number;
  readonly events: number;
  readonly flows: readonly MeasuredFlow[];
  /** By workload, merged over its flows. */
  readonly workloadLatency: ReadonlyMap<string, Latency>;
  /** Mean seconds that an operation of the flow spends in each step; shape [steps]. */
  readonly serviceSec: Float64Array;
  readonly waitSec: Float64Array;
  /** Busy fraction; shapes [stations] and [lanes], the latter against the width of the lane. */
  readonly stationUse: Float64Array;
  readonly laneUse: Float64Array;
  /** Busy seconds per second that each step asks of its station; shape [steps]. */
  readonly stepLoad: Float64Array;
  readonly queueMean: Float64Array;
  readonly queueMax: Float64Array;
  readonly notes: readonly string[];
}

export interface MeasuredFlow {
  readonly offeredOpsPerSec: number;
  readonly offeredBitsPerSec: number;
  readonly achievedOpsPerSec: number;
  readonly achievedBitsPerSec: number;
  readonly lossRatio: number;
  readonly latency: Latency;
  /** Station that stops it, -1 for none. */
  readonly bottleneck: number;
}
