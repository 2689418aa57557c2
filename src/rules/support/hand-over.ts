import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Guest } from '../../core/model/guest.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { fixOf, ownText, setting } from './text.js';

/** The offers to give two devices that cannot be kept apart to one guest: to that of the first, or to that of the second. */
export function toOneGuest(a: VirtualDevice, b: VirtualDevice): Fix[] {
  return [...handOver(b, a.guest), ...handOver(a, b.guest)];
}

/** The offer to move a virtual device into another guest of its host. Copies of a guest cannot have one device together. */
function handOver(device: VirtualDevice, guest: Guest): Fix[] {
  const text = ownText(device);
  if (text === undefined || device.guest === guest || device.guest.host !== guest.host) return [];
  if (guest.count > 1 || device.guest.count > 1) return [];
  const taken = new Set(guest.devices.map(({ id }) => id));
  let { id }: { id: string } = device;
  for (let n = 2; taken.has(id); n++) id = `${device.id}-${n}`;
  return fixOf(
    'Give {device} to {guest}',
    { device: device.path, guest: guest.path },
    setting(device.guest, ['devices', device.id], undefined),
    setting(guest, ['devices', id], text.value),
  );
}
