export { CLOSED, CONSTANT, FAIR, FIFO, ON_OFF, POISSON, POLICER, PRIORITY, SHAPER, SHARED, SLOTS, TRACE } from './kernel/kinds.js';

/**
 * A design compiled for simulation: numbers in typed arrays, nothing to look up. Both engines read it; neither writes it.
 *
 * Flows pass steps in order. A step is a visit to a station, in one of its lanes, or a delay. Service times depend on the
 * operation class of the job (a size, a read or a write), so that any function of the size is a table here.
 * Times are picoseconds.
 */
export interface Network {
  readonly stations: Stations;
  readonly lanes: Lanes;
  readonly flows: Flows;
  readonly steps: Steps;
  readonly streams: Streams;
}

export interface Stations {
  readonly count: number;
  readonly discipline: Uint8Array;
  readonly servers: Int32Array;
  /** Time's worth of tokens a shaper can save up. */
  readonly burstPs: Float64Array;
  /** Policers: depth of the second bucket, and how fast it fills against the first; 0: it gets what the first cannot hold. */
  readonly excessPs: Float64Array;
  readonly peakRatio: Float64Array;
  /** Part of its buckets that a shaper or policer has at time 0: 1 for full. */
  readonly tokens: Float64Array;
  /**
   * Longest time that a job keeps a server while others wait: links interleave packets. 0: until it is done. Shapers: length of the
   * slices at whose beginning tokens come; 0: they come evenly.
   */
  readonly chunkPs: Float64Array;
  /** Lanes of a station: `laneStart[s]` to `laneStart[s + 1]`. FIFO has one, PRIORITY one for each level. */
  readonly laneStart: Int32Array;
  /** Service that one turn of deficit round robin grants to weight 1. */
  readonly quantumPs: Float64Array;
}

/** A queue in front of a station: of a ring of a thread, a vport, a priority. */
export interface Lanes {
  readonly count: number;
  readonly station: Int32Array;
  /** The lane that stands for the thread whose rings these are; a lane of its own stands for itself. It has width and polling of all. */
  readonly group: Int32Array;
  readonly weight: Float64Array;
  /** How many of its jobs may be in service at once. */
  readonly width: Int32Array;
  /** Jobs that may wait; further ones are lost. 0: no limit. */
  readonly limit: Int32Array;
  /** The thread behind it never sleeps. */
  readonly polls: Uint8Array;
  /** Time for which the thread looks for work before it sleeps. */
  readonly pollPs: Float64Array;
  /** While it looks it needs no notification either. */
  readonly pollHides: Uint8Array;
}

export interface Flows {
  readonly count: number;
  readonly arrival: Uint8Array;
  /** Mean time between arrivals; of on-off sources during a burst. */
  readonly gapPs: Float64Array;
  readonly onPs: Float64Array;
  readonly offPs: Float64Array;
  /** Closed loop: jobs it keeps going, and the pause of each. */
  readonly depth: Int32Array;
  readonly thinkPs: Float64Array;
  /** Open loop: jobs that may be under way; further ones are lost, as when a ring is full. */
  readonly limit: Int32Array;
  readonly stepStart: Int32Array;
  /** Operation classes of the flow, with the upper end of their part of (0, 1]. */
  readonly classStart: Int32Array;
  readonly classUpTo: Float64Array;
  readonly classBits: Float64Array;
  /** Which histogram its latencies go to; flows of a large design share one for each workload. */
  readonly histogram: Int32Array;
  readonly histograms: number;
  /** Recorded arrivals: times from 0, and the class of each; repeated after `tracePeriodPs`, not at all if that is 0. */
  readonly traceStart: Int32Array;
  readonly tracePs: Float64Array;
  readonly traceClass: Int32Array;
  readonly tracePeriodPs: Float64Array;
}

export interface Steps {
  readonly count: number;
  /** -1: a delay, or no place at all. */
  readonly station: Int32Array;
  /** Station of slots to which the operation gives its place back; -1: none. */
  readonly givesBack: Int32Array;
  readonly lane: Int32Array;
  /** Where the service times of the step begin, one for each class of its flow. */
  readonly table: Int32Array;
  readonly servicePs: Float64Array;
  /** CONSTANT_LAW, or the stream whose variates with mean 1 scale the service time. */
  readonly stream: Int32Array;
  /** Added to the latency if the lane's thread was asleep. */
  readonly wakePs: Float64Array;
  /** The step is skipped unless the thread of this lane is asleep; -1: always taken. */
  readonly onlyIfAsleep: Int32Array;
  /**
   * The step is skipped if one with the same key was taken less than this ago; 0: always taken. Below 0: it is skipped unless
   * nothing has come by for that long.
   */
  readonly everyPs: Float64Array;
  readonly everyKey: Int32Array;
  readonly everyKeys: number;
  /** The lane is drawn among so many from `lane` on: channels of a drive, queues that a hash spreads over. */
  readonly spread: Int32Array;
  readonly spreadStream: Int32Array;
}

export const CONSTANT_LAW = -1;

/** Random streams by name, so that two designs with the same sources get the same numbers. */
export interface Streams {
  readonly names: readonly string[];
  readonly kinds: Uint8Array;
  /** Stream of each flow for gaps (exponential), for classes (uniform), for phases (exponential). -1 where none is needed. */
  readonly gaps: Int32Array;
  readonly classes: Int32Array;
  readonly phases: Int32Array;
}
