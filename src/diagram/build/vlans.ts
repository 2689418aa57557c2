import { valueOf } from '../../core/model/fact.js';
import type { MappingNode } from '../../core/model/mapping.js';
import type { Switch } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Box } from './box.js';
import type { BuildContext } from './context.js';
import type { DeviceRow } from './guests.js';

/** Where a virtual device enters what it is mapped to, if that is a part of it. */
export type Entrance = (device: VirtualDevice, target: MappingNode) => Box | undefined;

/** Gives every switch a row for each VLAN that virtual devices use on it. */
export function vlanRows(rows: readonly DeviceRow[], context: BuildContext): Entrance {
  const { drawing } = context;
  const entrances = new Map<string, Box>();
  for (const { instance, count } of rows) {
    const entity = valueOf(instance.decl.facts.connect)?.as('switch');
    const card = entity === undefined ? undefined : drawing.boxOf(entity);
    if (entity === undefined || card?.kind !== 'switch') continue;
    const key = keyOf(entity, instance.decl);
    let row = entrances.get(key);
    if (row === undefined) {
      row = drawing.box({
        id: key,
        path: entity.path,
        kind: 'vlan',
        symbol: 'network',
        form: 'row',
        label: wordsOf(instance.decl),
        count: 0,
      });
      entrances.set(key, row);
      drawing.into(card, row);
    }
    row.count += count;
  }
  for (const row of entrances.values()) {
    row.sublabel = row.count === 1 ? '1 port' : `${row.count} ports`;
    row.count = 1;
  }
  return (device, target) => (target.kind === 'switch' ? entrances.get(keyOf(target, device)) : undefined);
}

function keyOf(entity: Switch, device: VirtualDevice): string {
  return `${entity.path}#${wordsOf(device).replaceAll(' ', '-').toLowerCase()}`;
}

function wordsOf(device: VirtualDevice): string {
  const { vlan, trunks, portMode } = device.facts;
  const mode = valueOf(portMode) ?? 'access';
  const tags = valueOf(trunks) ?? [];
  if (tags.length > 0 || mode !== 'access')
    return tags.length === 0 ? 'Trunk, all VLANs' : `Trunk ${tags.slice(0, 6).join(',')}${tags.length > 6 ? '…' : ''}`;
  const tag = valueOf(vlan);
  return tag === undefined || tag === 0 ? 'Untagged' : `VLAN ${tag}`;
}
