/**
 * Flows that share resources. Flow f uses `coefficient` of resource `resource` for each unit of its rate, for the entries
 * `start[f]` to `start[f + 1]`; a resource appears at most once in a flow.
 */
export interface SharingProblem {
  readonly flows: number;
  readonly resources: number;
  readonly start: Int32Array;
  readonly resource: Int32Array;
  /** > 0. */
  readonly coefficient: Float64Array;
  /** >= 0, by resource. */
  readonly capacity: Float64Array;
  /** > 0, by flow: rates that nothing else limits are in proportion to it. */
  readonly weight: Float64Array;
  /** >= 0, may be infinite, by flow. */
  readonly demand: Float64Array;
}

/** Rates, and which resource stopped each flow; -1 for one that gets what it asks for. */
export interface Sharing {
  readonly rate: Float64Array;
  readonly bottleneck: Int32Array;
}

/**
 * Weighted max-min fair rates by progressive filling: all rates rise in proportion to their weights until a resource is
 * full or a demand is met; the flows concerned stop there, the others go on.
 *
 * Levels at which resources fill up only rise while flows stop, so a heap of them is corrected lazily.
 * Cost: O(entries + resources log resources). The object keeps its arrays, so that solving again allocates nothing.
 * Source: Bertsekas and Gallager, Data Networks, 2nd ed., section 6.5.2; weights and coefficients as in Marbach, 2002.
 */
export class MaxMinSolver {
  #flows = 0;
  #resources = 0;
  #entries = 0;
  #rate = new Float64Array(0);
  #bottleneck = new Int32Array(0);
  #isSet = new Uint8Array(0);
  #byDemand = new Int32Array(0);
  #demandLevel = new Float64Array(0);
  #other = new Int32Array(0);
  #keys = new Uint32Array(0);
  #otherKeys = new Uint32Array(0);
  #userStart = new Int32Array(0);
  #users = new Int32Array(0);
  #left = new Float64Array(0);
  #pull = new Float64Array(0);
  #active = new Int32Array(0);
  #level = new Float64Array(0);
  #heap = new Int32Array(0);

  /** @returns arrays that the next call overwrites. */
  solve(problem: SharingProblem): Sharing {
    this.#fit(problem);
    const { flows, resources, capacity, weight, demand } = problem;
    const rate = this.#rate;
    const bottleneck = this.#bottleneck;
    const isSet = this.#isSet;
    const userStart = this.#userStart;
    const users = this.#users;
    const left = this.#left;
    const pull = this.#pull;
    const active = this.#active;
    const level = this.#level;
    const heap = this.#heap;
    isSet.fill(0);
    bottleneck.fill(-1);
    this.#listUsers(problem);
    let size = 0;
    for (let r = 0; r < resources; r++) {
      left[r] = capacity[r];
      active[r] = userStart[r + 1] - userStart[r];
    }
    for (let r = 0; r < resources; r++) {
      if (active[r] === 0) continue;
      level[r] = left[r] / pull[r];
      heap[size++] = r;
    }
    for (let i = (size - 2) >> 2; i >= 0; i--) sink(heap, level, i, size);
    const finite = this.#sortDemands(problem);
    let nextDemand = 0;
    let unset = flows;
    while (unset > 0) {
      // The resource that fills up first. Its stored level may be too low, never too high.
      while (size > 0) {
        const r = heap[0];
        if (active[r] === 0) {
          heap[0] = heap[--size];
        } else {
          const actual = left[r] > 0 ? left[r] / pull[r] : 0;
          if (actual <= level[r]) break;
          level[r] = actual;
        }
        if (size > 0) sink(heap, level, 0, size);
      }
      while (nextDemand < finite && isSet[this.#byDemand[nextDemand]] !== 0) nextDemand++;
      const full = size > 0 ? level[heap[0]] : Number.POSITIVE_INFINITY;
      const met = nextDemand < finite ? this.#demandLevel[this.#byDemand[nextDemand]] : Number.POSITIVE_INFINITY;
      if (full === Number.POSITIVE_INFINITY && met === Number.POSITIVE_INFINITY) {
        // Nothing limits the rest.
        for (let f = 0; f < flows; f++) if (isSet[f] === 0) rate[f] = Number.POSITIVE_INFINITY;
        break;
      }
      if (met <= full) {
        const f = this.#byDemand[nextDemand++];
        unset--;
        this.#settle(problem, f, demand[f], -1);
      } else {
        const r = heap[0];
        for (let u = userStart[r]; u < userStart[r + 1]; u++) {
          const f = users[u];
          if (isSet[f] !== 0) continue;
          unset--;
          this.#settle(problem, f, weight[f] * full, r);
        }
      }
    }
    return { rate, bottleneck };
  }

  #settle(problem: SharingProblem, f: number, rate: number, bottleneck: number): void {
    const { start, resource, coefficient, weight } = problem;
    const left = this.#left;
    const pull = this.#pull;
    const active = this.#active;
    const own = weight[f];
    this.#isSet[f] = 1;
    this.#rate[f] = rate;
    this.#bottleneck[f] = bottleneck;
    for (let k = start[f], end = start[f + 1]; k < end; k++) {
      const r = resource[k];
      left[r] -= coefficient[k] * rate;
      pull[r] -= coefficient[k] * own;
      active[r]--;
    }
  }

  /** Flows of each resource, in one array, and how strongly they pull at it together. */
  #listUsers({ flows, resources, start, resource, coefficient, weight }: SharingProblem): void {
    const userStart = this.#userStart;
    const pull = this.#pull;
    const users = this.#users;
    userStart.fill(0);
    pull.fill(0);
    for (let f = 0; f < flows; f++) {
      const own = weight[f];
      for (let k = start[f]; k < start[f + 1]; k++) {
        const r = resource[k];
        userStart[r + 1]++;
        pull[r] += coefficient[k] * own;
      }
    }
    for (let r = 0; r < resources; r++) userStart[r + 1] += userStart[r];
    const at = this.#active;
    for (let r = 0; r < resources; r++) at[r] = userStart[r];
    for (let f = 0; f < flows; f++) for (let k = start[f]; k < start[f + 1]; k++) users[at[resource[k]]++] = f;
  }

  /** Flows with a finite demand by the level at which it is met; of equal ones the first flow first. */
  #sortDemands({ flows, demand, weight }: SharingProblem): number {
    let count = 0;
    for (let f = 0; f < flows; f++) {
      if (demand[f] === Number.POSITIVE_INFINITY) continue;
      this.#demandLevel[f] = demand[f] / weight[f];
      this.#byDemand[count++] = f;
    }
    sortByLevel(this.#byDemand, this.#demandLevel, count, this.#other, this.#keys, this.#otherKeys);
    return count;
  }

  #fit({ flows, resources, start }: SharingProblem): void {
    if (flows !== this.#flows) {
      this.#flows = flows;
      this.#rate = new Float64Array(flows);
      this.#bottleneck = new Int32Array(flows);
      this.#isSet = new Uint8Array(flows);
      this.#byDemand = new Int32Array(flows);
      this.#demandLevel = new Float64Array(flows);
      this.#other = new Int32Array(flows);
      this.#keys = new Uint32Array(flows);
      this.#otherKeys = new Uint32Array(flows);
    }
    if (resources !== this.#resources) {
      this.#resources = resources;
      this.#userStart = new Int32Array(resources + 1);
      this.#left = new Float64Array(resources);
      this.#pull = new Float64Array(resources);
      this.#active = new Int32Array(resources);
      this.#level = new Float64Array(resources);
      this.#heap = new Int32Array(resources);
    }
    if (start[flows] > this.#entries) {
      this.#entries = start[flows];
      this.#users = new Int32Array(this.#entries);
    }
  }
}

/** Moves the entry at `i` down until no child of it has a lower level. */
function sink(heap: Int32Array, level: Float64Array, from: number, size: number): void {
  const r = heap[from];
  const own = level[r];
  let i = from;
  for (;;) {
    const first = (i << 2) + 1;
    if (first >= size) break;
    const last = first + 4 < size ? first + 4 : size;
    let best = first;
    let bestLevel = level[heap[first]];
    for (let c = first + 1; c < last; c++) {
      const l = level[heap[c]];
      if (l < bestLevel) {
        best = c;
        bestLevel = l;
      }
    }
    if (bestLevel >= own) break;
    heap[i] = heap[best];
    i = best;
  }
  heap[i] = r;
}

const DIGIT_BITS = 11;
const DIGITS = 3;
const buckets = new Int32Array(1 << DIGIT_BITS);
const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which half of a double holds its sign and exponent. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * Sorts flows by level: by radix on the upper half of the doubles, which order as integers since no level is negative, then
 * by insertion where upper halves are equal. Comparisons through a function would take longer than all the rest of a solution.
 */
function sortByLevel(
  flows: Int32Array,
  level: Float64Array,
  count: number,
  otherFlows: Int32Array,
  firstKeys: Uint32Array,
  otherKeys: Uint32Array,
): void {
  for (let i = 0; i < count; i++) {
    float[0] = level[flows[i]];
    firstKeys[i] = words[HIGH];
  }
  let from = flows;
  let to = otherFlows;
  let keys = firstKeys;
  let toKeys = otherKeys;
  for (let digit = 0; digit < DIGITS; digit++) {
    const shift = digit * DIGIT_BITS;
    buckets.fill(0);
    for (let i = 0; i < count; i++) buckets[(keys[i] >>> shift) & (buckets.length - 1)]++;
    let at = 0;
    for (let b = 0; b < buckets.length; b++) {
      const size = buckets[b];
      buckets[b] = at;
      at += size;
    }
    for (let i = 0; i < count; i++) {
      const place = buckets[(keys[i] >>> shift) & (buckets.length - 1)]++;
      to[place] = from[i];
      toKeys[place] = keys[i];
    }
    [from, to] = [to, from];
    [keys, toKeys] = [toKeys, keys];
  }
  // Three passes: the result is in the other array.
  for (let i = 0; i < count; i++) {
    const flow = from[i];
    const own = level[flow];
    let k = i;
    for (; k > 0 && level[flows[k - 1]] > own; k--) flows[k] = flows[k - 1];
    flows[k] = flow;
  }
}
