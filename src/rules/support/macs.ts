import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { nicSetting } from './l2.js';

/** As it is compared: lower case, colons. */
export function normalMac(text: string): string {
  return text.trim().toLowerCase().replace(/-/g, ':');
}

/** Addresses of VRRP and CARP routers: several have one on purpose. */
export function isVirtualMac(mac: string): boolean {
  return /^00:00:5e:00:0[12]:/.test(mac);
}

const takenMacs = new WeakMap<Topology, ReadonlySet<string>>();

function takenIn(topology: Topology): ReadonlySet<string> {
  let taken = takenMacs.get(topology);
  if (taken === undefined) {
    taken = new Set(topology.virtualDevices.flatMap((each) => valueOf(nicSetting(each, 'mac')) ?? []).map(normalMac));
    takenMacs.set(topology, taken);
  }
  return taken;
}

/**
 * A locally administered address (prefix 52:54:00, as KVM has them) that the design does not have yet. Made of the name, so
 * that the same device is always offered the same.
 */
export function freshMac(topology: Topology, device: VirtualDevice): string {
  const taken = takenIn(topology);
  let hash = 0x811c9dc5;
  for (const char of device.path) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  for (let i = 0; ; i++) {
    const n = (hash + i) & 0xffffff;
    const mac = `52:54:00:${[16, 8, 0].map((shift) => ((n >> shift) & 0xff).toString(16).padStart(2, '0')).join(':')}`;
    if (!taken.has(mac)) return mac;
  }
}
