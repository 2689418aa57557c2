import { isNone, Job, LANE_SIZE, Lane, none, Op, Station } from './records';

/** Nobody is served and nobody waits in any lane of a thread, and it sleeps then. Plain queues count only in their lane. */
export function isIdle(thread: Lane): bool {
  return thread.polls === 0 && thread.busy === 0 && thread.waiting === 0 && thread.allWaiting === 0;
}

export function isFull(lane: Lane): bool {
  return lane.limit > 0 && lane.waiting >= lane.limit;
}

/** The lane of a job at an op: drawn where its work is spread. */
export function chooseLane(op: Op, job: Job): Lane {
  let at = changetype<usize>(op.lane);
  const stream = op.spreadStream;
  if (!isNone(stream)) at += <usize>floor(stream.draw() * op.spread) * LANE_SIZE;
  const lane = changetype<Lane>(at);
  job.lane = lane;
  return lane;
}

/** The job joins the queue of a lane. @returns whether the lane was empty. */
export function append(station: Station, lane: Lane, job: Job, op: Op): bool {
  job.op = op;
  job.next = none<Job>();
  const tail = lane.tail;
  const wasEmpty = isNone(tail);
  if (wasEmpty) lane.head = job;
  else tail.next = job;
  lane.tail = job;
  const inLane = ++lane.waiting;
  if (inLane > lane.maxWaiting) lane.maxWaiting = inLane;
  // Stations with one lane have no counters of their own.
  if (lane.isSingle !== 0) return wasEmpty;
  lane.group.allWaiting++;
  countOneMore(station);
  return wasEmpty;
}

export function countOneMore(station: Station): void {
  const waiting = ++station.waiting;
  if (waiting > station.maxWaiting) station.maxWaiting = waiting;
}
