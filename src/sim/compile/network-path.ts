import type { NicPort } from '../../core/model/device.js';
import type { Network } from '../../core/model/document.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Switch } from '../../core/model/switch.js';
import { TUNNEL_BYTES } from '../../core/model/tunnel-bytes.js';
import type { VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { techniques } from '../../techniques/index.js';
import { delay, hostKernel, work } from '../../techniques/path/cpu.js';
import { HOST_STACK, hostReceives, hostSends } from '../../techniques/path/host-stack.js';
import type { Stage, Thread, User } from '../../techniques/stage.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { optionTerms } from '../../techniques/switches/options.js';
import type { SwitchKind } from '../../techniques/switches/switch-kind.js';
import type { PathContext } from '../../techniques/technique.js';
import { inFrames, largestFrame, withOuterHeader } from './frames.js';
import { minRateShare } from './hardware/min-rate.js';
import { deliverFrame, fetchFrame, hairpin, networkHop, vfRateLimit, vport, wire } from './hardware/nic.js';
import { scheduling } from './hardware/traffic-classes.js';
import { type Attachment, attachmentOf, type Hop, type Layer2 } from './route.js';
import { limitStages } from './shaper.js';

/** One end of a flow: a virtual device, or a network outside. */
export type Endpoint = { readonly kind: 'device'; readonly context: PathContext } | { readonly kind: 'network'; readonly network: Network };

/** Why a flow cannot be simulated, in words for its author. */
export interface NoPath {
  readonly reason: string;
}

/** What a path needs to know to say what is special about it. */
export interface Notable {
  /** The largest packet that takes it. */
  readonly largestBytes: number;
  /** What the author should know of how the path is simulated, one sentence each; paths add theirs. */
  readonly remarks: Set<string>;
}

/**
 * The stages of a packet from one end to the other: out of the guest, through switches, NICs, wires and networks, into the
 * guest.
 *
 * @param context of either end; cost model and load are the same for both.
 */
export function networkPath(
  layer2: Layer2,
  from: Endpoint,
  to: Endpoint,
  context: PathContext,
  { largestBytes, remarks }: Notable,
): Stage[] | NoPath {
  const source = isHost(from) ? besideHost(layer2, from, to) : endOf(from);
  const target = isHost(to) ? besideHost(layer2, to, from) : endOf(to);
  if ('reason' in source) return source;
  if ('reason' in target) return target;
  const hops = layer2.path(source.hop, target.hop);
  if (hops === undefined) return { reason: `nothing connects ${source.hop.path} with ${target.hop.path}` };
  const largest = largestFrame([...hops, ...[from, to].flatMap((end) => (end.kind === 'device' ? [end.context.instance.decl] : []))]);
  if (context.load.segmentBytes === undefined && largestBytes > largest)
    remarks.add(`Its packets of ${largestBytes} B are larger than the frames of the way (${largest} B); they are not split.`);
  const walk = new Walk(context, source.fn, target.fn, remarks, largest);
  walk.leave(from, source.hop);
  hops.forEach((hop, i) => {
    walk.pass(hop, hops[i - 1], hops[i + 1], from, to, tunnelAt(hops, i, from, to));
  });
  walk.arrive(to, target.hop);
  return walk.stages;
}

function isHost(end: Endpoint): boolean {
  return end.kind === 'device' && end.context.instance.decl.technique?.name === HOST_STACK;
}

/** The host is on every kernel switch and port of its own; packets meet it at the first they come to. */
function besideHost(layer2: Layer2, end: Endpoint, other: Endpoint): Attachment | NoPath {
  if (end.kind === 'network' || isHost(other)) return { reason: 'both of its ends are hosts' };
  const { host } = end.context.instance.decl.guest;
  const far = endOf(other);
  if ('reason' in far) return far;
  const ports = host.devices.flatMap((device) => device.ports);
  const near = [...host.switches.filter((entity) => kindOf(entity).runsIn !== 'nic'), ...ports]
    .map((hop) => ({ hop, distance: layer2.path(far.hop, hop)?.length ?? Number.POSITIVE_INFINITY }))
    // A port that has a switch belongs to it.
    .filter(({ hop, distance }) => Number.isFinite(distance) && !(hop.kind === 'nic-port' && layer2.switchOf(hop) !== undefined))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined ? { reason: `nothing connects ${far.hop.path} with ${host.path}` } : { hop: near.hop, fn: undefined };
}

function endOf(end: Endpoint): Attachment | NoPath {
  if (end.kind === 'network') return { hop: end.network, fn: undefined };
  const { instance } = end.context;
  const technique = techniques.get(instance.decl.technique?.name ?? '');
  if (technique === undefined) return { reason: `${instance.path} has no technique` };
  if (technique.network === undefined) return { reason: `${instance.path} carries no packets (${technique.title})` };
  if (technique.takes === 'vf' && instance.vf === undefined) return { reason: `no virtual function is left for ${instance.path}` };
  return attachmentOf(instance) ?? { reason: `${instance.path} is connected to nothing` };
}

/** Collects stages on the way and remembers which thread carries the packet. */
class Walk {
  readonly stages: Stage[] = [];
  #carrier: Thread | undefined;
  /** Receive queues of the port by which the packet came into a polling switch. */
  #queues: number | undefined;

  constructor(
    private readonly context: PathContext,
    private readonly sourceFn: PhysicalFunction | VirtualFunction | undefined,
    private readonly targetFn: PhysicalFunction | VirtualFunction | undefined,
    private readonly remarks: Set<string>,
    private readonly largest: number,
  ) {}

  leave(from: Endpoint, hop: Hop): void {
    if (from.kind === 'network') return;
    const { instance } = from.context;
    if (isHost(from)) {
      this.#add(hostSends(from.context, hop.kind === 'nic-port'));
      return;
    }
    this.#queues = statedCount(instance.decl.facts.queues);
    const stages = techniques.get(instance.decl.technique?.name ?? '')?.network?.transmit(from.context) ?? [];
    // A limit acts where the back end or the NIC takes the packet from the guest: behind the guest's own driver.
    this.#add(
      stages.slice(0, 1),
      limitStages(instance, 'transmit'),
      withRings(stages.slice(1), ringsOf(instance), ({ role }) => role !== 'vcpu'),
    );
  }

  arrive(to: Endpoint, hop: Hop): void {
    if (to.kind === 'network') return;
    const { instance } = to.context;
    if (isHost(to)) {
      // A program in the driver drops what is for the host; nothing of its stack is reached.
      const isDropped = hop.kind === 'switch' && hop.switchKind === 'xdp';
      if (!isDropped)
        this.#add(hostReceives(to.context, hop.kind === 'nic-port', this.#currentCarrier(hop.kind === 'switch' ? hop : undefined)));
      return;
    }
    const stages = techniques.get(instance.decl.technique?.name ?? '')?.network?.receive(to.context) ?? [];
    this.#add(
      limitStages(instance, 'receive'),
      withRings(stages, ringsOf(instance), ({ role }) => role === 'vcpu'),
    );
  }

  pass(hop: Hop, before: Hop | undefined, after: Hop | undefined, from: Endpoint, to: Endpoint, tunnel: Tunnel): void {
    switch (hop.kind) {
      case 'switch':
        this.#switch(hop, before, after, from, to, tunnel);
        break;
      case 'nic-port':
        this.#port(hop, before, after, from, to, tunnel);
        break;
      case 'network':
        this.#add(networkHop(hop));
    }
  }

  #switch(entity: Switch, before: Hop | undefined, after: Hop | undefined, from: Endpoint, to: Endpoint, { inMemory }: Tunnel): void {
    const kind = kindOf(entity);
    if (before?.kind === 'nic-port') this.#queues = statedCount(entity.facts.rxQueues);
    if (before?.kind === 'nic-port')
      this.#add(
        kind.runsIn === 'nic' ? [] : this.#framed(this.#deliver(before, kind.runsIn === 'user-space'), inMemory),
        withRings(
          kind.uplinkReceive(this.context, entity),
          { entries: valueOf(entity.facts.ringSize) ?? NIC_RING, ...queuesOf(entity.facts.rxQueues) },
          () => true,
        ),
      );
    const endsHere = (after === undefined && isHost(to)) || (before === undefined && isHost(from));
    const isRouted = entity.switchKind === 'xdp' || entity.switchKind === 'linux-router';
    // What is for the host itself, or comes from it, is not forwarded; on a bridge it passes as any other.
    if (!(endsHere && isRouted)) this.#add(kind.forward(this.context, entity, this.#currentCarrier(entity)));
    else if (entity.switchKind === 'linux-router')
      this.#add([work(this.context, this.#currentCarrier(entity), 'firewall', optionTerms(this.context, entity, 'kernel'))]);
    if (after?.kind === 'nic-port')
      this.#add(
        kind.uplinkTransmit(this.context, entity, this.#currentCarrier(entity)),
        kind.runsIn === 'nic' ? [] : this.#framed(this.#fetch(after, kind.runsIn === 'user-space'), inMemory),
      );
  }

  #port(port: NicPort, before: Hop | undefined, after: Hop | undefined, from: Endpoint, to: Endpoint, { onWire }: Tunnel): void {
    const isFromHost = before?.kind !== 'network';
    const isToHost = after?.kind !== 'network';
    if (before === undefined) this.#add(this.#framed(this.#enterFromGuest(port, from), 0));
    if (isFromHost && isToHost) this.#add([delay(this.context, 'e-switch', 'eswitch.latency'), ...hairpin(port.device)]);
    if (before?.kind === 'network') this.#add(this.#framed(wire(port, 'rx', this.#vport(this.targetFn ?? port.fn, to), before), onWire));
    if (after?.kind === 'network') {
      const user = this.#vport(before === undefined ? (this.sourceFn ?? port.fn) : port.fn, from);
      if (scheduling(port, user).isApproximate)
        this.remarks.add(
          `${port.path} has several ETS classes behind strict ones: among themselves they take what they can, not by bandwidth.`,
        );
      this.#add(this.#framed(wire(port, 'tx', user, after), onWire));
    }
    if (after === undefined) this.#add(this.#framed(this.#leaveToGuest(port, to), 0));
  }

  /** As frames: with the headers of a tunnel around them, and cut where segmentation is left to the NIC. */
  #framed(stages: readonly Stage[], tunnelBytes: number): Stage[] {
    const outer = withOuterHeader(stages, tunnelBytes);
    return this.context.load.segmentBytes === undefined ? outer : inFrames(outer, this.largest);
  }

  /** From a guest straight into a port: by a function of its own, or through the driver of the host (macvtap). */
  #enterFromGuest(port: NicPort, from: Endpoint): Stage[] {
    if (from.kind === 'network') return [];
    const { instance } = from.context;
    if (this.sourceFn !== undefined) {
      const maxRate =
        valueOf(instance.decl.facts.maxRate) ?? (this.sourceFn.kind === 'vf' ? valueOf(this.sourceFn.facts.maxRate) : undefined);
      return [...vfRateLimit(this.sourceFn.path, maxRate), ...fetchFrame(from.context, this.sourceFn, isPollMode(from))];
    }
    // Stacked on the port by the host (macvtap, macvlan): the technique has brought it to the driver.
    return this.#fetch(port, false);
  }

  #leaveToGuest(port: NicPort, to: Endpoint): Stage[] {
    if (to.kind === 'network') return [];
    if (this.targetFn !== undefined) return deliverFrame(to.context, this.targetFn, isPollMode(to));
    return this.#deliver(port, false);
  }

  /** The host's own function of a port takes a frame from memory, or puts one there. */
  #fetch(port: NicPort, isPolled: boolean): Stage[] {
    return port.fn === undefined ? [] : fetchFrame(this.context, port.fn, isPolled);
  }

  #deliver(port: NicPort, isPolled: boolean): Stage[] {
    return port.fn === undefined ? [] : deliverFrame(this.context, port.fn, isPolled);
  }

  #vport(fn: PhysicalFunction | VirtualFunction | undefined, end: Endpoint): User {
    const facts = end.kind === 'device' ? end.context.instance.decl.facts : undefined;
    const stated = facts === undefined ? 1 : (valueOf(facts.weight) ?? 1);
    const share = end.kind === 'device' && fn?.kind === 'vf' ? minRateShare(this.context.topology, end.context.instance.decl) : undefined;
    const weight = share ?? stated;
    const priority = this.context.load.priority ?? (facts === undefined ? 0 : (valueOf(facts.priority) ?? 0));
    return fn === undefined ? { id: 'wire', weight, priority } : vport(fn, weight, priority);
  }

  /** The thread that last touched the packet; kernel switches work in its context. */
  #currentCarrier(entity: Switch | undefined): Thread {
    const host = entity?.host ?? this.context.instance.decl.guest.host;
    return this.#carrier ?? hostKernel(host, entity?.path ?? host.path, undefined);
  }

  #add(...lists: readonly (readonly Stage[])[]): void {
    for (const stage of lists.flat()) {
      const isPolled = stage.thread?.role === 'poll' && stage.thread.isHashed === true;
      this.stages.push(isPolled && this.#queues !== undefined ? { ...stage, queues: this.#queues } : stage);
      if (stage.thread !== undefined) this.#carrier = stage.thread;
    }
  }
}

/** Bytes that a tunnel adds to a frame: between memory and the NIC, and on the wire. */
interface Tunnel {
  readonly inMemory: number;
  readonly onWire: number;
}

/**
 * A switch with a tunnel wraps what it sends to its uplink, through further switches up to the wire, and unwraps what comes
 * from there. Where its flows are in the NIC, the frame is wrapped behind PCIe.
 */
function tunnelAt(hops: readonly Hop[], at: number, from: Endpoint, to: Endpoint): Tunnel {
  const network = (hop: Hop) => hop.kind === 'network';
  const first = hops.slice(0, at).findLastIndex(network) + 1;
  const next = hops.findIndex((hop, i) => i > at && network(hop));
  const inside = hops.slice(first, next < 0 ? hops.length : next);
  // Within a host, between two guests, nothing is wrapped.
  if (inside.length === hops.length) return { inMemory: 0, onWire: 0 };
  const represented = [...(first === 0 && from.kind === 'device' ? [from] : []), ...(next < 0 && to.kind === 'device' ? [to] : [])].flatMap(
    ({ context }) => valueOf(context.instance.decl.facts.connect)?.as('switch') ?? [],
  );
  const bytes = (entity: Switch) => TUNNEL_BYTES[valueOf(entity.facts.tunnel) ?? 'none'] ?? 0;
  const passed = inside.filter((hop) => hop.kind === 'switch');
  return {
    inMemory: Math.max(0, ...passed.filter((entity) => kindOf(entity).runsIn !== 'nic').map(bytes)),
    onWire: Math.max(0, ...[...passed, ...represented].map(bytes)),
  };
}

/** Receive ring of a NIC where nobody says: the usual default of server drivers, as `ringSize` of a switch states it. */
const NIC_RING = 1024;
/** Entries of a virtqueue where nobody says. Source: QEMU's default for virtio. */
const VIRTQUEUE = 256;

function ringsOf({ decl }: VirtualDeviceInstance): Rings {
  return { entries: valueOf(decl.facts.queueSize) ?? VIRTQUEUE, ...queuesOf(decl.facts.queues) };
}

type Rings = NonNullable<Stage['rings']>;

function queuesOf(count: Fact<number>): { queues?: number } {
  const queues = statedCount(count);
  return queues === undefined ? {} : { queues };
}

/** Packets wait in a ring for the first thread that takes them. */
function withRings(stages: readonly Stage[], rings: Rings, takes: (thread: Thread) => boolean): Stage[] {
  const at = stages.findIndex(({ thread }) => thread !== undefined && takes(thread));
  return stages.map((stage, i) => (i === at ? { ...stage, rings } : stage));
}

function kindOf(entity: Switch): SwitchKind {
  return switchKinds.get(entity.switchKind ?? '') ?? (switchKinds.get('linux-bridge') as SwitchKind);
}

/** Queues where the document says how many; else there is one for each core. */
function statedCount(count: Fact<number>): number | undefined {
  return count.state === 'known' ? Math.max(1, count.value) : undefined;
}

function isPollMode(end: Endpoint): boolean {
  return end.kind === 'device' && valueOf(end.context.instance.decl.facts.driver) === 'poll-mode';
}
