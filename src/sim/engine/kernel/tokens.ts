/** Token buckets: one makes jobs wait for their tokens, the other loses those for which there are none. */
import { LEAVE, schedule } from './event-list';
import { lose } from './flows';
import { Job, Op, rounded, Subject } from './records';
import { chooseLane, countOneMore, isFull } from './waiting';

/** @returns whether the job goes on at once; else it waits, or is lost. */
export function waitForTokens(op: Op, job: Job, now: f64): bool {
  const service = op.service();
  const station = op.station;
  const lane = chooseLane(op, job);
  if (isFull(lane)) {
    lose(op, job, now);
    return false;
  }
  const ready = max(station.virtual, now - station.burst) + service;
  station.virtual = ready;
  const at = max(now, rounded(ready));
  op.served += service;
  op.waited += at - now;
  if (at === now) return true;
  lane.waiting++;
  lane.group.allWaiting++;
  countOneMore(station);
  job.op = op;
  schedule(at, changetype<Subject>(job), LEAVE);
  return false;
}

/** Two buckets; a job for which neither has tokens is lost. @returns whether the job goes on. */
export function police(op: Op, job: Job, now: f64): bool {
  const service = op.service();
  const station = op.station;
  const peak = station.peak;
  const passed = now - station.since;
  station.since = now;
  const filled = station.virtual + passed;
  const tokens = min(filled, station.burst);
  // One rate: the second bucket gets what runs over. Two rates: it fills at the peak rate, and everything takes from it.
  const excess = min(station.excess + (peak > 0 ? passed * peak : filled - tokens), station.excessDepth);
  const isGreen = tokens >= service;
  const isLost = excess < service && (peak > 0 || !isGreen);
  station.virtual = isGreen && !isLost ? tokens - service : tokens;
  station.excess = !isLost && (peak > 0 || !isGreen) ? excess - service : excess;
  if (isLost) {
    lose(op, job, now);
    return false;
  }
  op.served += service;
  return true;
}
