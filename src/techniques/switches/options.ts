import type { CostId } from '../../catalog/costs/index.js';
import { valueOf } from '../../core/model/fact.js';
import { hostCpus } from '../../core/model/host.js';
import type { Switch } from '../../core/model/switch.js';
import { intersects } from '../../core/units/cpu-set.js';
import { clockOf, delay, perPass, type Terms, work } from '../path/cpu.js';
import type { Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';

/**
 * What conntrack and encapsulation add to a packet, where the switch has them switched on. The kernel carries large segments
 * (TSO, GRO) in one pass, user-space switches handle packet by packet.
 */
export function optionTerms(context: PathContext, entity: Switch, runsIn: 'kernel' | 'user-space'): Terms {
  const ids: CostId[] = [];
  if (valueOf(entity.facts.conntrack) === true) ids.push('conntrack.packet');
  if ((valueOf(entity.facts.tunnel) ?? 'none') !== 'none') ids.push(entity.switchKind === 'vpp' ? 'vpp.tunnel' : 'tunnel.packet');
  if (valueOf(entity.facts.policer) === true) ids.push('policer.packet');
  return runsIn === 'kernel' ? ids.map((id) => perPass(context, id)) : ids;
}

/**
 * Cores that forward at the same time write some of the same cache lines (reference counts, statistics): each further one
 * makes a packet a little dearer for all.
 */
export function sharedKernelTerms(context: PathContext, carrier: Thread): Terms {
  const others = carrier.role === 'softirq' && carrier.cpus !== undefined ? carrier.width - 1 : 0;
  return others > 0 ? [{ ...perPass(context, 'linux.shared-lines'), times: others }] : [];
}

/** Part of the last-level cache that DMA may fill: 2 of 20 ways. Source: Intel Data Direct I/O technology brief. */
const DDIO_PART = 0.1;
/** Cache that an entry of a ring takes: headers, descriptors on both sides, and what lies beside them. Fitted to CoNEXT 2018, bench05. */
const ENTRY_BYTES = 1024;

/** Rings that together are larger than that part lose frames to memory before a core reads them. */
export function ringMisses(entity: Switch): Terms {
  const { host, facts } = entity;
  const cpus = valueOf(facts.cpus);
  const node = host.numaNodes.find((candidate) => {
    const own = valueOf(candidate.facts.cpus);
    return cpus === undefined || own === undefined || intersects(own, cpus);
  });
  const cache = node === undefined ? undefined : valueOf(node.facts.cache);
  if (cache === undefined) return [];
  const bytes = Math.max(1, cpus?.size ?? 1) * (valueOf(facts.ringSize) ?? 1024) * ENTRY_BYTES;
  const missRatio = Math.max(0, 1 - (cache * DDIO_PART) / bytes);
  return missRatio === 0 ? [] : [['ddio.miss', missRatio]];
}

/** Packets that miss every cache take an upcall. A polling datapath takes it itself. */
export function upcallTerms(entity: Switch): Terms {
  const ratio = missRatio(entity);
  return ratio > 0 ? [['ovs.upcall', ratio]] : [];
}

/** The kernel datapath hands its upcalls to the handler threads of ovs-vswitchd. */
export function upcalls(context: PathContext, entity: Switch): Stage[] {
  const terms = upcallTerms(entity);
  return terms.length === 0 ? [] : [work(context, handlers(entity), 'upcall', terms)];
}

/** Until Linux 3.15 all CPUs counted the packets of a flow in one place. */
export function sharedStatistics(context: PathContext, entity: Switch): Stage[] {
  const [major = 0, minor = 0] = (valueOf(entity.host.facts.kernel.version) ?? '').split('.').map(Number);
  if (!(major > 0) || major > 3 || (major === 3 && minor >= 15)) return [];
  const cost = context.cost('ovs-kernel.shared-statistics');
  return [
    {
      label: 'flow statistics',
      station: { id: `${entity.path}:statistics`, kind: 'lock', entity: entity.path, servers: 1, discipline: 'fifo' },
      serviceSec: () => cost.quantity.value,
      costs: [cost],
    },
  ];
}

/** Flows of a VF move into the NIC; taps and veths of the same switch stay in software. */
export function isOffloaded(context: PathContext, entity: Switch): boolean {
  return valueOf(entity.facts.hwOffload) === true && context.instance.decl.technique?.takes === 'vf';
}

/**
 * The switch inside the NIC forwards; packets without a flow in it come up to the host and pass its datapath, which puts
 * the flow into the NIC by an upcall.
 */
export function offloadedForward(context: PathContext, entity: Switch, datapath: Thread): Stage[] {
  const ratio = missRatio(entity);
  const hardware = delay(context, 'e-switch', 'eswitch.latency');
  if (ratio === 0) return [hardware];
  const [io, lookup] = datapath.polls
    ? (['pmd.io', 'ovs-dpdk.megaflow-hit'] as const)
    : (['host-nic.kernel', 'ovs-kernel.packet'] as const);
  const slowPath: Terms = [
    [io, 2 * ratio],
    [lookup, ratio],
  ];
  if (datapath.polls) return [hardware, work(context, datapath, 'slow path', [...slowPath, ...upcallTerms(entity)])];
  return [hardware, work(context, datapath, 'slow path', slowPath), ...upcalls(context, entity)];
}

/** Whether some node has huge pages set aside; undefined where the document says nothing of them. */
function hasHugepages({ host }: Switch): boolean | undefined {
  const stated = host.numaNodes.map((node) => valueOf(node.facts.hugepages)).filter((pages) => pages !== undefined);
  return stated.length === 0 ? undefined : stated.some((pages) => Object.values(pages).some((count) => count > 0));
}

/** A poll-mode switch whose CPUs the document leaves open runs somewhere, nobody knows where. */
function hasOwnCpus(entity: Switch): boolean | undefined {
  return entity.facts.cpus.state === 'unknown' ? undefined : true;
}

function handlers(entity: Switch): Thread {
  const { host, path } = entity;
  return {
    id: `${path}#handlers`,
    role: 'process',
    host,
    entity: path,
    cpus: undefined,
    width: Math.max(1, hostCpus(host).size), // since Open vSwitch 2.16 one for each CPU
    polls: false,
    weight: 100,
    clockHz: clockOf(host, undefined),
    isHostWork: true,
  };
}

function missRatio(entity: Switch): number {
  return Math.min(1, valueOf(entity.facts.missRatio) ?? 0);
}

/** What every switch that polls in user space needs. */
export const pollingNeeds = [
  { what: 'huge pages on the host', isMet: hasHugepages },
  { what: 'CPUs of its own (`cpus`)', isMet: hasOwnCpus },
] as const;
