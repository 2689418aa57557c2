import type { CostBook } from '../../catalog/costs/book.js';
import type { Workload } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import { instances, tenantOf } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import type { Reference } from '../../core/model/reference.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice, VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { techniques } from '../../techniques/index.js';
import { isServedByUserSpaceSwitch } from '../../techniques/path/backend.js';
import { HOST_STACK } from '../../techniques/path/host-stack.js';
import type { Operation, Stage } from '../../techniques/stage.js';
import type { LoadShape, PathContext } from '../../techniques/technique.js';
import type { Note } from '../result.js';
import { devicePath, mediumOf } from './device-path.js';
import { MIN_FRAME_BYTES } from './frames.js';
import { memberCount } from './hardware/media.js';
import { hostEnd } from './host-end.js';
import { type Endpoint, type NoPath, type Notable, networkPath } from './network-path.js';
import type { Layer2 } from './route.js';
import { hasRunts, operationSizes } from './sizes.js';
import type { Trace } from './trace.js';

/** Flows that one design may have; beyond, the run would not fit into memory. */
export const MAX_FLOWS = 100_000;

/** How a flow asks for service. */
export type Source =
  | {
      readonly kind: 'open';
      readonly arrival: 'poisson' | 'constant' | 'on-off';
      readonly opsPerSec: number;
      readonly onSec: number;
      readonly offSec: number;
      readonly limit: number;
    }
  | { readonly kind: 'trace'; readonly trace: Trace; readonly opsPerSec: number; readonly limit: number }
  | { readonly kind: 'closed'; readonly depth: number; readonly thinkSec: number };

/** One workload on one path. */
export interface Flow {
  readonly id: string;
  readonly workload: Workload;
  readonly from: string;
  readonly to: string;
  readonly tenant: string | null;
  /** Guest whose device it is; null for traffic of the host itself. */
  readonly guest: string | null;
  /** Streams that a hash can tell apart. */
  readonly fiveTuples: number;
  readonly source: Source;
  readonly operations: readonly Operation[];
  readonly stages: readonly Stage[];
}

export interface FlowSet {
  readonly flows: readonly Flow[];
  readonly notes: readonly Note[];
}

/** Jobs of closed loops that one run may keep going. */
const MAX_JOBS = 4_000_000;

/** Every workload on every device that its references name. */
export function flowsOf(topology: Topology, layer2: Layer2, cost: CostBook, traces: ReadonlyMap<string, Trace>): FlowSet {
  const flows: Flow[] = [];
  const notes: Note[] = [];
  const note = (kind: Note['kind'], about: string, message: string) => {
    notes.push({ kind, about, message });
  };
  let jobs = 0;
  for (const workload of topology.workloads) {
    const ends = endsOf(workload, note);
    const reasons = new Map<string, number>();
    const remarks = new Set<string>();
    for (const { on, from, to } of ends) {
      if (flows.length >= MAX_FLOWS) {
        note('not-simulated', workload.id, `A design may have ${MAX_FLOWS} flows; the rest is left out.`);
        return { flows, notes };
      }
      const flow = makeFlow(topology, layer2, cost, traces, workload, on, from, to, remarks);
      if ('reason' in flow) reasons.set(flow.reason, (reasons.get(flow.reason) ?? 0) + 1);
      else {
        jobs += flow.source.kind === 'closed' ? flow.source.depth : 0;
        if (jobs > MAX_JOBS) {
          note('not-simulated', workload.id, `Closed loops keep more than ${MAX_JOBS} operations going; the rest is left out.`);
          return { flows, notes };
        }
        flows.push(flow);
      }
    }
    for (const remark of remarks) note('assumption', workload.id, remark);
    for (const [reason, count] of reasons)
      note('no-path', workload.id, `${count === 1 ? 'One flow is' : `${count} flows are`} left out: ${reason}.`);
  }
  return { flows, notes };
}

type End = VirtualDeviceInstance | Extract<Endpoint, { kind: 'network' }>;

interface Ends {
  readonly on?: VirtualDeviceInstance;
  readonly from?: End;
  readonly to?: End;
}

type AddNote = (kind: Note['kind'], about: string, message: string) => void;

/** The pairs of ends that a workload has; many on one side meet the ones on the other in turn. */
function endsOf(workload: Workload, note: AddNote): Ends[] {
  const { facts } = workload;
  const on = valueOf(facts.on);
  if (on !== undefined) return instancesOf(on).map((instance) => ({ on: instance }));
  const from = valueOf(facts.from);
  const to = valueOf(facts.to);
  if (from === undefined || to === undefined) {
    note('not-simulated', workload.id, 'It says neither "on" which device it runs, nor "from" and "to" where it goes.');
    return [];
  }
  const sources = endPoints(from, workload);
  const targets = endPoints(to, workload);
  if (sources.length === 0 || targets.length === 0) {
    if (from.target !== undefined && to.target !== undefined)
      note('not-simulated', workload.id, 'One of its ends is neither a virtual device nor a network.');
    return [];
  }
  const count = Math.max(sources.length, targets.length);
  return Array.from({ length: count }, (_, i) => ({ from: sources[i % sources.length] as End, to: targets[i % targets.length] as End }));
}

function endPoints(reference: Reference, workload: Workload): End[] {
  const network = reference.as('network');
  if (network !== undefined) return [{ kind: 'network', network }];
  const host = reference.as('host');
  if (host !== undefined) return [hostEnd(host, workload)];
  return instancesOf(reference);
}

/** Copies of a device that a reference names; a guest stands for its first network device. */
export function instancesOf(reference: Reference): VirtualDeviceInstance[] {
  const target = reference.as('virtual-device', 'guest');
  if (target === undefined) return [];
  const device = target.kind === 'guest' ? target.devices.find((d) => d.technique?.carries.includes('network') === true) : target;
  if (device === undefined) return [];
  const position = device.guest.devices.indexOf(device);
  const all = instances(device.guest).map((guest) => guest.devices[position] as VirtualDeviceInstance);
  const { copies } = reference;
  return typeof copies === 'number' ? all.slice(copies, copies + 1) : all;
}

function makeFlow(
  topology: Topology,
  layer2: Layer2,
  cost: CostBook,
  traces: ReadonlyMap<string, Trace>,
  workload: Workload,
  on: VirtualDeviceInstance | undefined,
  from: End | undefined,
  to: End | undefined,
  remarks: Set<string>,
): Flow | NoPath {
  const device = on ?? firstDevice(from, to) ?? passedHost(layer2, from, to, workload);
  if (device === undefined) return { reason: 'neither of its ends is a virtual device, and no host lies between them' };
  const contextOf = (instance: VirtualDeviceInstance): PathContext => ({
    topology,
    cost,
    instance,
    load: loadShape(workload, instance.decl),
  });
  const context = contextOf(device);
  const members = on === undefined ? 1 : memberCount(mediumOf(on));
  const recorded =
    valueOf(workload.facts.arrival) === 'trace' ? traces.get(valueOf(workload.facts.trace.file) ?? '')?.sizesBytes : undefined;
  if (on === undefined && hasRunts(workload) && recorded === undefined)
    remarks.add(`Its packets of less than ${MIN_FRAME_BYTES} B are padded to that, as Ethernet does.`);
  const cache = techniques.get(device.decl.technique?.name ?? '')?.storage?.hostCache?.(context);
  const operations = operationSizes(workload, on === undefined ? 'packet' : kindOf(on), members, cache, recorded);
  const largestBytes = Math.max(...operations.map(({ sizeBytes }) => sizeBytes), valueOf(workload.facts.reply.size) ?? 0);
  const source = sourceOf(workload, device, operations, traces);
  if ('reason' in source) return source;
  const endpoint = (end: End): Endpoint => ('network' in end ? end : { kind: 'device', context: contextOf(end) });
  const stages =
    on !== undefined
      ? devicePath(context)
      : roundTrip(workload, layer2, endpoint(from as End), endpoint(to as End), context, { largestBytes, remarks });
  if ('reason' in stages) return stages;
  const pathOf = (end: End | undefined) => (end === undefined ? device.path : 'network' in end ? end.network.path : end.path);
  const accounted = valueOf(workload.facts.of)?.as('tenant') ?? tenantOf(device.decl.guest);
  return {
    id: `${workload.id}@${device.path}`,
    workload,
    from: pathOf(from),
    to: on === undefined ? pathOf(to) : (mediumOf(on)?.path ?? device.path),
    tenant: accounted?.id ?? null,
    guest: device.decl.technique?.name === HOST_STACK ? null : device.decl.guest.path,
    fiveTuples: valueOf(workload.facts.flows) ?? 1,
    source,
    operations,
    stages,
  };
}

function firstDevice(from: End | undefined, to: End | undefined): VirtualDeviceInstance | undefined {
  for (const end of [from, to]) if (end !== undefined && !('network' in end)) return end;
  return undefined;
}

/** From one network to another: the host whose switches or ports the packets pass stands in for the device. */
function passedHost(layer2: Layer2, from: End | undefined, to: End | undefined, workload: Workload): VirtualDeviceInstance | undefined {
  if (from === undefined || to === undefined || !('network' in from) || !('network' in to)) return undefined;
  const hop = layer2.path(from.network, to.network)?.find((each) => each.kind !== 'network');
  const host: Host | undefined = hop?.kind === 'switch' ? hop.host : hop?.kind === 'nic-port' ? hop.device.host : undefined;
  return host === undefined ? undefined : hostEnd(host, workload);
}

/** Request and response: the way back follows the way there, with its own size. */
function roundTrip(
  workload: Workload,
  layer2: Layer2,
  from: Endpoint,
  to: Endpoint,
  context: PathContext,
  notable: Notable,
): Stage[] | NoPath {
  const there = networkPath(layer2, from, to, context, notable);
  const reply = valueOf(workload.facts.reply.size);
  if ('reason' in there || reply === undefined) return there;
  const replyBytes = Math.max(MIN_FRAME_BYTES, reply);
  const back = networkPath(layer2, to, from, context, notable);
  if ('reason' in back) return back;
  return [
    ...there,
    ...back.map(
      (stage): Stage => ({
        ...stage,
        ring: stage.ring ?? ringOf(to),
        label: `reply: ${stage.label}`,
        serviceSec: (operation) => stage.serviceSec({ ...operation, sizeBytes: replyBytes }),
      }),
    ),
  ];
}

function ringOf(end: Endpoint): string {
  return end.kind === 'network' ? end.network.path : end.context.instance.path;
}

function kindOf(instance: VirtualDeviceInstance): 'io' | 'job' {
  const technique = techniques.get(instance.decl.technique?.name ?? '');
  const device = instance.vf?.device ?? deviceBehind(instance);
  const isCompute =
    technique?.compute !== undefined &&
    (technique.storage === undefined || device?.deviceKind === 'gpu' || device?.deviceKind === 'accelerator');
  return isCompute ? 'job' : 'io';
}

function deviceBehind(instance: VirtualDeviceInstance) {
  const from = valueOf(instance.decl.facts.from)?.as('device', 'function', 'partition', 'mediated-type');
  return from === undefined || from.kind === 'device' ? from : from.device;
}

/** Segments in which TCP passes the stack of a guest that may use segmentation offload. Source: Linux GSO_MAX_SIZE. */
const SEGMENT_BYTES = 65_536;

function loadShape(workload: Workload, device: VirtualDevice): LoadShape {
  const { facts } = workload;
  const offloads = valueOf(device.facts.offloads);
  const segments =
    valueOf(facts.protocol) === 'tcp' &&
    !isServedByUserSpaceSwitch(device.facts) &&
    (offloads === undefined || offloads.includes('tso') || offloads.includes('gro'));
  return {
    name: workload.id,
    flows: valueOf(facts.flows) ?? 1,
    segmentBytes: segments ? (valueOf(device.facts.segment) ?? SEGMENT_BYTES) : undefined,
    workingSetBytes: valueOf(facts.workingSet),
    isSequential: valueOf(facts.access) === 'sequential',
    cacheHitRatio: valueOf(facts.cacheHit) ?? 0,
    workSec: valueOf(facts.work) ?? 1e-3,
    direction: valueOf(facts.direction) ?? 'to-device',
    isTcp: valueOf(facts.protocol) === 'tcp',
    priority: valueOf(facts.priority),
    isPackets: facts.on.state === 'unknown',
  };
}

/** Entries of a ring where nobody says. Source: QEMU's default for virtio. */
const RING = 256;

/** Time is counted in picoseconds: of a shorter burst little would be left. */
const SHORTEST_BURST_SEC = 1e-9;

function sourceOf(
  workload: Workload,
  device: VirtualDeviceInstance,
  operations: readonly Operation[],
  traces: ReadonlyMap<string, Trace>,
): Source | NoPath {
  const { facts } = workload;
  const ring = (valueOf(device.decl.facts.queueSize) ?? RING) * (valueOf(device.decl.facts.queues) ?? 1);
  const depth = valueOf(facts.depth);
  const rate = valueOf(facts.rate);
  const meanBytes =
    operations.reduce((sum, operation) => sum + operation.share * operation.sizeBytes, 0) /
    operations.reduce((sum, operation) => sum + operation.share, 0);
  if (valueOf(facts.arrival) === 'trace') {
    const file = valueOf(facts.trace.file);
    const trace = file === undefined ? undefined : traces.get(file);
    if (trace === undefined) return { reason: `its trace ${file ?? ''} cannot be read`.replace('  ', ' ') };
    return { kind: 'trace', trace, opsPerSec: trace.opsPerSec, limit: 2 * ring };
  }
  if (rate === undefined || rate.word === 'saturate') {
    if (rate === undefined && depth === undefined) return { reason: 'it states neither a "rate" nor a "depth"' };
    return { kind: 'closed', depth: depth ?? ring, thinkSec: valueOf(facts.think) ?? 0 };
  }
  const bitsPerSec = rate.base === 'B/s' ? rate.value * 8 : rate.value;
  const opsPerSec = rate.base === 'op/s' ? rate.value : bitsPerSec / (8 * meanBytes);
  if (!(opsPerSec > 0)) return { reason: 'its rate is zero' };
  const arrival = valueOf(facts.arrival) ?? 'poisson';
  const onSec = valueOf(facts.burst.on) ?? 1e-3;
  const offSec = valueOf(facts.burst.off) ?? 4e-3;
  if (arrival === 'on-off' && !(onSec >= SHORTEST_BURST_SEC))
    return { reason: 'its bursts last no time: write 1 ns or more as "on" of its "burst"' };
  if (arrival === 'on-off' && !(offSec >= 0)) return { reason: 'the pauses between its bursts are less than nothing' };
  return { kind: 'open', arrival: arrival === 'trace' ? 'poisson' : arrival, opsPerSec, onSec, offSec, limit: depth ?? 2 * ring };
}
