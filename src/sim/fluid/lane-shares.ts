import { FAIR, type Network, POLICER, PRIORITY } from '../engine/network.js';

/** Rates, and the place that stops each flow; -1 for one that gets what it asks for. */
export interface Shares {
  readonly rate: Float64Array;
  readonly bottleneck: Int32Array;
}

/** Rounds in which places that are full tell each other what they let through; chains of bottlenecks need as many as they are long. */
const MAX_ROUNDS = 40;
const SETTLED = 1e-7;

/**
 * What flows get where stations are full, as the disciplines of the stations say it, not one rule for all: a fair station
 * gives its lanes equal time by weight, a priority one serves the urgent first, and within a lane, where operations stand in
 * line, a flow gets on in proportion to what it may have waiting (its ring, or the depth of its loop).
 *
 * Every place that is overloaded divides its time by filling: lanes first, then the flows of a lane that is short. What a
 * flow wants at a place is what all other places let through. Repeated until nothing moves.
 *
 * Places are stations, then the lanes that stand for threads narrower than their station.
 */
export class LaneShares {
  readonly #network: Network;
  readonly #flows: number;
  /** Entries by flow, and by place. */
  readonly start: Int32Array;
  readonly place: Int32Array;
  readonly lane: Int32Array;
  /** Time of the place that one operation of the flow takes; the caller keeps it up to date. */
  readonly coefficient: Float64Array;
  readonly #capacity: Float64Array;
  readonly #userStart: Int32Array;
  readonly #users: Int32Array;
  readonly #flowOf: Int32Array;
  readonly #cap: Float64Array;
  readonly #rate: Float64Array;
  readonly #bottleneck: Int32Array;
  readonly #window: Float64Array;
  #demand: Float64Array = new Float64Array(0);

  constructor(network: Network, entries: readonly (readonly { readonly place: number; readonly lane: number }[])[]) {
    this.#network = network;
    const { flows, stations, lanes } = network;
    this.#flows = flows.count;
    this.start = new Int32Array(flows.count + 1);
    entries.forEach((list, f) => {
      this.start[f + 1] = this.start[f] + list.length;
    });
    const flat = entries.flat();
    this.place = Int32Array.from(flat, (entry) => entry.place);
    this.lane = Int32Array.from(flat, (entry) => entry.lane);
    this.coefficient = new Float64Array(flat.length);
    this.#cap = new Float64Array(flat.length);
    this.#flowOf = new Int32Array(flat.length);
    for (let f = 0; f < flows.count; f++) for (let k = this.start[f]; k < this.start[f + 1]; k++) this.#flowOf[k] = f;
    this.#capacity = new Float64Array(stations.count + lanes.count);
    for (let s = 0; s < stations.count; s++)
      this.#capacity[s] = stations.discipline[s] === POLICER ? Math.max(1, stations.peakRatio[s]) : stations.servers[s];
    for (let l = 0; l < lanes.count; l++) this.#capacity[stations.count + l] = lanes.width[l];
    this.#userStart = new Int32Array(this.#capacity.length + 1);
    for (const p of this.place) this.#userStart[p + 1]++;
    for (let p = 0; p < this.#capacity.length; p++) this.#userStart[p + 1] += this.#userStart[p];
    const at = this.#userStart.slice();
    this.#users = new Int32Array(flat.length);
    for (let k = 0; k < flat.length; k++) this.#users[at[this.place[k]]++] = k;
    this.#rate = new Float64Array(flows.count);
    this.#bottleneck = new Int32Array(flows.count);
    this.#window = Float64Array.from({ length: flows.count }, (_, f) => Math.max(1, flows.depth[f] || flows.limit[f] || 512));
  }

  /** @param demand operations per second, may be infinite. @returns arrays that the next call overwrites. */
  solve(demand: Float64Array): Shares {
    const { start, place, coefficient } = this;
    this.#demand = demand;
    const rate = this.#rate;
    const cap = this.#cap;
    cap.fill(Number.POSITIVE_INFINITY);
    this.#bottleneck.fill(-1);
    const bound = new Float64Array(this.#flows);
    for (let f = 0; f < this.#flows; f++) {
      // Nobody passes a place faster than alone.
      let most = demand[f];
      for (let k = start[f]; k < start[f + 1]; k++) most = Math.min(most, this.#capacity[place[k]] / coefficient[k]);
      bound[f] = most;
      rate[f] = most;
    }
    const busy = this.#overloaded(bound);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let change = 0;
      for (const p of busy) this.#divide(p, bound);
      for (let f = 0; f < this.#flows; f++) {
        let least = bound[f];
        for (let k = start[f]; k < start[f + 1]; k++) if (cap[k] < least) least = cap[k];
        change = Math.max(change, Math.abs(least - rate[f]) / Math.max(rate[f], 1e-30));
        rate[f] = least;
      }
      if (change < SETTLED) break;
    }
    for (let f = 0; f < this.#flows; f++) {
      if (!(rate[f] < demand[f])) continue;
      let tightest = Number.POSITIVE_INFINITY;
      for (let k = start[f]; k < start[f + 1]; k++) {
        const here = Math.min(cap[k], this.#capacity[place[k]] / coefficient[k]);
        if (here < tightest) {
          tightest = here;
          this.#bottleneck[f] = place[k];
        }
      }
    }
    return { rate, bottleneck: this.#bottleneck };
  }

  /** Places that could be too small if everybody took what it asks for: only those ever stop anybody. */
  #overloaded(bound: Float64Array): number[] {
    const load = new Float64Array(this.#capacity.length);
    for (let k = 0; k < this.place.length; k++) load[this.place[k]] += this.coefficient[k] * bound[this.#flowOf[k]];
    const result: number[] = [];
    for (let p = 0; p < load.length; p++) if (load[p] > this.#capacity[p] * (1 + 1e-12)) result.push(p);
    return result;
  }

  /** Divides the time of one place among its lanes, and that of each short lane among its flows. */
  #divide(p: number, bound: Float64Array): void {
    const { start, coefficient } = this;
    const lanes = new Map<number, number[]>();
    const want = new Map<number, number>();
    let total = 0;
    for (let u = this.#userStart[p]; u < this.#userStart[p + 1]; u++) {
      const k = this.#users[u];
      const f = this.#flowOf[k];
      let least = bound[f];
      for (let other = start[f]; other < start[f + 1]; other++) if (other !== k && this.#cap[other] < least) least = this.#cap[other];
      this.#cap[k] = Number.POSITIVE_INFINITY;
      want.set(k, least * coefficient[k]);
      total += least * coefficient[k];
      const list = lanes.get(this.lane[k]);
      if (list === undefined) lanes.set(this.lane[k], [k]);
      else list.push(k);
    }
    if (total <= this.#capacity[p]) return;
    const loads = [...lanes].map(([lane, keys]) => ({
      lane,
      keys,
      want: keys.reduce((sum, k) => sum + (want.get(k) as number), 0),
      weight: this.#network.lanes.weight[lane],
    }));
    const rule = p < this.#network.stations.count ? this.#network.stations.discipline[p] : FAIR;
    const granted = rule === PRIORITY ? inOrder(loads, this.#capacity[p]) : fill(loads, this.#capacity[p]);
    loads.forEach(({ keys, want: wanted }, i) => {
      if (granted[i] >= wanted) return;
      // A ring that is full takes one packet for each that leaves, whoever is next to send.
      const isRing = this.#network.lanes.limit[loads[i].lane] > 0;
      const members = keys.map((k) => ({
        want: want.get(k) as number,
        weight: (isRing ? this.#arriving(k) : this.#window[this.#flowOf[k]]) * coefficient[k],
      }));
      const parts = fill(members, granted[i]);
      keys.forEach((k, m) => {
        if (parts[m] < members[m].want) this.#cap[k] = parts[m] / coefficient[k];
      });
    });
  }

  /** What comes to a place: what a flow offers, and the places before this one let through. Entries of a flow are in its order. */
  #arriving(k: number): number {
    const f = this.#flowOf[k];
    let rate = this.#demand[f];
    for (let before = this.start[f]; before < k; before++)
      rate = Math.min(rate, this.#cap[before], this.#capacity[this.place[before]] / this.coefficient[before]);
    return rate;
  }
}

interface Claim {
  readonly want: number;
  readonly weight: number;
}

/** Weighted filling: all rise in proportion to their weights until they have what they want. */
function fill(claims: readonly Claim[], capacity: number): number[] {
  const order = claims.map((_, i) => i).sort((a, b) => claims[a].want / claims[a].weight - claims[b].want / claims[b].weight || a - b);
  let weight = claims.reduce((sum, claim) => sum + claim.weight, 0);
  let left = capacity;
  const result = new Array<number>(claims.length).fill(0);
  for (const i of order) {
    const claim = claims[i];
    const share = weight > 0 ? (left * claim.weight) / weight : 0;
    result[i] = Math.min(claim.want, share);
    left = Math.max(0, left - result[i]);
    weight -= claim.weight;
  }
  return result;
}

/** The most urgent lane takes what it wants, the next what is left. */
function inOrder(claims: readonly (Claim & { readonly lane: number })[], capacity: number): number[] {
  const order = claims.map((_, i) => i).sort((a, b) => claims[a].lane - claims[b].lane);
  let left = capacity;
  const result = new Array<number>(claims.length).fill(0);
  for (const i of order) {
    result[i] = Math.min(claims[i].want, left);
    left -= result[i];
  }
  return result;
}
