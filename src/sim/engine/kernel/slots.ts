/** Places that a job takes at one op and gives back at a later one. */
import { schedule, TOOK } from './event-list';
import { isNone, Job, none, Op, Station, Subject } from './records';
import { append, chooseLane } from './waiting';

/** @returns whether there is a place; else the job waits for one. */
export function takeSlot(op: Op, job: Job, now: f64): bool {
  const station = op.station;
  const lane = chooseLane(op, job);
  if (station.busy < station.servers && lane.waiting === 0) {
    station.busy++;
    return true;
  }
  job.since = now;
  append(station, lane, job, op);
  return false;
}

/** Whoever waits first takes the place over and goes on at once. */
export function giveSlot(station: Station, now: f64): void {
  const lane = station.lane;
  const next = lane.head;
  if (isNone(next)) {
    station.busy--;
    return;
  }
  lane.head = next.next;
  if (isNone(next.next)) lane.tail = none<Job>();
  lane.waiting--;
  lane.group.allWaiting--;
  station.waiting--;
  next.op.waited += now - next.since;
  schedule(now, changetype<Subject>(next), TOOK);
}
