import type { Topology } from '../../core/model/topology.js';
import type { SyntaxNode } from '../../core/text/tree.js';

interface Stated {
  readonly devices: ReadonlySet<string>;
  readonly guests: ReadonlySet<string>;
}

const statedIn = new WeakMap<Topology, Stated>();

/**
 * Keys that some virtual device or some guest of a design has, templates included. A rule about a key that nobody writes has
 * nothing to look for; most designs use a few of the many keys there are.
 */
function stated(topology: Topology): Stated {
  let known = statedIn.get(topology);
  if (known === undefined) {
    const devices = new Set<string>();
    const guests = new Set<string>();
    for (const device of topology.virtualDevices) addKeys(devices, device.node);
    for (const host of topology.hosts) for (const guest of host.guests) addKeys(guests, guest.node);
    known = { devices, guests };
    statedIn.set(topology, known);
  }
  return known;
}

function addKeys(keys: Set<string>, node: SyntaxNode | undefined): void {
  if (node?.type !== 'object') return;
  for (const { key } of node.properties) keys.add(key);
}

export function noDeviceStates(topology: Topology, ...keys: readonly string[]): boolean {
  const { devices } = stated(topology);
  return !keys.some((key) => devices.has(key));
}

export function noGuestStates(topology: Topology, ...keys: readonly string[]): boolean {
  const { guests } = stated(topology);
  return !keys.some((key) => guests.has(key));
}
