import { goesOnAs, passChain } from './chain';
import { count } from './counts';
import {
  ARRIVE,
  DONE,
  DONE_SINGLE,
  dropLast,
  events,
  GO_ON,
  KIND_MASK,
  lastEvent,
  lastTime,
  pushLast,
  replaceFirst,
  reserve,
  SHARED_DONE,
  size,
  stamp,
  times,
} from './event-list';
import { ahead, setAhead } from './flows';
import { addJobs, freeCount, jobs, release, takeJob } from './jobs';
import { CHAIN_LAST, END_CLOSED, END_LIMITED, FULL, IDLE, INTERRUPTED, NEEDS_PLACE, QUEUE, QUEUE_ANY, REACHED } from './kinds';
import { perform, resume } from './ops';
import { servedWhole } from './pieces';
import { Flow, isNone, Job, nextOp, none, Op, rounded, Subject } from './records';
import { enter, leave } from './service';
import { dropOutdated, outdated } from './sharing';
import { nextArrival, nextProgram } from './sources';

/** Jobs that one event may need: an arrival, and two changes of mind of stations with processor sharing. */
const JOBS_PER_EVENT = 4;
/** A time that is none. */
const NOT_AT_ALL: f64 = -0.5;

export let now: f64 = 0;
export let eventCount: f64 = 0;
let flowCount: i32 = 0;

export function makeRoom(flows: i32, first: i32): void {
  flowCount = flows;
  addJobs(first);
  reserve(flowCount + jobs);
}

/**
 * The event loop. In line are arrivals, plain queues and chains, which most events are about. When a server becomes free it
 * takes its next job first; then the job that left it goes on. A test runs readable forms of all stations side by side.
 *
 * An event leaves a hole at the root of the list, which the first event that it schedules here fills; the second goes in
 * behind. What other functions schedule is put in at once.
 *
 * @returns REACHED, INTERRUPTED, IDLE or FULL
 */
export function loop(until: f64, maxEvents: i32): i32 {
  let left = maxEvents;
  let outcome = INTERRUPTED;
  while (left > 0) {
    if (freeCount < JOBS_PER_EVENT) {
      if (outdated > jobs >> 2) dropOutdated();
      else if (addJobs(jobs)) reserve(flowCount + jobs);
      else {
        outcome = FULL;
        break;
      }
    }
    const time = load<f64>(times);
    // Not a number where there are no events.
    if (!(time <= until)) {
      outcome = size === 0 ? IDLE : REACHED;
      now = max(now, until);
      break;
    }
    left--;
    now = time;
    const event = load<usize>(events);
    let kind = <i32>(event & KIND_MASK);
    let subject = event & ~KIND_MASK;
    if (kind === SHARED_DONE) {
      const served = changetype<usize>(servedWhole(changetype<Job>(subject)));
      if (served !== 0) {
        subject = served;
        kind = DONE;
      }
    }
    /** Events to put in; a time below 0 is none. */
    let firstTime = NOT_AT_ALL;
    let firstEvent: usize = 0;
    /** The job that goes on after this event, and with what. */
    let job = changetype<Job>(subject);
    let op = none<Op>();
    let delay: f64 = 0;

    if (kind === DONE_SINGLE) {
      op = job.op;
      const lane = op.lane;
      const next = lane.head;
      if (isNone(next)) lane.busy--;
      else {
        const behind = next.next;
        lane.head = behind;
        if (isNone(behind)) lane.tail = none<Job>();
        lane.waiting--;
        next.op.waited += time - next.since;
        firstTime = time + next.service;
        firstEvent = changetype<usize>(next) | DONE_SINGLE;
        stamp(changetype<Subject>(next));
      }
      op = nextOp(op);
      delay = op.delay;
    } else if (kind === ARRIVE) {
      const flow = changetype<Flow>(subject);
      const isPlain = flow.isPlain !== 0;
      const program = isPlain ? flow.program : nextProgram(flow);
      program.offered++;
      let isIn = true;
      if (flow.limit > 0) {
        if (flow.underWay < flow.limit) flow.underWay++;
        else {
          program.lost++;
          isIn = false;
        }
      }
      firstTime = isPlain ? time + rounded(flow.gap * flow.gaps.draw()) : nextArrival(flow, time);
      if (firstTime < Infinity) {
        firstEvent = event;
        stamp(changetype<Subject>(flow));
      } else firstTime = NOT_AT_ALL;
      if (isIn) {
        op = program.start;
        delay = op.delay;
        // Whoever passes a chain and is done needs no memory.
        if (program.isChain !== 0 && delay === 0) job = none<Job>();
        else {
          job = takeJob();
          job.born = time;
        }
      }
    } else if (kind === DONE) {
      // Of a job that is served in pieces the rest waits.
      if (!(job.left > 0)) {
        op = nextOp(job.op);
        delay = op.delay;
      }
      const next = leave(job, time);
      if (!isNone(next)) {
        firstTime = time + next.service + next.wake;
        firstEvent = changetype<usize>(next) | DONE;
        stamp(changetype<Subject>(next));
      }
    } else if (kind === GO_ON) op = job.op;
    else {
      job = resume(job, kind, time);
      if (!isNone(job)) op = job.op;
      delay = ahead;
    }

    // The job goes on until it has to wait for something. Delays add up on the way: only a place that others may reach in
    // between needs an event.
    let at = NOT_AT_ALL;
    let what: usize = 0;
    while (!isNone(op)) {
      const kindOfOp = op.kind;
      if (kindOfOp <= END_CLOSED) {
        const program = op.program;
        const latency = time + delay - job.born;
        count(program, latency);
        if (kindOfOp !== END_CLOSED) {
          if (kindOfOp === END_LIMITED) program.flow.underWay--;
          release(job);
          break;
        }
        if (delay === 0 && latency > 0 && program.flow.isPlain !== 0) {
          job.born = time;
          program.offered++;
          op = program.start;
          delay = op.delay;
          continue;
        }
      } else if (kindOfOp >= NEEDS_PLACE) {
        if (delay > 0) {
          job.op = op;
          at = time + delay;
          what = GO_ON;
          break;
        }
        if (kindOfOp === QUEUE) {
          const lane = op.lane;
          const service = op.service();
          op.served += service;
          job.op = op;
          if (lane.busy < lane.places) {
            lane.busy++;
            at = time + service;
            what = DONE_SINGLE;
          } else {
            job.since = time;
            job.service = service;
            job.next = none<Job>();
            const tail = lane.tail;
            if (isNone(tail)) lane.head = job;
            else tail.next = job;
            lane.tail = job;
            const waiting = lane.waiting + 1;
            lane.waiting = waiting;
            if (waiting > lane.maxWaiting) lane.maxWaiting = waiting;
          }
          break;
        }
        if (kindOfOp <= CHAIN_LAST) {
          at = passChain(op, job, time, until);
          what = goesOnAs;
          break;
        }
        if (kindOfOp === QUEUE_ANY) {
          at = enter(op, job, time);
          what = job.lane.isSingle !== 0 ? DONE_SINGLE : DONE;
          break;
        }
      }
      setAhead(delay);
      op = perform(op, job, time);
      delay = ahead;
    }
    if (at >= 0) {
      stamp(changetype<Subject>(job));
      if (firstTime < 0) {
        firstTime = at;
        firstEvent = changetype<usize>(job) | what;
        at = NOT_AT_ALL;
      }
    }
    // Into the hole goes the first event, or the last one of the list.
    if (firstTime < 0) {
      firstTime = lastTime();
      firstEvent = lastEvent();
      dropLast();
      if (size === 0) continue;
    }
    replaceFirst(firstTime, firstEvent);
    if (at >= 0) pushLast(at, changetype<usize>(job) | what);
  }
  eventCount += <f64>(maxEvents - left);
  return outcome;
}
