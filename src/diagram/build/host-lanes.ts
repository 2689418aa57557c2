import type { Controller } from '../../core/model/controller.js';
import type { Device } from '../../core/model/device.js';
import type { Host } from '../../core/model/host.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { membersOf, type Volume } from '../../core/model/volume.js';
import { type Box, descendants } from './box.js';
import type { BuildContext } from './context.js';
import type { Column, Lane, Picture, Section } from './drawing.js';
import { foldAlike } from './fold-alike.js';
import { guestSummaries } from './guest-summaries.js';
import { type DeviceRow, guestBoxes } from './guests.js';
import { hardwareBoxes } from './hardware.js';
import { hostBox } from './hosts.js';
import { linkMappings } from './mappings.js';
import { linkNetworks, networkBoxes } from './networks.js';
import { controllerBox, depths, linkVirtualLayer, switchBox, volumeBox } from './virtual-layer.js';
import { vlanRows } from './vlans.js';

/** What a view shows of each host. */
export interface Selection {
  readonly virtualDevice: (device: VirtualDevice) => boolean;
  /** Guests without a virtual device that is shown. */
  readonly hasIdleGuests: boolean;
  readonly hasIdleControllers: boolean;
  readonly hasSwitches: boolean;
  readonly hasVlans: boolean;
  readonly hasVolumes: boolean;
  readonly hasNetworks: boolean;
  readonly device: (device: Device) => boolean;
  readonly isTree: boolean;
}

export const COLUMN_WIDTHS = { guests: 426, layer: 204, hardware: 388 } as const;

/**
 * The common arrangement: one band for each host, from guests on the left over the virtualization layer to the hardware on
 * the right, and physical networks outside.
 */
export function hostLanes(context: BuildContext, selection: Selection): Picture {
  const { topology, drawing } = context;
  const parts = topology.hosts.map((host) => partsOf(host, context, selection));
  const outside = selection.hasNetworks ? networkBoxes(context) : [];
  for (const { host, switches, controllers, volumes } of parts) linkVirtualLayer({ ...host, switches, controllers, volumes }, context);
  if (selection.hasNetworks) linkNetworks(context);
  const vlans = selection.hasVlans
    ? vlanRows(
        parts.flatMap((part) => part.rows),
        context,
      )
    : undefined;
  linkMappings(
    parts.flatMap((part) => part.rows),
    context,
    vlans,
  );
  const gone = foldAlike(parts.flatMap(foldable), context);
  const moreGone = context.isAtLeast('alike')
    ? foldAlike(
        parts.map((part) => part.guests),
        context,
        2,
      )
    : new Set<Box>();
  const isLeft = (box: Box) => !gone.has(box) && !moreGone.has(box);
  const depth = Math.max(0, ...parts.map((part) => part.layer.length));
  const columns: Column[] = [
    ...(parts.some((part) => part.guests.length > 0) ? [{ key: 'guests', width: COLUMN_WIDTHS.guests }] : []),
    ...Array.from({ length: depth }, (_, i) => ({ key: `layer${i}`, width: COLUMN_WIDTHS.layer })),
    { key: 'hardware', width: COLUMN_WIDTHS.hardware },
  ];
  const lanes = parts.map((part): Lane => {
    const cells = new Map<string, readonly Section[]>([
      ['guests', [{ heading: 'Guests', boxes: part.guests.filter(isLeft) }]],
      ['hardware', [{ heading: 'Hardware', boxes: part.hardware.filter(isLeft) }]],
      ...part.layer.map((sections, i) => [`layer${i}`, sections] as const),
    ]);
    const sections = columns.map((column) => (cells.get(column.key) ?? []).filter((section) => section.boxes.length > 0));
    for (const { boxes } of sections.flat()) drawing.into(part.frame, ...boxes);
    return { frame: part.frame, cells: sections };
  });
  return { columns, lanes, outside: outside.length === 0 ? [] : [{ heading: 'Networks', boxes: outside }], outlines: [] };
}

interface HostParts {
  readonly host: Host;
  readonly frame: Box;
  readonly guests: readonly Box[];
  readonly rows: readonly DeviceRow[];
  readonly layer: readonly (readonly Section[])[];
  readonly hardware: readonly Box[];
  readonly switches: readonly Switch[];
  readonly controllers: readonly Controller[];
  readonly volumes: readonly Volume[];
}

function partsOf(host: Host, context: BuildContext, selection: Selection): HostParts {
  const frame = hostBox(host, context);
  const shown = host.guests.filter((guest) => selection.hasIdleGuests || guest.devices.some(selection.virtualDevice));
  const guests = context.isAtLeast('guests')
    ? guestSummaries(host, shown, context, selection.virtualDevice)
    : guestBoxes(shown, context, selection.virtualDevice);
  const serving = new Set(
    shown.flatMap((guest) =>
      guest.devices.filter(selection.virtualDevice).flatMap((device) => namedControllers(device).map((r) => r.target)),
    ),
  );
  const switches = selection.hasSwitches ? host.switches : [];
  const controllers = host.controllers.filter((controller) => selection.hasIdleControllers || serving.has(controller));
  const volumes = selection.hasVolumes ? host.volumes : [];
  const layer = layerOf(switches, controllers, volumes, context);
  const hardware = hardwareBoxes(host, context, { isTree: selection.isTree, isDetailed: false, shows: selection.device });
  return { host, frame, guests: guests.boxes, rows: guests.rows, layer, hardware, switches, controllers, volumes };
}

/** Columns of the virtualization layer: what stands on something else of it comes before that. */
function layerOf(switches: readonly Switch[], controllers: readonly Controller[], volumes: readonly Volume[], context: BuildContext) {
  const switchDepths = depths(switches, (entity) => uplinksOf(entity).flatMap((uplink) => uplink.as('switch') ?? []));
  const volumeDepths = depths(volumes, (entity) => membersOf(entity).filter((member): member is Volume => member.kind === 'volume'));
  // Controllers come before volumes, because they serve from them.
  const volumesFrom = controllers.length > 0 ? 1 : 0;
  const columns: Section[][] = [];
  const put = (column: number, section: Section) => {
    while (columns.length <= column) columns.push([]);
    (columns[column] as Section[]).push(section);
  };
  for (const [depth, list] of byDepth(switchDepths))
    put(depth, { heading: 'vSwitches', boxes: list.map((entity) => switchBox(entity, context)) });
  if (controllers.length > 0)
    put(0, { heading: 'Virtual I/O controllers', boxes: controllers.map((entity) => controllerBox(entity, context)) });
  for (const [depth, list] of byDepth(volumeDepths))
    put(depth + volumesFrom, { heading: 'Volumes', boxes: list.map((entity) => volumeBox(entity, context)) });
  return columns;
}

function byDepth<T>(depth: ReadonlyMap<T, number>): [number, T[]][] {
  const lists = new Map<number, T[]>();
  for (const [entity, rank] of depth) lists.set(rank, [...(lists.get(rank) ?? []), entity]);
  return [...lists].sort(([a], [b]) => a - b);
}

/** Lists of hardware in which identical siblings may stand. */
function foldable(part: HostParts): (readonly Box[])[] {
  const inner = part.hardware.flatMap((box) => [...descendants(box)]).map((box) => box.children);
  return [part.hardware, ...inner].filter((list) => list.length > 1).map((list) => [...list]);
}
