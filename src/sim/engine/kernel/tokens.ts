/** Token buckets: one makes jobs wait for their tokens, the other loses those for which there are none. */
import { LEAVE, schedule } from './event-list';
import { lose } from './flows';
import { Job, Op, rounded, Station, Subject } from './records';
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
  const at = station.chunk > 0 ? inSlices(station, service, now) : evenly(station, service, now);
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

/** Tokens come all the time: the job goes on when those that it takes are there. */
function evenly(station: Station, service: f64, now: f64): f64 {
  station.virtual = max(station.virtual, now - station.burst) + service;
  return max(now, rounded(station.virtual));
}

/**
 * Tokens come at the beginning of each slice, for all of it. A job goes on while any are left and takes all that it needs: debt is
 * carried over, what is left is not.
 */
function inSlices(station: Station, service: f64, now: f64): f64 {
  const slice = station.chunk;
  const passed = floor((now - station.since) / slice);
  if (passed > 0) {
    station.since += passed * slice;
    station.virtual = min(station.virtual + passed * slice, slice);
  }
  if (station.virtual <= 0) {
    const missing = floor(-station.virtual / slice) + 1;
    station.since += missing * slice;
    station.virtual += missing * slice;
  }
  station.virtual -= service;
  return max(now, station.since);
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
