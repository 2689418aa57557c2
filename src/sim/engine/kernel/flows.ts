/** Where jobs begin again, and where they are lost. */
import { AGAIN, schedule } from './event-list';
import { release } from './jobs';
import { CLOSED } from './kinds';
import { Job, none, Op, rounded, Subject } from './records';
import { nextProgram } from './sources';

/** Pause of a closed loop whose path took no time: 1 us. */
const IDLE_LOOP: f64 = 1e6;
/** A closed loop that lost an operation notices it after this time: 10 us. */
const RETRY: f64 = 1e7;

/** Delays of the job at hand that have added up since now. */
export let ahead: f64 = 0;

export function setAhead(delay: f64): void {
  ahead = delay;
}

/** A closed flow's job is done: the next one follows after a pause, or at once. @returns its first op; none if it pauses. */
export function startAgain(op: Op, job: Job, now: f64): Op {
  const flow = op.program.flow;
  let at = now + ahead;
  if (flow.think > 0) at += rounded(flow.think * flow.gaps.draw());
  // A path that takes no time at all must not stop the clock.
  if (at === now && job.born === now) at = now + IDLE_LOOP;
  if (at > now) {
    job.op = op;
    schedule(at, changetype<Subject>(job), AGAIN);
    return none<Op>();
  }
  return beginNext(op, job, now);
}

/** The job of a closed flow begins anew. */
export function beginNext(op: Op, job: Job, now: f64): Op {
  const program = nextProgram(op.program.flow);
  job.born = now;
  program.offered++;
  ahead = program.start.delay;
  return program.start;
}

/** A full queue: a job of a closed loop tries again after a pause, one of an open loop is gone. */
export function lose(op: Op, job: Job, now: f64): void {
  const program = op.program;
  const flow = program.flow;
  program.lost++;
  if (flow.arrival === CLOSED) {
    job.op = op;
    schedule(now + RETRY, changetype<Subject>(job), AGAIN);
    return;
  }
  if (flow.limit > 0) flow.underWay--;
  release(job);
}
