/** What a job does beside waiting in plain queues. */
import { AGAIN, DONE, DONE_SINGLE, LEAVE, SHARED_DONE, schedule } from './event-list';
import { ahead, beginNext, setAhead, startAgain } from './flows';
import { DELAY, END_CLOSED, GIVE_SLOT, POLICE, PROCESSOR_SHARING, QUEUE_IF, TAKE_SLOT, TOKENS } from './kinds';
import { isNone, Job, nextOp, none, Op, Subject } from './records';
import { enter } from './service';
import { finishShared, joinShared } from './sharing';
import { giveSlot, takeSlot } from './slots';
import { police, waitForTokens } from './tokens';
import { isIdle } from './waiting';

/**
 * The job does an op that is not a queue, or one that not every job does, and schedules what comes of it. `ahead` holds the
 * delays that have added up on its way; none where the op needs a place.
 *
 * @returns the op with which it goes on at once; none if it waits for something, or is gone.
 */
export function perform(op: Op, job: Job, now: f64): Op {
  if (isSkipped(op, now)) return goOn(op);
  switch (op.kind) {
    case QUEUE_IF: {
      const at = enter(op, job, now);
      if (at >= 0) schedule(at, changetype<Subject>(job), job.lane.isSingle !== 0 ? DONE_SINGLE : DONE);
      return none<Op>();
    }
    case END_CLOSED:
      return startAgain(op, job, now);
    case DELAY: {
      const service = op.service();
      op.served += service;
      setAhead(ahead + service);
      return goOn(op);
    }
    case GIVE_SLOT:
      giveSlot(op.station, now);
      return goOn(op);
    case TAKE_SLOT:
      return takeSlot(op, job, now) ? goOn(op) : none<Op>();
    case TOKENS:
      return waitForTokens(op, job, now) ? goOn(op) : none<Op>();
    case PROCESSOR_SHARING:
      joinShared(op, job, now);
      return none<Op>();
    case POLICE:
      return police(op, job, now) ? goOn(op) : none<Op>();
    default:
      return none<Op>();
  }
}

/** Only delays have something ahead of them here. */
function goOn(op: Op): Op {
  const next = nextOp(op);
  setAhead(ahead + next.delay);
  return next;
}

/** Whether a step that not every job takes is left out this time. */
function isSkipped(op: Op, now: f64): bool {
  const asleep = op.ifAsleep;
  if (!isNone(asleep)) {
    const thread = asleep.group;
    if (!isIdle(thread) || now - thread.idleSince < thread.hides) return true;
  }
  const taken = op.taken;
  if (taken === 0) return false;
  const at = now + ahead;
  const every = op.every;
  const since = at - load<f64>(taken);
  if (every < 0 || since >= every) store<f64>(taken, at);
  return since < abs(every) || op.mean === 0;
}

/** The job of an event that is neither an arrival nor the end of a service. @returns who goes on; none for nobody. */
export function resume(subject: Job, kind: i32, now: f64): Job {
  if (kind === SHARED_DONE) {
    const job = finishShared(subject, now);
    if (!isNone(job)) job.op = nextOp(job.op);
    return job;
  }
  const op = subject.op;
  if (kind === AGAIN) {
    subject.op = beginNext(op, subject, now);
    return subject;
  }
  if (kind === LEAVE) {
    // The tokens of a shaper are there.
    subject.lane.waiting--;
    subject.lane.group.allWaiting--;
    op.station.waiting--;
  }
  const next = nextOp(op);
  setAhead(next.delay);
  subject.op = next;
  return subject;
}
