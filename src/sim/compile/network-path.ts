import type { NicPort } from '../../core/model/device.js';
import type { Network } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Switch } from '../../core/model/switch.js';
import { techniques } from '../../techniques/index.js';
import { delay, hostKernel, work } from '../../techniques/path/cpu.js';
import { HOST_STACK, hostReceives, hostSends } from '../../techniques/path/host-stack.js';
import type { Stage, Thread, User } from '../../techniques/stage.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { optionTerms } from '../../techniques/switches/options.js';
import type { SwitchKind } from '../../techniques/switches/switch-kind.js';
import type { PathContext } from '../../techniques/technique.js';
import { minRateShare } from './hardware/min-rate.js';
import { deliverFrame, fetchFrame, hairpin, networkHop, vfRateLimit, vport, wire } from './hardware/nic.js';
import { type Attachment, attachmentOf, type Hop, type Layer2 } from './route.js';
import { limitStages } from './shaper.js';

/** One end of a flow: a virtual device, or a network outside. */
export type Endpoint = { readonly kind: 'device'; readonly context: PathContext } | { readonly kind: 'network'; readonly network: Network };

/** Why a flow cannot be simulated, in words for its author. */
export interface NoPath {
  readonly reason: string;
}

/**
 * The stages of a packet from one end to the other: out of the guest, through switches, NICs, wires and networks, into the
 * guest.
 *
 * @param context of either end; cost model and load are the same for both.
 */
export function networkPath(layer2: Layer2, from: Endpoint, to: Endpoint, context: PathContext): Stage[] | NoPath {
  const source = isHost(from) ? besideHost(layer2, from, to) : endOf(from);
  const target = isHost(to) ? besideHost(layer2, to, from) : endOf(to);
  if ('reason' in source) return source;
  if ('reason' in target) return target;
  const hops = layer2.path(source.hop, target.hop);
  if (hops === undefined) return { reason: `nothing connects ${source.hop.path} with ${target.hop.path}` };
  const walk = new Walk(context, source.fn, target.fn);
  walk.leave(from, source.hop);
  hops.forEach((hop, i) => {
    walk.pass(hop, hops[i - 1], hops[i + 1], from, to);
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

  constructor(
    private readonly context: PathContext,
    private readonly sourceFn: PhysicalFunction | VirtualFunction | undefined,
    private readonly targetFn: PhysicalFunction | VirtualFunction | undefined,
  ) {}

  leave(from: Endpoint, hop: Hop): void {
    if (from.kind === 'network') return;
    const { instance } = from.context;
    if (isHost(from)) {
      this.#add(hostSends(from.context, hop.kind === 'nic-port'));
      return;
    }
    const stages = techniques.get(instance.decl.technique?.name ?? '')?.network?.transmit(from.context) ?? [];
    // A limit acts where the back end or the NIC takes the packet from the guest: behind the guest's own driver.
    this.#add(stages.slice(0, 1), limitStages(instance, 'transmit'), stages.slice(1));
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
    this.#add(limitStages(instance, 'receive'), techniques.get(instance.decl.technique?.name ?? '')?.network?.receive(to.context) ?? []);
  }

  pass(hop: Hop, before: Hop | undefined, after: Hop | undefined, from: Endpoint, to: Endpoint): void {
    switch (hop.kind) {
      case 'switch':
        this.#switch(hop, before, after, from, to);
        break;
      case 'nic-port':
        this.#port(hop, before, after, from, to);
        break;
      case 'network':
        this.#add(networkHop(hop));
    }
  }

  #switch(entity: Switch, before: Hop | undefined, after: Hop | undefined, from: Endpoint, to: Endpoint): void {
    const kind = kindOf(entity);
    if (before?.kind === 'nic-port')
      this.#add(kind.runsIn === 'nic' ? [] : this.#deliver(before, kind.runsIn === 'user-space'), kind.uplinkReceive(this.context, entity));
    const endsHere = (after === undefined && isHost(to)) || (before === undefined && isHost(from));
    const isRouted = entity.switchKind === 'xdp' || entity.switchKind === 'linux-router';
    // What is for the host itself, or comes from it, is not forwarded; on a bridge it passes as any other.
    if (!(endsHere && isRouted)) this.#add(kind.forward(this.context, entity, this.#currentCarrier(entity)));
    else if (entity.switchKind === 'linux-router')
      this.#add([work(this.context, this.#currentCarrier(entity), 'firewall', optionTerms(this.context, entity, 'kernel'))]);
    if (after?.kind === 'nic-port')
      this.#add(
        kind.uplinkTransmit(this.context, entity, this.#currentCarrier(entity)),
        kind.runsIn === 'nic' ? [] : this.#fetch(after, kind.runsIn === 'user-space'),
      );
  }

  #port(port: NicPort, before: Hop | undefined, after: Hop | undefined, from: Endpoint, to: Endpoint): void {
    const isFromHost = before?.kind !== 'network';
    const isToHost = after?.kind !== 'network';
    if (before === undefined) this.#add(this.#enterFromGuest(port, from));
    if (isFromHost && isToHost) this.#add([delay(this.context, 'e-switch', 'eswitch.latency'), ...hairpin(port.device)]);
    if (before?.kind === 'network') this.#add(wire(port, 'rx', this.#vport(this.targetFn ?? port.fn, to), before));
    if (after?.kind === 'network')
      this.#add(wire(port, 'tx', this.#vport(before === undefined ? (this.sourceFn ?? port.fn) : port.fn, from), after));
    if (after === undefined) this.#add(this.#leaveToGuest(port, to));
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
    const priority = facts === undefined ? 0 : (valueOf(facts.priority) ?? 0);
    return fn === undefined ? { id: 'wire', weight, priority } : vport(fn, weight, priority);
  }

  /** The thread that last touched the packet; kernel switches work in its context. */
  #currentCarrier(entity: Switch | undefined): Thread {
    const host = entity?.host ?? this.context.instance.decl.guest.host;
    return this.#carrier ?? hostKernel(host, entity?.path ?? host.path, undefined);
  }

  #add(...lists: readonly (readonly Stage[])[]): void {
    for (const stage of lists.flat()) {
      this.stages.push(stage);
      if (stage.thread !== undefined) this.#carrier = stage.thread;
    }
  }
}

function kindOf(entity: Switch): SwitchKind {
  return switchKinds.get(entity.switchKind ?? '') ?? (switchKinds.get('linux-bridge') as SwitchKind);
}

function isPollMode(end: Endpoint): boolean {
  return end.kind === 'device' && valueOf(end.context.instance.decl.facts.driver) === 'poll-mode';
}
