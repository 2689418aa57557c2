import type { NicPort } from '../../core/model/device.js';
import type { Network } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDeviceInstance } from '../../core/model/virtual-device.js';

/** Where frames pass on layer 2. A NIC port stands for its wire and for the switch inside the NIC. */
export type Hop = Switch | NicPort | Network;

/** Where a virtual device touches the network. */
export interface Attachment {
  readonly hop: Hop;
  /** The function it has for itself; none for a device that the host serves. */
  readonly fn: PhysicalFunction | VirtualFunction | undefined;
}

/** Undefined for a device that is connected to nothing. */
export function attachmentOf(instance: VirtualDeviceInstance): Attachment | undefined {
  const { facts } = instance.decl;
  if (instance.vf !== undefined) {
    const port = instance.vf.fn.port;
    return port === undefined ? undefined : { hop: port, fn: instance.vf };
  }
  const connect = valueOf(facts.connect)?.as('switch', 'nic-port', 'device', 'network');
  if (connect?.kind === 'device') {
    const port = connect.ports[0];
    return port === undefined ? undefined : { hop: port, fn: undefined };
  }
  if (connect !== undefined) return { hop: connect, fn: undefined };
  const from = valueOf(facts.from)?.as('nic-port', 'function', 'device');
  const fn = from?.kind === 'function' ? from : from?.kind === 'nic-port' ? from.fn : from?.functions[0];
  return fn?.port === undefined ? undefined : { hop: fn.port, fn };
}

/** The layer-2 neighbourhood of a design; built once for a topology. */
export class Layer2 {
  readonly #neighbours = new Map<Hop, Set<Hop>>();

  constructor(topology: Topology) {
    for (const entity of topology.hosts.flatMap((host) => host.switches)) {
      for (const uplink of uplinksOf(entity)) {
        const target = uplink.as('nic-port', 'function', 'vf', 'device', 'switch');
        const port =
          target?.kind === 'function'
            ? target.port
            : target?.kind === 'vf'
              ? target.fn.port
              : target?.kind === 'device'
                ? target.ports[0]
                : target;
        if (port !== undefined) this.#join(entity, port);
      }
    }
    for (const network of topology.networks) {
      for (const uplink of valueOf(network.facts.uplinks) ?? []) {
        const target = uplink.as('nic-port', 'device');
        const port = target?.kind === 'device' ? target.ports[0] : target;
        if (port !== undefined) this.#join(network, port);
      }
    }
  }

  #join(a: Hop, b: Hop): void {
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const) {
      const set = this.#neighbours.get(x) ?? new Set();
      this.#neighbours.set(x, set.add(y));
    }
  }

  /** The vSwitch that has a port as its uplink. */
  switchOf(port: NicPort): Switch | undefined {
    for (const hop of this.#neighbours.get(port) ?? []) if (hop.kind === 'switch') return hop;
    return undefined;
  }

  /** Hops of a shortest path, both ends included; undefined if there is none. Among equals the one declared first. */
  path(from: Hop, to: Hop): Hop[] | undefined {
    if (from === to) return [from];
    const before = new Map<Hop, Hop>();
    const queue: Hop[] = [from];
    for (const hop of queue) {
      for (const next of this.#neighbours.get(hop) ?? []) {
        if (next === from || before.has(next)) continue;
        before.set(next, hop);
        if (next === to) return unwind(before, from, to);
        queue.push(next);
      }
    }
    return undefined;
  }
}

function unwind(before: ReadonlyMap<Hop, Hop>, from: Hop, to: Hop): Hop[] {
  const path: Hop[] = [to];
  for (let at: Hop = to; at !== from; ) {
    at = before.get(at) as Hop;
    path.unshift(at);
  }
  return path;
}
