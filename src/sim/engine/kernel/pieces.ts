/**
 * Jobs that are served in pieces, so that others have a turn in between. One that is alone at its station gets all of them at once, with
 * one event at its end in place of one for each: nobody would have had a turn. Who comes meanwhile makes it end with the piece at hand.
 */
import { DONE, SHARED_DONE, schedule } from './event-list';
import { release, takeJob } from './jobs';
import { MAX_PIECES } from './kinds';
import { isNone, Job, none, Station, Subject } from './records';
import { oneOutdated } from './sharing';

/** How much of a job a server does before it looks for others who wait. */
export function pieceOf(service: f64, chunk: f64): f64 {
  return chunk === 0 || service <= chunk ? service : max(chunk, ceil(service / MAX_PIECES));
}

/** The job gets so much service, all that it needs, from a time on. */
export function serveWhole(station: Station, job: Job, service: f64, begin: f64): void {
  job.left = 0;
  job.service = service;
  job.since = begin;
  const ticket = takeJob();
  ticket.station = station;
  station.sharedHead = job;
  station.sharedTicket = ticket;
  schedule(begin + service, changetype<Subject>(ticket), SHARED_DONE);
}

/** Somebody waits from now on: the job that is served whole ends with the piece that is done next. */
export function endWithPiece(station: Station, now: f64): void {
  const job = station.sharedHead;
  if (isNone(job)) return;
  const done = max(floor((now - job.since) / job.piece) + 1, 1) * job.piece;
  if (done >= job.service) return;
  job.left = job.service - done;
  oneOutdated(station.sharedTicket);
  station.sharedHead = none<Job>();
  station.sharedTicket = none<Job>();
  schedule(job.since + done, changetype<Subject>(job), DONE);
}

/** @returns the job that was served whole, if that is what a ticket stands for. */
export function servedWhole(ticket: Job): Job {
  const station = ticket.station;
  if (isNone(station) || station.joins === 0) return none<Job>();
  const job = station.sharedHead;
  station.sharedHead = none<Job>();
  station.sharedTicket = none<Job>();
  release(ticket);
  return job;
}
