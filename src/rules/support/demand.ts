import type { Workload } from '../../core/model/document.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { push } from './maps.js';

/** What workloads offer to one copy of a virtual NIC; infinite where they take all that they can get. */
export interface Demand {
  readonly bitsPerSec: number;
  readonly packetsPerSec: number;
}

const demands = new WeakMap<Topology, ReadonlyMap<VirtualDevice, Demand>>();

/** Simple IMIX: 7 of 64 B, 4 of 594 B, 1 of 1518 B. */
const IMIX_MEAN_BYTES = (7 * 64 + 4 * 594 + 1518) / 12;

/** Load of virtual NICs, both directions together, as far as workloads state it. */
export function demandOf(topology: Topology): ReadonlyMap<VirtualDevice, Demand> {
  let known = demands.get(topology);
  if (known === undefined) {
    const byDevice = new Map<VirtualDevice, Workload[]>();
    for (const workload of topology.workloads) {
      for (const fact of [workload.facts.from, workload.facts.to]) {
        const device = valueOf(fact)?.as('virtual-device');
        if (device !== undefined) push(byDevice, device, workload);
      }
    }
    known = new Map([...byDevice].map(([device, workloads]) => [device, sum(workloads)]));
    demands.set(topology, known);
  }
  return known;
}

function sum(workloads: readonly Workload[]): Demand {
  let bitsPerSec = 0;
  let packetsPerSec = 0;
  for (const { facts } of workloads) {
    const rate = valueOf(facts.rate);
    const bytes = meanBytes(valueOf(facts.size));
    if (rate === undefined) continue;
    const bits = rate.base === 'bit/s' ? rate.value : rate.base === 'B/s' ? rate.value * 8 : rate.value * bytes * 8;
    bitsPerSec += bits;
    packetsPerSec += bits / (bytes * 8);
  }
  return { bitsPerSec, packetsPerSec };
}

type Size = number | 'imix' | readonly { readonly size: Fact<number>; readonly share: Fact<number> }[];

function meanBytes(size: Size | undefined): number {
  if (size === undefined) return 1500;
  if (typeof size === 'number') return Math.max(1, size);
  if (size === 'imix') return IMIX_MEAN_BYTES;
  let bytes = 0;
  let shares = 0;
  for (const each of size) {
    const share = valueOf(each.share) ?? 1;
    bytes += share * (valueOf(each.size) ?? 0);
    shares += share;
  }
  return shares > 0 && bytes > 0 ? bytes / shares : 1500;
}
