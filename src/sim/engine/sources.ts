import type { DesState } from './des-state.js';
import {
  FLOW_ARRIVAL,
  FLOW_CLASSES,
  FLOW_GAP,
  FLOW_LIMIT,
  FLOW_NUMBER,
  FLOW_PROGRAM,
  FLOW_UNDER_WAY,
  PROGRAM_LOST,
  PROGRAM_OFFERED,
  PROGRAM_SIZE,
  PROGRAM_UP_TO,
} from './layout.js';
import { CONSTANT, ON_OFF, TRACE } from './network.js';

/** When the first job of an open flow arrives; infinite if never. */
export function firstArrivalPs(state: DesState, f: number): number {
  const { flows, streams } = state.network;
  switch (flows.arrival[f]) {
    case CONSTANT:
      // Sources that all begin at once would stay in step for ever.
      return Math.round(flows.gapPs[f] * state.random.draw(streams.classes[f]));
    case TRACE:
      return flows.traceStart[f] < flows.traceStart[f + 1] ? flows.tracePs[flows.traceStart[f]] : Number.POSITIVE_INFINITY;
    case ON_OFF: {
      // Begins in a pause or a burst as the source would be found at any time.
      const { onPs, offPs } = flows;
      const isOn = state.random.draw(streams.classes[f]) * (onPs[f] + offPs[f]) < onPs[f];
      const begins = isOn ? 0 : Math.round(offPs[f] * state.random.draw(streams.phases[f]));
      state.phaseEndPs[f] = begins + Math.round(onPs[f] * state.random.draw(streams.phases[f]));
      return nextOnOffPs(state, f, begins + Math.round(flows.gapPs[f] * state.random.draw(streams.gaps[f])));
    }
    default:
      return Math.round(flows.gapPs[f] * state.random.draw(streams.gaps[f]));
  }
}

/**
 * Counts the job of an open flow that arrives now.
 *
 * @returns its program; -1 if the flow has as many under way as it may.
 */
export function admit(state: DesState, flow: number): number {
  const { ints, reals } = state;
  const p = nextProgram(state, flow);
  reals[p + PROGRAM_OFFERED]++;
  const limit = ints[flow + FLOW_LIMIT];
  if (limit > 0) {
    if (ints[flow + FLOW_UNDER_WAY] >= limit) {
      reals[p + PROGRAM_LOST]++;
      return -1;
    }
    ints[flow + FLOW_UNDER_WAY]++;
  }
  return p;
}

/** The program of a flow's next job: of a class that is drawn, or recorded. */
export function nextProgram(state: DesState, flow: number): number {
  const { ints, reals } = state;
  let p = ints[flow + FLOW_PROGRAM];
  if (ints[flow + FLOW_CLASSES] < 2) return p;
  const f = ints[flow + FLOW_NUMBER];
  if (ints[flow + FLOW_ARRIVAL] === TRACE) {
    const { traceClass, traceStart } = state.network.flows;
    return p + PROGRAM_SIZE * traceClass[traceStart[f] + state.traceAt[f]];
  }
  const u = state.random.draw(state.network.streams.classes[f]);
  while (u > reals[p + PROGRAM_UP_TO]) p += PROGRAM_SIZE;
  return p;
}

/** When the next job of an open flow arrives after the one that arrives now; infinite if never. */
export function nextArrivalPs(state: DesState, flow: number, nowPs: number): number {
  const { ints, reals } = state;
  const law = ints[flow + FLOW_ARRIVAL];
  const f = ints[flow + FLOW_NUMBER];
  if (law === TRACE) return nextTracePs(state, f);
  const gapPs = reals[flow + FLOW_GAP];
  if (law === CONSTANT) return nowPs + gapPs;
  const at = nowPs + Math.round(gapPs * state.random.draw(state.network.streams.gaps[f]));
  return law === ON_OFF ? nextOnOffPs(state, f, at) : at;
}

/** Bursts between two arrivals that are drawn one by one; what is left of more than that is close to its mean. */
const MAX_PHASES = 1000;

/** Moves an arrival that falls behind the end of a burst into a later one. */
function nextOnOffPs(state: DesState, f: number, arrivalPs: number): number {
  const { flows, streams } = state.network;
  let t = arrivalPs;
  for (let phase = 0; t > state.phaseEndPs[f]; phase++) {
    if (phase === MAX_PHASES) {
      t += Math.round(((t - state.phaseEndPs[f]) * flows.offPs[f]) / Math.max(1, flows.onPs[f]));
      state.phaseEndPs[f] = t;
      break;
    }
    const pause = Math.round(flows.offPs[f] * state.random.draw(streams.phases[f]));
    const burst = Math.round(flows.onPs[f] * state.random.draw(streams.phases[f]));
    t += pause;
    state.phaseEndPs[f] += pause + burst;
  }
  return t;
}

function nextTracePs(state: DesState, f: number): number {
  const { flows } = state.network;
  let at = state.traceAt[f] + 1;
  if (flows.traceStart[f] + at >= flows.traceStart[f + 1]) {
    if (flows.tracePeriodPs[f] === 0) return Number.POSITIVE_INFINITY;
    at = 0;
    state.traceBasePs[f] += flows.tracePeriodPs[f];
  }
  state.traceAt[f] = at;
  return state.traceBasePs[f] + flows.tracePs[flows.traceStart[f] + at];
}
