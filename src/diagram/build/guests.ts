import { valueOf } from '../../core/model/fact.js';
import { firstInstance, type Guest, type GuestInstance, instances } from '../../core/model/guest.js';
import { assignedTarget } from '../../core/model/mapping.js';
import { controllersOf, type VirtualDevice, type VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { child } from '../../core/text/tree.js';
import { formatBytes } from '../../core/units/format.js';
import { controllerKinds } from '../../techniques/controllers/index.js';
import { techniques } from '../../techniques/index.js';
import type { SymbolName } from '../scene.js';
import type { Box } from './box.js';
import { type BuildContext, ownerOf } from './context.js';
import { deviceSymbols } from './device.js';
import { factLines } from './fact-lines.js';

/** Copies of one guest that are shown one by one at most; the rest stays one row. */
const MAX_UNFOLDED = 1000;

/** A row that stands for a virtual device in one copy of its guest, or in all of them. */
export interface DeviceRow {
  readonly row: Box;
  readonly instance: VirtualDeviceInstance;
  /** The copies behind the row where there are several. */
  readonly guest: Guest;
  readonly first: number;
  readonly count: number;
}

export interface GuestBoxes {
  readonly boxes: readonly Box[];
  readonly rows: readonly DeviceRow[];
}

/** The guests of a host, each with the virtual devices that a view shows and the threads it brings along. */
export function guestBoxes(guests: readonly Guest[], context: BuildContext, shows: (device: VirtualDevice) => boolean): GuestBoxes {
  const boxes: Box[] = [];
  const rows: DeviceRow[] = [];
  for (const guest of guests) {
    const isUnfolded = guest.count > 1 && context.isUnfolded(guest.path);
    const single = isUnfolded ? Math.min(guest.count, MAX_UNFOLDED) : 0;
    for (let i = 0; i < single; i++) boxes.push(guestBox(guest, instances(guest)[i] as GuestInstance, 1, context, shows, rows));
    if (single === guest.count) continue;
    const first = single === 0 ? firstInstance(guest) : (instances(guest)[single] as GuestInstance);
    boxes.push(guestBox(guest, first, guest.count - single, context, shows, rows));
  }
  return { boxes, rows };
}

function guestBox(
  guest: Guest,
  instance: GuestInstance,
  count: number,
  context: BuildContext,
  shows: (device: VirtualDevice) => boolean,
  rows: DeviceRow[],
): Box {
  const { drawing } = context;
  const isAll = count === guest.count;
  const path = isAll ? guest.path : instance.path;
  const range = `${guest.id}[${instance.index}..${instance.index + count - 1}]`;
  const owner = ownerOf(guest);
  const sublabel = [owner === undefined ? undefined : context.tenantTitle(owner), ...sizeOf(guest)]
    .filter((t) => t !== undefined)
    .join(' · ');
  const box = drawing.box({
    id: path,
    kind: 'guest',
    symbol: valueOf(guest.facts.kind) === 'container' ? 'container' : 'vm',
    form: 'guest',
    label: isAll ? guest.id : count > 1 ? range : `${guest.id}[${instance.index}]`,
    sublabel,
    owner,
    count,
    fold: guest.count > 1 ? guest.path : undefined,
    covers: isAll || instance.index > 0 ? [] : [guest.path],
    facts: factLines('guest', guest.facts),
    alike: `guest|${sublabel}`,
  });
  if (isAll || instance.index === 0) drawing.stands(box, guest);
  const threads = new Map<object, Box>();
  for (const device of instance.devices) {
    if (!shows(device.decl)) continue;
    const row = deviceRow(device, path, box, context);
    drawing.into(box, row);
    rows.push({ row, instance: device, guest, first: instance.index, count });
    for (const controller of controllersOf(device)) {
      if (!controller.isImplied) continue;
      let thread = threads.get(controller);
      if (thread === undefined) {
        thread = threadBox(controller.controllerKind ?? 'thread', `${controller.path.replace(instance.path, path)}`, box, context);
        threads.set(controller, thread);
        drawing.into(box, thread);
        drawing.stands(thread, controller);
      }
    }
  }
  return box;
}

function sizeOf(guest: Guest): string[] {
  const vcpus = guest.facts.vcpus.state === 'known' ? guest.facts.vcpus.value : undefined;
  const memory = valueOf(guest.memory.size);
  return [...(vcpus === undefined ? [] : [`${vcpus} vCPU`]), ...(memory === undefined ? [] : [formatBytes(memory)])];
}

function deviceRow(instance: VirtualDeviceInstance, guestPath: string, guest: Box, context: BuildContext): Box {
  const { decl } = instance;
  const technique = techniqueText(decl);
  const backend = valueOf(decl.facts.backend);
  const hasThread = controllersOf(instance).some((controller) => controller.isImplied);
  const title = technique === undefined ? undefined : techniques.get(technique)?.title;
  const isFirst = instance.guest.index === 0;
  const row = context.drawing.box({
    id: `${guestPath}/${decl.id}`,
    kind: 'virtual-device',
    symbol: symbolOf(decl),
    form: 'row',
    label: decl.id,
    sublabel: [technique ?? 'no technique', ...(backend === undefined || hasThread ? [] : [backend])].join(' · '),
    owner: guest.owner,
    count: guest.count,
    covers: isFirst && guestPath !== decl.guest.path ? [decl.path] : [],
    facts: [...(title === undefined ? [] : [title]), ...factLines('virtual-device', decl.facts)],
    alike: `device|${technique}|${backend}|${valueOf(decl.facts.vlan) ?? ''}`,
  });
  if (isFirst) context.drawing.stands(row, decl);
  return row;
}

/** As written, where it is none that exists. */
export function techniqueText(device: VirtualDevice): string | undefined {
  const known = valueOf(device.facts.technique);
  if (known !== undefined) return known;
  const written = child(device.node, 'technique');
  return written?.type === 'string' ? String(written.value) : undefined;
}

/** By what it carries; where the technique can carry anything, by the device it is taken from. */
function symbolOf(device: VirtualDevice): SymbolName {
  const carries = device.technique?.carries ?? [];
  const target = carries.length === 1 ? undefined : assignedTarget(device);
  if (target !== undefined) return deviceSymbols[(target.kind === 'device' ? target : target.device).deviceKind];
  const [first] = carries;
  if (first === 'network' || first === 'compute') return first;
  return first === 'storage' || first === 'filesystem' ? 'storage' : 'other';
}

/** Threads that the hypervisor starts by itself, as short as a pill allows. */
const threadWords: Readonly<Record<string, string>> = {
  'qemu-main-loop': 'main loop',
  'vhost-kernel': 'vhost',
  'vhost-user': 'vhost-user',
};

function threadBox(kind: string, path: string, guest: Box, context: BuildContext): Box {
  return context.drawing.box({
    id: path,
    kind: 'controller',
    symbol: 'thread',
    form: 'thread',
    label: threadWords[kind] ?? kind,
    count: guest.count,
    owner: guest.owner,
    facts: [controllerKinds.get(kind)?.title ?? kind, 'Not in the document: started with the device.'],
    alike: `thread|${kind}`,
  });
}
