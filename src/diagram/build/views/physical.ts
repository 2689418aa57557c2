import { valueOf } from '../../../core/model/fact.js';
import { firstInstance } from '../../../core/model/guest.js';
import type { Host } from '../../../core/model/host.js';
import { assignedTarget, mappingOf } from '../../../core/model/mapping.js';
import { uplinksOf } from '../../../core/model/switch.js';
import { membersOf } from '../../../core/model/volume.js';
import { formatBytesPerSec } from '../../../core/units/format.js';
import { type Box, descendants } from '../box.js';
import type { BuildContext } from '../context.js';
import { cpuRows, hasPins } from '../cpu-rows.js';
import type { Lane, Outline } from '../drawing.js';
import { foldAlike } from '../fold-alike.js';
import { hardwareBoxes } from '../hardware.js';
import { hostBox } from '../hosts.js';
import { iommuOutlines } from '../iommu-outlines.js';
import type { View } from './view.js';

const WIDTH = 920;

/** The machine itself: sockets and who is pinned to them, the PCIe tree with its links and ACS, IOMMU groups. */
export const physicalView: View = {
  name: 'physical',
  title: 'Physical',
  build(context) {
    const outlines: Outline[] = [];
    const lanes = context.topology.hosts.map((host): Lane => {
      const frame = hostBox(host, context);
      let boxes = hardwareBoxes(host, context, { isTree: true, isDetailed: true, shows: () => true });
      addCpus(host, context);
      noteAssignments(host, context);
      noteUsed(host, context);
      // What is in an outline stays as it is, unless there is no room for outlines.
      const own = context.isAtLeast('alike') ? [] : iommuOutlines(host, context, boxes);
      outlines.push(...own);
      const grouped = new Set(own.flatMap((outline) => outline.members));
      const mayFold = (box: Box) => ![...descendants(box)].some((inner) => grouped.has(inner));
      const lists = [boxes, ...boxes.flatMap((box) => [...descendants(box)].map((inner) => inner.children))];
      const gone = foldAlike(
        lists.map((list) => list.filter(mayFold)),
        context,
      );
      boxes = boxes.filter((box) => !gone.has(box));
      context.drawing.into(frame, ...boxes);
      linkSockets(host, context);
      return { frame, cells: [[{ heading: '', boxes }]] };
    });
    return { columns: [{ key: 'hardware', width: WIDTH }], lanes, outside: [], outlines };
  },
};

/** CPUs stand to the left of what is plugged in, where the document pins anything to them. */
function addCpus(host: Host, context: BuildContext): void {
  if (!hasPins(host)) return;
  for (const node of host.numaNodes) {
    const band = context.drawing.boxOf(node);
    const rows = cpuRows(node, context);
    if (band === undefined || rows.length === 0) continue;
    band.isSplit = true;
    context.drawing.into(band, ...rows);
  }
}

/** Guests are not in this view; a function says who has it. */
function noteAssignments(host: Host, context: BuildContext): void {
  for (const guest of host.guests) {
    for (const device of guest.devices) {
      const target = assignedTarget(device);
      const box = target === undefined || target.kind === 'nic-port' ? undefined : context.drawing.boxOf(target);
      if (box === undefined || box.kind === 'host') continue;
      const owner = valueOf(guest.facts.tenant)?.as('tenant')?.id;
      if (owner !== undefined) box.tenants.add(owner);
      const isPool = device.technique?.takes === 'vf' && target?.kind !== 'vf';
      if (!isPool) box.status = box.status === '' ? `→ ${guest.id}/${device.id}` : `→ ${guest.id} and others`;
      box.facts = [...box.facts, `${isPool ? 'VFs for' : 'assigned to'} ${device.path}`];
    }
  }
}

/** What guests, switches and volumes stand on, though none of them is drawn. */
function noteUsed(host: Host, { drawing }: BuildContext): void {
  const targets = [
    ...host.guests.flatMap((guest) => firstInstance(guest).devices.flatMap((device) => mappingOf(device).map((step) => step.to))),
    ...host.switches.flatMap((entity) => uplinksOf(entity).flatMap((uplink) => uplink.target ?? [])),
    ...host.volumes.flatMap(membersOf),
    ...host.controllers.flatMap((entity) => (valueOf(entity.facts.devices) ?? []).flatMap((reference) => reference.target ?? [])),
  ];
  for (const target of new Set(targets)) {
    const box = drawing.boxOf(target);
    if (box !== undefined) drawing.used.add(box);
  }
}

function linkSockets(host: Host, { drawing }: BuildContext): void {
  const { bandwidth } = host.facts.interconnect;
  for (const [i, node] of host.numaNodes.entries()) {
    const next = host.numaNodes[i + 1];
    if (next === undefined) continue;
    const link = drawing.link(drawing.boxOf(node), drawing.boxOf(next), 'interconnect');
    if (link !== undefined && bandwidth.state === 'known') link.label = formatBytesPerSec(bandwidth.value);
  }
}
