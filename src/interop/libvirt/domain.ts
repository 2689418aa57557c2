import { valueOf } from '../../core/model/fact.js';
import { DraftObject } from '../draft.js';
import { IdPool, idFrom } from '../ids.js';
import type { ImportLog } from '../import-log.js';
import { lookup } from '../lookup.js';
import { importConflict } from '../problems.js';
import type { HostTarget } from '../target/host-target.js';
import type { XmlElement } from '../xml/element.js';
import type { DomainContext } from './context.js';
import { writeCpuShares, writeCpus } from './cpus.js';
import { writeDisk } from './disk.js';
import { writeHostdev } from './hostdev.js';
import { type Teaming, writeInterface } from './interface.js';
import { noteUnusedIothreads, writeIothreads } from './iothreads.js';
import { noteCgroupRest } from './iotune.js';
import { isVirtioSerialPort, keptName } from './kept-devices.js';
import { memoryOf } from './memory.js';
import type { NetworkTable } from './networks.js';
import { keepQemuArguments } from './qemu-commandline.js';
import { scsiControllers } from './scsi-controllers.js';
import { writeFilesystem, writeRng, writeShmem, writeVideo, writeVirtioSerial, writeVsock } from './small-devices.js';
import { displayNameOf, tenantOf } from './tenants.js';

/** libvirt's domain types by hypervisors of the language. */
const HYPERVISORS: Readonly<Record<string, string>> = {
  kvm: 'kvm',
  qemu: 'qemu',
  xen: 'xen',
  lxc: 'container',
  vmware: 'esxi',
  hyperv: 'hyperv',
};

const VIOMMUS: Readonly<Record<string, string>> = { intel: 'intel', amd: 'amd', smmuv3: 'smmuv3', virtio: 'virtio' };

/**
 * One `<domain>` to one guest.
 *
 * @param id from `claimGuestId`.
 * @param source where it comes from, for a comment.
 */
export function readDomain(
  domain: XmlElement,
  id: string,
  source: string | undefined,
  host: HostTarget,
  networks: NetworkTable,
  log: ImportLog,
): void {
  domain.isRead = true;
  const type = domain.attr('type') ?? 'kvm';
  const name = nameOf(domain);
  const os = domain.descend('os', 'type');
  const context: DomainContext = {
    domain,
    type,
    arch: os?.attr('arch') ?? 'x86_64',
    machine: os?.attr('machine') ?? '',
    isContainer: type === 'lxc',
    guestId: id,
    path: `${host.id}/${id}`,
    host,
    networks,
    log,
    ids: new IdPool(),
    devices: new DraftObject(true),
    notModelled: [],
    aliases: new Map(),
    iothreads: new Map(),
  };
  describeHost(context);
  const guest = new DraftObject(true);
  host.section('guests').set(id, guest, { above: source });
  writeFrame(context, guest, name);
  const vcpus = writeCpus(context, guest);
  writeCpuShares(context, guest, vcpus);
  guest.set('memory', memoryOf(context));
  guest.set('machine', context.machine === '' ? undefined : context.machine);
  guest.set('cpuMode', cpuModeOf(domain));
  guest.set('viommu', lookup(VIOMMUS, domain.descend('devices', 'iommu')?.attr('model') ?? ''));
  writeIothreads(context);
  writeDevices(context);
  noteCgroupRest(context);
  keepQemuArguments(context);
  if (!context.devices.isEmpty) guest.set('devices', context.devices);
  if (context.notModelled.length > 0) guest.set('notModelled', counted(context.notModelled));
  noteUnusedIothreads(context, usedControllers(context));
}

function nameOf(domain: XmlElement): string {
  return domain.child('name')?.content() ?? '';
}

/** The id that a guest gets; none where the design has the guest already, which is not imported a second time. */
export function claimGuestId(domain: XmlElement, host: HostTarget, log: ImportLog): string | undefined {
  const name = nameOf(domain);
  const wanted = idFrom(name, 'guest');
  const at = (domain.raw.children.find((child) => child.name === 'name') ?? domain).at;
  const before = host.existing?.guests.find((guest) => {
    const title = valueOf(guest.facts.title);
    if (guest.id === wanted) return title === undefined || wanted === name || title === titleOf(domain, wanted, name);
    // Numbered by an import before, because something else had the name.
    const isNumbered = guest.id.startsWith(`${wanted}-`) && /^\d+$/.test(guest.id.slice(wanted.length + 1));
    return isNumbered && title === titleOf(domain, guest.id, name);
  });
  if (before !== undefined) {
    log.add(importConflict.at('guestExists', at, { guest: name, path: before.path }, { path: before.path }));
    domain.setAside('in the design already');
    return undefined;
  }
  const id = host.ids.take(wanted);
  if (name === '') log.assume(domain, `The domain has no name; it is called "${id}".`, `${host.id}/${id}`);
  if (id !== wanted) log.add(importConflict.at('renamed', at, { name: wanted, id }, { path: `${host.id}/${id}` }));
  return id;
}

/** What a guest gives away of the machine it runs on. */
function describeHost({ host, type, arch, domain, log }: DomainContext): void {
  const hypervisor = lookup(HYPERVISORS, type);
  if (hypervisor === undefined) log.reduce(domain, `Hypervisor "${type}" is not one of the language; the host has none set`);
  host.setOwn('hypervisor', hypervisor);
  // Only with hardware virtualization is the guest of the same kind as the host.
  if (type !== 'kvm') return;
  const own = /^(i[3-6]86|x86_64)$/.test(arch) ? 'x86_64' : /^(armv7l|aarch64)$/.test(arch) ? 'aarch64' : arch;
  host.setOwn('arch', ['x86_64', 'aarch64', 'ppc64le', 's390x', 'riscv64', 'loongarch64'].includes(own) ? own : undefined);
}

function writeFrame(context: DomainContext, guest: DraftObject, name: string): void {
  const { domain, guestId, isContainer, machine } = context;
  guest.set('title', titleOf(domain, guestId, name));
  guest.set('description', domain.child('description')?.content());
  if (isContainer || machine === 'microvm') guest.set('kind', isContainer ? 'container' : 'microvm');
  guest.set('tenant', tenantOf(context));
  domain.descend('os', 'type')?.content();
}

function titleOf(domain: XmlElement, id: string, name: string): string | undefined {
  return domain.child('title')?.content() ?? displayNameOf(domain) ?? (id === name || name === '' ? undefined : name);
}

function cpuModeOf(domain: XmlElement): string | undefined {
  const cpu = domain.child('cpu');
  const mode = cpu?.attr('mode');
  const model = cpu?.child('model')?.content();
  return mode === undefined || mode === 'custom' ? model : mode;
}

function writeDevices(context: DomainContext): void {
  const scsi = scsiControllers(context);
  const teams: Teaming[] = [];
  const serialPorts: XmlElement[] = [];
  const devices = context.domain.child('devices');
  for (const element of devices?.raw.children ?? []) {
    const write = lookup(WRITERS, element.name);
    if (write !== undefined) {
      element.isRead = true;
      write(context, element, scsi, teams);
    } else if (isVirtioSerialPort(element)) {
      element.isRead = true;
      serialPorts.push(element);
    } else {
      const name = keptName(element);
      if (name === undefined) continue;
      context.notModelled.push(name);
      element.setAside();
    }
  }
  writeVirtioSerial(context, serialPorts);
  for (const { id, persistent } of teams) {
    const standby = context.aliases.get(persistent);
    const device = standby === undefined ? undefined : context.devices.get(standby);
    if (device instanceof DraftObject) device.set('failoverFor', id);
    else context.log.reduce(context.domain, `${context.path}/${id} names a failover partner "${persistent}" that the domain does not have`);
  }
}

type Writer = (context: DomainContext, element: XmlElement, scsi: ReturnType<typeof scsiControllers>, teams: Teaming[]) => void;

const WRITERS: Readonly<Record<string, Writer>> = {
  disk: writeDisk,
  interface: (context, element, _scsi, teams) => writeInterface(context, element, teams),
  hostdev: writeHostdev,
  filesystem: writeFilesystem,
  rng: writeRng,
  vsock: writeVsock,
  shmem: writeShmem,
  video: writeVideo,
};

/** `redirdev usb spicevmc` twice is `redirdev usb spicevmc x2`. */
function counted(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} x${count}`));
}

function usedControllers({ devices }: DomainContext): Set<string> {
  return new Set(
    devices.entries.flatMap(({ value }) => {
      const controller = value instanceof DraftObject ? value.get('controller') : undefined;
      return typeof controller === 'string' ? [controller] : Array.isArray(controller) ? (controller as string[]) : [];
    }),
  );
}
