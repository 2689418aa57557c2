import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import type { GroupMember } from '../../core/model/iommu-groups.js';
import { portAcs } from '../../core/model/iommu-groups.js';
import { type PciePort, portsAbove } from '../../core/model/pcie.js';
import type { Remedy } from './cause.js';

/** Moving a card to a free slot all of whose ports keep apart what lies below them. Its address changes with the slot. */
export function moveRemedies(target: GroupMember | Device): Remedy[] {
  if (target.kind === 'pcie-port') return [];
  const device = target.kind === 'device' ? target : target.device;
  const slot = freeSlot(device);
  if (slot === undefined) return [];
  const address = device.facts.bdf.state === 'known' ? [{ entity: device, keys: ['bdf'], value: undefined }] : [];
  return [{ title: `move ${device.path} to ${slot.path}`, changes: [{ entity: device, keys: ['at'], value: slot.id }, ...address] }];
}

const given = new WeakMap<Host, Map<Device, PciePort | undefined>>();

/** A slot that is free and that no other card was told to move to. */
function freeSlot(device: Device): PciePort | undefined {
  const { host } = device;
  const slots = given.get(host) ?? new Map<Device, PciePort | undefined>();
  given.set(host, slots);
  if (!slots.has(device)) {
    const taken = new Set<unknown>([...host.devices, ...host.ports].map(({ facts }) => valueOf(facts.at)?.target));
    for (const slot of slots.values()) taken.add(slot);
    slots.set(
      device,
      host.ports.find((port) => {
        const kind = valueOf(port.facts.kind);
        if (taken.has(port) || (kind !== 'root-port' && kind !== 'switch-downstream')) return false;
        return [port, ...portsAbove(port)].every((each) => portAcs(each) === true);
      }),
    );
  }
  return slots.get(device);
}
