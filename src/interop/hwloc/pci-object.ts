import { type PciAddress, parsePciAddress } from '../../core/units/pci-address.js';
import type { ImportLog } from '../import-log.js';
import type { HwObject } from './hw-object.js';

/** What hwloc says of one PCI function, bridges included. */
export interface PciObject {
  readonly object: HwObject;
  readonly address: PciAddress | undefined;
  /** Class and subclass: `0200`. */
  readonly pciClass: string;
  /** `8086:1572` */
  readonly id: string | undefined;
  /** Payload of the link as trained, GB/s; undefined where hwloc did not see it. */
  readonly linkGigabytesPerSec: number | undefined;
  readonly title: string | undefined;
}

/** `0200 [8086:1521] [1137:008b] 01`: class, device, subsystem, revision, and in 3.0 the programming interface. */
const PCI_TYPE = /^\s*([0-9a-f]{4})\s+\[([0-9a-f]{4}):([0-9a-f]{4})\]/i;

export function readPci(object: HwObject, log: ImportLog): PciObject {
  object.take();
  const busid = object.attr('pci_busid') ?? '';
  const parsed = parsePciAddress(busid);
  if (!parsed.ok) log.invalid(object.xml, 'pci_busid', busid, 'a PCI address');
  const typeText = object.attr('pci_type') ?? '';
  const type = PCI_TYPE.exec(typeText);
  if (type === null) log.invalid(object.xml, 'pci_type', typeText, 'class and ids of a PCI function');
  const speed = Number(object.attr('pci_link_speed'));
  return {
    object,
    address: parsed.ok ? parsed.value : undefined,
    pciClass: type?.[1]?.toLowerCase() ?? '',
    id: type === null ? undefined : `${type[2]}:${type[3]}`.toLowerCase(),
    linkGigabytesPerSec: speed > 0 ? speed : undefined,
    title: titleOf(object),
  };
}

/** 1.x put vendor and device into the name, later releases into infos. */
function titleOf(object: HwObject): string | undefined {
  const vendor = object.info('PCIVendor');
  const device = object.info('PCIDevice');
  const name = object.attr('name')?.trim();
  // Where the id was not in its tables, the tool had the name of the vendor alone.
  if (device === undefined)
    return name === undefined || name === '' || /(Corporation|Inc\.?|Technologies|Limited)$/.test(name) ? undefined : shortVendor(name);
  return shortVendor(vendor === undefined || device.startsWith(vendor) ? device : `${vendor} ${device}`);
}

/** The legal form of a company says nothing about a card. */
export function shortVendor(name: string): string {
  return name
    .replace(/,? (Inc\.?|Corporation|Corp\.?|Ltd\.?|Limited|Co\.?,? Ltd\.?|Technologies|Electronics Co Ltd)(?=[ ,]|$)/g, '')
    .replace(/\s*,(?=\s|$)/g, '')
    .replace(/ \/ Symbios Logic| \[AMD\/ATI\]|, Inc\. \[AMD\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
