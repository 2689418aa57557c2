/**
 * What the memory of a run holds: records of fixed layout that name each other by address. The host writes them before a run
 * and reads the counters after it; `generated/kernel.ts` tells it where each field lies.
 *
 * Times are picoseconds, whole numbers in doubles.
 */
import { Stream } from './random';

/** To a whole number of picoseconds. */
export function rounded(time: f64): f64 {
  return floor(time + 0.5);
}

/** No record lies at address 0. */
export function isNone<T>(record: T): bool {
  return changetype<usize>(record) === 0;
}

export function none<T>(): T {
  return changetype<T>(0);
}

/** Whoever has an event in the list, flow or job: when that was scheduled, as a number. Both begin with it. */
@unmanaged
export class Subject {
  order: i64;
}

@unmanaged
export class Flow {
  order: i64;
  /** Mean time between arrivals; of on-off sources during a burst. */
  gap: f64;
  /** Mean pause of a closed loop. */
  think: f64;
  on: f64;
  off: f64;
  /** When the burst of an on-off source ends. */
  phaseEnd: f64;
  arrival: i32;
  /** Its programs lie side by side, one for each operation class. */
  program: Program;
  classes: i32;
  /** Jobs that may be under way, 0 for any number; and that are, where there is a limit. */
  limit: i32;
  underWay: i32;
  /** 1 if it is a Poisson source of one operation class, or a closed loop of one class without a pause. */
  isPlain: i32;
  gaps: Stream;
  picks: Stream;
  phases: Stream;
  /** Recorded arrivals: times from 0 and the class of each, where the next one is, and what is added to the times. */
  traceTimes: usize;
  traceClasses: usize;
  traceLength: i32;
  traceAt: i32;
  traceBase: f64;
  tracePeriod: f64;
}

/** What one operation class of a flow does. */
@unmanaged
export class Program {
  offered: f64;
  done: f64;
  lost: f64;
  latency: f64;
  /** Upper end of the class's part of (0, 1]. */
  upTo: f64;
  start: Op;
  flow: Flow;
  /** Address of its counts. */
  histogram: usize;
  /** 1 if its jobs pass a chain and are done: they need no memory. */
  isChain: i32;
}

/** One operation of a program; the next one lies behind it. */
@unmanaged
export class Op {
  /** Time that passes before it, without anybody being needed. */
  delay: f64;
  mean: f64;
  wake: f64;
  served: f64;
  waited: f64;
  every: f64;
  /** Lanes, from `lane` on, of which one is drawn. */
  spread: f64;
  kind: i32;
  lane: Lane;
  /** None for constant service. */
  stream: Stream;
  program: Program;
  station: Station;
  /** The lane whose thread has to sleep; none for no condition. */
  ifAsleep: Lane;
  /** Where it is kept when it was last done; 0 if it is done each time. */
  taken: usize;
  /** Draws its lane; none where it has but one. */
  spreadStream: Stream;

  @inline
  service(): f64 {
    const stream = this.stream;
    return isNone(stream) ? this.mean : rounded(this.mean * stream.draw());
  }
}

/** A queue in front of a station. Jobs wait in a list. */
@unmanaged
export class Lane {
  deficit: f64;
  /** What a turn of deficit round robin grants. */
  grant: f64;
  /** Chains: when the station is free. */
  free: f64;
  /** When the last job of the group was done; for how long its thread then looks for work; and needs no notification. */
  idleSince: f64;
  poll: f64;
  hides: f64;
  head: Job;
  tail: Job;
  waiting: i32;
  maxWaiting: i32;
  /** Jobs in service: at the lane that stands for a group, of all its lanes. */
  busy: i32;
  /** How many of its jobs may be in service at once. */
  places: i32;
  /** 1 if it is the only lane in use of its station. */
  isSingle: i32;
  /** The next lane in the ring of a fair station. */
  next: Lane;
  limit: i32;
  polls: i32;
  /** The lane that stands for its group, and the jobs that wait in lanes of the group, where a lane is not single. */
  group: Lane;
  allWaiting: i32;
  /** Chains: jobs so far, and the ring that keeps when the last ones of them begin. */
  count: i32;
  ring: usize;
  ringMask: i32;
}

@unmanaged
export class Station {
  burst: f64;
  /**
   * Shapers: when the tokens of the last job were there; with slices, tokens that are left, and when the slice began. Policers: tokens of the first bucket, and when they were counted.
   * Processor sharing: work done for each job so far, and until when.
   */
  virtual: f64;
  since: f64;
  /** Policers: tokens of the second bucket, its depth, and how fast it fills. */
  excess: f64;
  excessDepth: f64;
  peak: f64;
  /** Longest time that a job keeps a server while others wait; 0: until it is done. Shapers: slices in which tokens come; 0: evenly. */
  chunk: f64;
  rule: i32;
  servers: i32;
  busy: i32;
  waiting: i32;
  maxWaiting: i32;
  /** Lanes with waiting jobs, in a ring. */
  ringHead: Lane;
  ringTail: Lane;
  lane: Lane;
  lanesEnd: Lane;
  /** 1 if a job that is alone there gets all of its pieces at once. */
  joins: i32;
  /**
   * Processor sharing: its jobs, and the job slot that stands for the one event of the station that counts. Where pieces are joined: the
   * job that gets all of them, and the slot that stands for its end.
   */
  sharedHead: Job;
  sharedTicket: Job;
}

@unmanaged
export class Job {
  order: i64;
  born: f64;
  since: f64;
  service: f64;
  wake: f64;
  /** Service that is still to come after the piece at hand, and the size of a piece. */
  left: f64;
  piece: f64;
  op: Op;
  /** Links the free ones, and the waiting ones of a lane. */
  next: Job;
  /** The lane it waits or is served in, of stations that are not plain queues. */
  lane: Lane;
  /** The station of a ticket; none when it is out of date. */
  station: Station;
}

/** What a job of a chain will have done some time after the end of a run. */
@unmanaged
export class Later {
  time: f64;
  /** Service, wait or latency. */
  amount: f64;
  kind: i32;
  op: Op;
  /** Jobs waiting when it arrives, itself included. */
  waiting: i32;
}

/** Records lie side by side, each at a multiple of 8. */
export const PROGRAM_SIZE: usize = (offsetof<Program>() + 7) & ~7;
export const OP_SIZE: usize = (offsetof<Op>() + 7) & ~7;
export const LANE_SIZE: usize = (offsetof<Lane>() + 7) & ~7;
export const JOB_SIZE: usize = (offsetof<Job>() + 7) & ~7;
export const LATER_SIZE: usize = (offsetof<Later>() + 7) & ~7;

export function nextOp(op: Op): Op {
  return changetype<Op>(changetype<usize>(op) + OP_SIZE);
}
