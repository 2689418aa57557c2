import { pieceOf } from '../../src/sim/engine/builder.js';
import {
  CLOSED,
  CONSTANT,
  CONSTANT_LAW,
  FAIR,
  type Network,
  ON_OFF,
  POLICER,
  PRIORITY,
  SHAPER,
  SHARED,
  SLOTS,
  TRACE,
} from '../../src/sim/engine/network.js';
import { FairStation } from '../../src/sim/stations/fair-station.js';
import { FifoStation } from '../../src/sim/stations/fifo-station.js';
import { Policer } from '../../src/sim/stations/policer.js';
import { PriorityStation } from '../../src/sim/stations/priority-station.js';
import { Shaper } from '../../src/sim/stations/shaper.js';
import { SharedStation } from '../../src/sim/stations/shared-station.js';
import { Lane, Simulator, type Station, Thread } from '../../src/sim/stations/simulator.js';
import { Slots } from '../../src/sim/stations/slots.js';
import { RandomStreams } from './random-streams.js';

/** Pause of a closed loop whose path took no time. */
const IDLE_LOOP_PS = 1e6;
/** A closed loop that lost an operation notices it after this time. */
const RETRY_PS = 1e7;

/** What a run of a network comes to, flow by flow. */
export interface Counts {
  readonly offered: number[];
  readonly done: number[];
  readonly lost: number[];
  readonly latencySumPs: number[];
}

/** Runs a network over the plain stations, drawing the same random numbers in the same order as the fast loop. */
export function referenceRun(network: Network, seed: number, untilPs: number): Counts {
  const { stations, lanes: laneArrays, flows, steps, streams } = network;
  const sim = new Simulator();
  const random = new RandomStreams(streams.names, streams.kinds, seed, 0);
  const threads = Array.from(
    { length: laneArrays.count },
    (_, l) => new Thread(laneArrays.width[l], laneArrays.polls[l] !== 0, laneArrays.pollPs[l], laneArrays.pollHides[l] !== 0),
  );
  const lanes = threads.map(
    (_, l) => new Lane(threads[laneArrays.group[l] as number] as Thread, laneArrays.weight[l], laneArrays.limit[l]),
  );
  const slots = new Map(Array.from({ length: stations.count }, (_, s) => [s, new Slots(sim, stations.servers[s] as number)] as const));
  const places = Array.from({ length: stations.count }, (_, s): Station => {
    const servers = stations.servers[s] as number;
    const own = lanes.slice(stations.laneStart[s], stations.laneStart[s + 1]);
    switch (stations.discipline[s]) {
      case FAIR:
        return new FairStation(sim, servers, stations.quantumPs[s] as number, (ps) => pieceOf(ps, stations.chunkPs[s] as number));
      case PRIORITY:
        return new PriorityStation(sim, servers, own);
      case SHARED:
        return new SharedStation(sim, servers);
      case SHAPER:
        return new Shaper(sim, stations.burstPs[s] as number, stations.chunkPs[s]);
      case POLICER:
        return new Policer(sim, stations.burstPs[s] as number, stations.excessPs[s] as number, stations.peakRatio[s] as number);
      default:
        return new FifoStation(sim, servers, own[0] as Lane);
    }
  });
  const zeros = () => Array.from({ length: flows.count }, () => 0);
  const counts = { offered: zeros(), done: zeros(), lost: zeros(), latencySumPs: zeros() };
  const underWay = zeros();
  const phaseEnd = zeros();
  const taken = Array.from({ length: steps.everyKeys }, () => Number.NEGATIVE_INFINITY);

  const add = (list: number[], f: number, value: number) => {
    list[f] = (list[f] as number) + value;
  };
  const drawClass = (f: number): number => {
    const first = flows.classStart[f] as number;
    if ((flows.classStart[f + 1] as number) - first < 2) return 0;
    const u = random.draw(streams.classes[f] as number);
    let c = first;
    while (u > (flows.classUpTo[c] as number)) c++;
    return c - first;
  };
  const mean = (value: number, stream: number) => Math.round(value * random.draw(stream));

  const begin = (f: number, c: number) => goOn(f, c, sim.nowPs, flows.stepStart[f] as number, 0);

  function goOn(f: number, c: number, born: number, from: number, delayed: number): void {
    let step = from;
    let ahead = delayed;
    for (; step < (flows.stepStart[f + 1] as number); step++) {
      const s = steps.station[step] as number;
      const givesBack = steps.givesBack[step] as number;
      const stated = steps.servicePs[(steps.table[step] as number) + c] as number;
      const every = steps.everyPs[step] as number;
      if (stated === 0 && givesBack < 0 && every === 0) continue; // this class does not need the step
      if (ahead > 0 && (s >= 0 || givesBack >= 0)) {
        const here = step;
        sim.at(sim.nowPs + ahead, () => goOn(f, c, born, here, 0));
        return;
      }
      if (givesBack >= 0) {
        slots.get(givesBack)?.giveBack(lanes[stations.laneStart[givesBack] as number] as Lane);
        continue;
      }
      const watched = steps.onlyIfAsleep[step] as number;
      if (watched >= 0 && !(lanes[watched] as Lane).thread.wantsNotification(sim.nowPs)) continue;
      if (every !== 0) {
        const key = steps.everyKey[step] as number;
        const since = sim.nowPs + ahead - (taken[key] as number);
        // Below 0: everybody who comes by puts it off.
        if (every < 0 || since >= every) taken[key] = sim.nowPs + ahead;
        if (since < Math.abs(every) || stated === 0) continue;
      }
      const stream = steps.stream[step] as number;
      const service = stream !== CONSTANT_LAW ? mean(stated, stream) : stated;
      if (s < 0) {
        ahead += service;
        continue;
      }
      const spread = steps.spread[step] as number;
      const drawn = spread > 1 ? Math.floor(random.draw(steps.spreadStream[step] as number) * spread) : 0;
      const lane = lanes[(steps.lane[step] as number) + drawn] as Lane;
      const next = step + 1;
      if (stations.discipline[s] === SLOTS) {
        slots.get(s)?.take({ servicePs: 0, wakePs: 0, leave: () => goOn(f, c, born, next, 0), lose: () => undefined }, lane);
        return;
      }
      (places[s] as Station).arrive(
        {
          servicePs: service,
          wakePs: lane.thread.isAsleep(sim.nowPs) ? (steps.wakePs[step] as number) : 0,
          leave: () => goOn(f, c, born, next, 0),
          lose: () => {
            add(counts.lost, f, 1);
            if (flows.arrival[f] === CLOSED) sim.at(sim.nowPs + RETRY_PS, () => again(f));
            else add(underWay, f, -1);
          },
        },
        lane,
      );
      return;
    }
    const latency = sim.nowPs + ahead - born;
    add(counts.done, f, 1);
    add(counts.latencySumPs, f, latency);
    if (flows.arrival[f] !== CLOSED) {
      add(underWay, f, -1);
      return;
    }
    let at = sim.nowPs + ahead;
    if ((flows.thinkPs[f] as number) > 0) at += mean(flows.thinkPs[f] as number, streams.gaps[f] as number);
    if (at === sim.nowPs && latency === 0) at += IDLE_LOOP_PS;
    if (at > sim.nowPs) sim.at(at, () => again(f));
    else again(f);
  }

  function again(f: number): void {
    const c = drawClass(f);
    add(counts.offered, f, 1);
    begin(f, c);
  }

  function nextOnOff(f: number, arrival: number): number {
    let t = arrival;
    while (t > (phaseEnd[f] as number)) {
      const pause = mean(flows.offPs[f] as number, streams.phases[f] as number);
      const burst = mean(flows.onPs[f] as number, streams.phases[f] as number);
      t += pause;
      add(phaseEnd, f, pause + burst);
    }
    return t;
  }

  function arrive(f: number): void {
    const c = drawClass(f);
    const gap = flows.gapPs[f] as number;
    const law = flows.arrival[f];
    const at =
      law === CONSTANT
        ? sim.nowPs + gap
        : law === ON_OFF
          ? nextOnOff(f, sim.nowPs + mean(gap, streams.gaps[f] as number))
          : sim.nowPs + mean(gap, streams.gaps[f] as number);
    sim.at(at, () => arrive(f));
    add(counts.offered, f, 1);
    const limit = flows.limit[f] as number;
    if (limit > 0 && (underWay[f] as number) >= limit) {
      add(counts.lost, f, 1);
      return;
    }
    add(underWay, f, 1);
    begin(f, c);
  }

  for (let f = 0; f < flows.count; f++) {
    if (flows.arrival[f] === TRACE) throw new Error('the plain form has no traces');
    if (flows.arrival[f] === CLOSED) {
      for (let d = 0; d < (flows.depth[f] as number); d++) sim.at(0, () => again(f));
    } else if (flows.arrival[f] === CONSTANT) {
      sim.at(mean(flows.gapPs[f] as number, streams.classes[f] as number), () => arrive(f));
    } else if (flows.arrival[f] === ON_OFF) {
      const [on, off] = [flows.onPs[f] as number, flows.offPs[f] as number];
      const isOn = random.draw(streams.classes[f] as number) * (on + off) < on;
      const begins = isOn ? 0 : mean(off, streams.phases[f] as number);
      phaseEnd[f] = begins + mean(on, streams.phases[f] as number);
      sim.at(nextOnOff(f, begins + mean(flows.gapPs[f] as number, streams.gaps[f] as number)), () => arrive(f));
    } else sim.at(mean(flows.gapPs[f] as number, streams.gaps[f] as number), () => arrive(f));
  }
  sim.runUntil(untilPs);
  return counts;
}
