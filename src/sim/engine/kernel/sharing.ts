/** Processor sharing: all jobs of a station are served at once, each at an equal part of its capacity. */
import { removeIf, SHARED_DONE, schedule } from './event-list';
import { setAhead } from './flows';
import { release, takeJob } from './jobs';
import { isNone, Job, nextOp, none, Op, rounded, Station, Subject } from './records';
import { chooseLane } from './waiting';

/** Tickets whose event says nothing any more: somebody came or left in between. */
export let outdated: i32 = 0;

/** Takes their events out of the list: beside a job that lasts, each short one leaves such a ticket until the long one is done. */
export function dropOutdated(): void {
  removeIf(SHARED_DONE, (event: usize) => {
    const ticket = changetype<Job>(event);
    if (!isNone(ticket.station)) return false;
    release(ticket);
    return true;
  });
  outdated = 0;
}

/** The event of a ticket says nothing any more. */
export function oneOutdated(ticket: Job): void {
  ticket.station = none<Station>();
  outdated++;
}

export function joinShared(op: Op, job: Job, now: f64): void {
  const service = op.service();
  const station = op.station;
  advance(station, now);
  station.busy++;
  chooseLane(op, job).group.busy++;
  op.served += service;
  job.since = now;
  // Kept to tell waiting from service at the end.
  job.wake = service;
  job.service = station.virtual + service;
  job.op = op;
  job.next = station.sharedHead;
  station.sharedHead = job;
  scheduleFirst(station, now);
}

/** Work is done for each job up to now. */
function advance(station: Station, now: f64): void {
  const jobs = station.busy;
  if (jobs > 0) station.virtual += (now - station.since) * min(1, <f64>station.servers / <f64>jobs);
  station.since = now;
}

/** The next job of the station to be done, as things stand. */
function scheduleFirst(station: Station, now: f64): void {
  let least: f64 = Infinity;
  for (let job = station.sharedHead; !isNone(job); job = job.next) if (job.service < least) least = job.service;
  const remaining = (least - station.virtual) * max(1, <f64>station.busy / <f64>station.servers);
  if (!isNone(station.sharedTicket)) oneOutdated(station.sharedTicket);
  const ticket = takeJob();
  ticket.station = station;
  station.sharedTicket = ticket;
  schedule(now + max(0, rounded(remaining)), changetype<Subject>(ticket), SHARED_DONE);
}

/** The job that a ticket's event is about; none if somebody came or left in between. */
export function finishShared(ticket: Job, now: f64): Job {
  const station = ticket.station;
  release(ticket);
  if (isNone(station)) {
    outdated--;
    return none<Job>();
  }
  advance(station, now);
  // The job with the least left; among equals the one that came first, which is deepest in the list.
  let bestBefore = none<Job>();
  let best = station.sharedHead;
  for (let before = best, job = best.next; !isNone(job); before = job, job = job.next) {
    if (job.service <= best.service) {
      best = job;
      bestBefore = before;
    }
  }
  if (isNone(bestBefore)) station.sharedHead = best.next;
  else bestBefore.next = best.next;
  station.busy--;
  const op = best.op;
  best.lane.group.busy--;
  station.virtual = max(station.virtual, best.service);
  op.waited += now - best.since - best.wake;
  station.sharedTicket = none<Job>();
  if (station.busy > 0) scheduleFirst(station, now);
  setAhead(nextOp(op).delay);
  return best;
}
