import { firstInstance, type Guest } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import { controllersOf, type VirtualDevice } from '../../core/model/virtual-device.js';
import type { Box } from './box.js';
import { type BuildContext, ownerOf } from './context.js';
import { type DeviceRow, type GuestBoxes, techniqueText } from './guests.js';

/** For designs too large to show their guests: those of one tenant on one host as one box, their devices by technique. */
export function guestSummaries(
  host: Host,
  guests: readonly Guest[],
  context: BuildContext,
  shows: (device: VirtualDevice) => boolean,
): GuestBoxes {
  const { drawing } = context;
  const boxes = new Map<string, Box>();
  const techniqueRows = new Map<string, Box>();
  const rows: DeviceRow[] = [];
  for (const guest of guests) {
    const owner = ownerOf(guest);
    const id = `${host.path}#guests-of-${owner ?? ''}`;
    let box = boxes.get(id);
    if (box === undefined) {
      box = drawing.box({
        id,
        path: guest.path,
        kind: 'summary',
        symbol: 'vm',
        form: 'guest',
        label: '',
        sublabel: owner === undefined ? 'no tenant' : context.tenantTitle(owner),
        owner,
        count: 0,
      });
      boxes.set(id, box);
    }
    box.count += guest.count;
    if (guest.path !== box.path) box.covers.push(guest.path);
    for (const device of guest.devices.filter(shows)) {
      const technique = techniqueText(device) ?? 'no technique';
      const rowId = `${id}/${technique}`;
      let row = techniqueRows.get(rowId);
      if (row === undefined) {
        row = drawing.box({
          id: rowId,
          path: device.path,
          kind: 'virtual-device',
          symbol: 'other',
          form: 'row',
          label: technique,
          owner,
          count: 0,
        });
        techniqueRows.set(rowId, row);
        drawing.into(box, row);
      }
      row.count += guest.count;
      const instance = firstInstance(guest).devices[guest.devices.indexOf(device)];
      if (instance === undefined) continue;
      // A thread of its own is part of the guest here.
      for (const controller of controllersOf(instance)) if (controller.isImplied) drawing.stands(row, controller);
      rows.push({ row, instance, guest, first: 0, count: guest.count });
    }
  }
  for (const box of boxes.values()) {
    box.label = box.count === 1 ? '1 guest' : `${box.count} guests`;
    for (const row of box.children) row.sublabel = row.count === 1 ? '1 device' : `${row.count} devices`;
    for (const counted of [box, ...box.children]) counted.count = 1;
  }
  return { boxes: [...boxes.values()], rows };
}
