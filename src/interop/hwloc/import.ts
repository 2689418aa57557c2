import type { SourceFile } from '../../core/text/source.js';
import { baseName, type ImportFormat } from '../format.js';
import { idFrom } from '../ids.js';
import type { ImportLog } from '../import-log.js';
import { importConflict, importRefused } from '../problems.js';
import { entitiesOf, type HostTarget } from '../target/host-target.js';
import type { Target } from '../target/target.js';
import type { XmlElement } from '../xml/element.js';
import { readXml } from '../xml/read.js';
import { type DeviceFound, findDevices } from './devices.js';
import { HwObject } from './hw-object.js';
import { describeMachine } from './machine.js';
import { hwlocKnowledge } from './not-modelled.js';
import { findNumaNodes, nodeNear } from './numa-nodes.js';
import { readBlock, roleOf } from './os-devices.js';
import { PciTree, type PortFound } from './ports.js';
import { findVfs } from './vfs.js';
import { writeDevices, writeDisk } from './write-devices.js';
import { writeNumaNodes } from './write-numa.js';
import { writePorts } from './write-ports.js';

/** lstopo writes this line into every file; nothing is loaded for it, and one that declares entities does not match. */
const DOCTYPE = /^topology\s+SYSTEM\s+(?:"hwloc2?\.dtd"|'hwloc2?\.dtd')$/;

export const hwloc: ImportFormat = {
  name: 'hwloc',
  title: 'hwloc XML',
  summary: 'Hosts as hwloc sees them: NUMA nodes, PCIe tree, devices',
  inputs: 'XML of hwloc 1.x, 2.x or 3.0, one host each: lstopo --of xml --whole-io',
  read(sources, target, log) {
    for (const file of sources) readFile(file, target, log);
  },
};

function readFile(file: SourceFile, target: Target, log: ImportLog): void {
  const { roots, diagnostics } = readXml(file, { doctypes: DOCTYPE });
  for (const diagnostic of diagnostics) log.add(diagnostic);
  for (const root of roots) {
    const machine = root.raw.children.find((child) => child.name === 'object');
    if (root.name !== 'topology') {
      const hint = root.localName === 'domain' || root.localName === 'network' ? ' Try `iovt import libvirt`.' : '';
      log.add(importRefused.at('wrongRoot', root.at, { format: 'hwloc XML', root: root.name, expected: '<topology>', hint }));
    } else if (machine === undefined) {
      log.add(importRefused.at('nothing', root.at, { what: '<object type="Machine">' }));
    } else {
      readTopology(root, new HwObject(machine, undefined).take(), file, target, log);
      log.close(root, hwlocKnowledge);
    }
  }
}

function readTopology(root: XmlElement, machine: HwObject, file: SourceFile, target: Target, log: ImportLog): void {
  root.isRead = true;
  const version = root.attr('version') ?? '1';
  const facts = describeMachine(root, machine);
  const wanted = idFrom(target.hostOption ?? facts.hostName ?? '', '') || idFrom(baseName(file, false), 'h1');
  const host = target.newHost(wanted, facts.note(baseName(file)));
  if (target.design === undefined) target.name = facts.title ?? wanted;
  if (hasHardware(host)) {
    const ids = (['numa', 'pcie', 'devices'] as const).filter((section) => entitiesOf(host.existing, section).length > 0).join(', ');
    log.add(importConflict.at('entityExists', machine.xml.at, { what: `Host "${host.id}" has hardware:`, ids }));
    return;
  }
  for (const [key, value] of Object.entries(facts.properties)) host.setOwn(key, value);
  writeHardware(host, machine, version.startsWith('3'), log);
}

/** Half of one description and half of another would be a machine that does not exist. */
function hasHardware({ existing }: HostTarget): boolean {
  return existing !== undefined && existing.numaNodes.length + existing.ports.length + existing.devices.length > 0;
}

function writeHardware(host: HostTarget, machine: HwObject, hasMasks: boolean, log: ImportLog): void {
  const nodes = findNumaNodes(machine, host.ids, log);
  writeNumaNodes(host.section('numa'), machine, nodes, log);
  const tree = new PciTree(machine, nodes, host.ids, log);
  const devices = findDevices(tree.endpoints, findVfs(tree.endpoints, log), hasMasks, log);
  writePorts(host.section('pcie'), tree.ports, linkBelow(devices));
  writeDevices(host.section('devices'), devices, host.ids);
  // Disks that hang on nothing hwloc sees: iSCSI, USB, device mapper.
  for (const osdev of machine.ofType('OSDev')) {
    if (osdev.above('PCIDev') !== undefined || roleOf(osdev, hasMasks) !== 'block') continue;
    const disk = readBlock(osdev);
    writeDisk(host.section('devices'), disk, undefined, host.ids);
    const near = osdev.parent === undefined ? undefined : nodeNear(osdev.parent.cpus, nodes);
    log.assume(
      osdev.xml,
      `Disk "${disk.name}" hangs on no PCI device of the file${near === undefined ? '' : ` (near ${near.id})`}; what carries it is open.`,
    );
  }
}

/** What the card below a port can do, where there is one card and its profile says so. */
function linkBelow(devices: readonly DeviceFound[]) {
  const below = new Map<PortFound, DeviceFound | undefined>();
  for (const device of devices.filter(({ isVf }) => !isVf))
    if (device.port !== undefined) below.set(device.port, below.has(device.port) ? undefined : device);
  return (port: PortFound) => below.get(port)?.link;
}
