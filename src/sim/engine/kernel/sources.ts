import { AGAIN, ARRIVE, schedule } from './event-list';
import { takeJob } from './jobs';
import { CLOSED, CONSTANT, ON_OFF, TRACE } from './kinds';
import { Flow, PROGRAM_SIZE, Program, rounded, Subject } from './records';

/** Schedules what a flow begins with: its first arrival, or all jobs that a closed loop keeps going. */
export function begin(flow: Flow, depth: i32): void {
  if (flow.arrival === CLOSED) {
    for (let i = 0; i < depth; i++) {
      const job = takeJob();
      job.op = flow.program.start;
      schedule(0, changetype<Subject>(job), AGAIN);
    }
    return;
  }
  const first = firstArrival(flow);
  if (first < Infinity) schedule(first, changetype<Subject>(flow), ARRIVE);
}

/** When the first job of an open flow arrives; infinite if never. */
function firstArrival(flow: Flow): f64 {
  switch (flow.arrival) {
    case CONSTANT:
      // Sources that all begin at once would stay in step for ever.
      return rounded(flow.gap * flow.picks.draw());
    case TRACE:
      return flow.traceLength > 0 ? load<f64>(flow.traceTimes) : Infinity;
    case ON_OFF: {
      // Begins in a pause or a burst as the source would be found at any time.
      const isOn = flow.picks.draw() * (flow.on + flow.off) < flow.on;
      const begins = isOn ? 0 : rounded(flow.off * flow.phases.draw());
      flow.phaseEnd = begins + rounded(flow.on * flow.phases.draw());
      return nextOnOff(flow, begins + rounded(flow.gap * flow.gaps.draw()));
    }
    default:
      return rounded(flow.gap * flow.gaps.draw());
  }
}

/** The program of a flow's next job: of a class that is drawn, or recorded. */
export function nextProgram(flow: Flow): Program {
  const first = changetype<usize>(flow.program);
  if (flow.classes < 2) return changetype<Program>(first);
  if (flow.arrival === TRACE)
    return changetype<Program>(first + PROGRAM_SIZE * load<u32>(flow.traceClasses + ((<usize>flow.traceAt) << 2)));
  const u = flow.picks.draw();
  let at = first;
  while (u > changetype<Program>(at).upTo) at += PROGRAM_SIZE;
  return changetype<Program>(at);
}

/** When the next job of an open flow arrives after the one that arrives now; infinite if never. */
export function nextArrival(flow: Flow, now: f64): f64 {
  const law = flow.arrival;
  if (law === TRACE) return nextRecorded(flow);
  if (law === CONSTANT) return now + flow.gap;
  const at = now + rounded(flow.gap * flow.gaps.draw());
  return law === ON_OFF ? nextOnOff(flow, at) : at;
}

/** Bursts between two arrivals that are drawn one by one; what is left of more than that is close to its mean. */
const MAX_PHASES = 1000;

/** Moves an arrival that falls behind the end of a burst into a later one. */
function nextOnOff(flow: Flow, arrival: f64): f64 {
  let t = arrival;
  for (let phase = 0; t > flow.phaseEnd; phase++) {
    if (phase === MAX_PHASES) {
      t += rounded(((t - flow.phaseEnd) * flow.off) / max(1, flow.on));
      flow.phaseEnd = t;
      break;
    }
    const pause = rounded(flow.off * flow.phases.draw());
    const burst = rounded(flow.on * flow.phases.draw());
    t += pause;
    flow.phaseEnd += pause + burst;
  }
  return t;
}

function nextRecorded(flow: Flow): f64 {
  let at = flow.traceAt + 1;
  if (at >= flow.traceLength) {
    if (flow.tracePeriod === 0) return Infinity;
    at = 0;
    flow.traceBase += flow.tracePeriod;
  }
  flow.traceAt = at;
  return flow.traceBase + load<f64>(flow.traceTimes + ((<usize>at) << 3));
}
