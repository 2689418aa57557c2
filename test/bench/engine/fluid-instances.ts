import type { SharingProblem } from '../../../src/sim/fluid/max-min.js';

/** Instances of the fluid engine's workload W4: flows on four to six resources each, half of them with a demand. */
export function instance(flows: number, kind: 'rand' | 'tree'): SharingProblem {
  let state = 12345;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const paths = kind === 'rand' ? randomPaths(flows, random) : treePaths(flows, random);
  const resources = kind === 'rand' ? Math.floor(flows / 10) : LEVELS.reduce((sum, size) => sum + Math.ceil(flows / size), 0);
  const start = new Int32Array(flows + 1);
  paths.forEach((path, f) => {
    start[f + 1] = (start[f] as number) + path.length;
  });
  const resource = Int32Array.from(paths.flat());
  const coefficient = new Float64Array(resource.length);
  const weight = new Float64Array(flows);
  const demand = new Float64Array(flows);
  const load = new Float64Array(resources);
  for (let f = 0; f < flows; f++) {
    weight[f] = 1 << Math.floor(random() * 4);
    demand[f] = random() < 0.5 ? Number.POSITIVE_INFINITY : (weight[f] as number) * (0.1 + 1.5 * random());
    for (let k = start[f] as number; k < (start[f + 1] as number); k++) {
      coefficient[k] = 0.5 + 1.5 * random();
      const r = resource[k] as number;
      load[r] = (load[r] as number) + (coefficient[k] as number) * (weight[f] as number);
    }
  }
  const capacity = load.map((total) => (total > 0 ? total : 1) * (0.3 + 1.4 * random()));
  return { flows, resources, start, resource, coefficient, capacity, weight, demand };
}

/** Flows of a virtqueue, vhost core, vSwitch core, PCIe link, NIC port, device. */
const LEVELS = [1, 8, 64, 128, 256, 512];

function treePaths(flows: number, random: () => number): number[][] {
  const order = Array.from({ length: flows }, (_, i) => i);
  for (let i = flows - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  let base = 0;
  const bases = LEVELS.map((size) => {
    const own = base;
    base += Math.ceil(flows / size);
    return own;
  });
  // From the PCIe link on flows that are neighbours before are not any more.
  return order.map((shuffled, f) => LEVELS.map((size, i) => (bases[i] as number) + Math.floor((i > 2 ? shuffled : f) / size)));
}

function randomPaths(flows: number, random: () => number): number[][] {
  return Array.from({ length: flows }, () => {
    const path = new Set<number>();
    const length = 4 + Math.floor(random() * 3);
    while (path.size < length) path.add(Math.floor(random() * Math.floor(flows / 10)));
    return [...path];
  });
}

/** As the yardstick reads it. */
export function toBytes(problem: SharingProblem): Uint8Array {
  const padded = (values: Int32Array) => Int32Array.from({ length: values.length + (values.length % 2) }, (_, i) => values[i] ?? 0);
  const head = Int32Array.of(problem.flows, problem.resources, problem.resource.length, 0);
  const demand = problem.demand.map((value) => (Number.isFinite(value) ? value : 1e300));
  const parts = [head, padded(problem.start), padded(problem.resource), problem.coefficient, problem.capacity, problem.weight, demand];
  return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))));
}
