import { type CpuSet, cpuSetOf, cpusOf, MAX_CPU } from '../../core/units/cpu-set.js';
import { formatPciAddress, type PciAddress } from '../../core/units/pci-address.js';
import type { ImportLog } from '../import-log.js';
import { lookup } from '../lookup.js';
import type { XmlElement } from '../xml/element.js';

/** Values as libvirt writes them. Whatever is not one is reported and counts as absent. */

/** Bytes by unit. Source: libvirt src/util/virutil.c, virScaleInteger. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  bytes: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  pb: 1e15,
  k: 2 ** 10,
  kib: 2 ** 10,
  m: 2 ** 20,
  mib: 2 ** 20,
  g: 2 ** 30,
  gib: 2 ** 30,
  t: 2 ** 40,
  tib: 2 ** 40,
  p: 2 ** 50,
  pib: 2 ** 50,
};

/** The size that is the text of an element, its unit in `unit`. Memory is in KiB where no unit is given. */
export function sizeOf(element: XmlElement | undefined, log: ImportLog, defaultUnit = 'KiB'): number | undefined {
  if (element === undefined) return undefined;
  return scaled(element.content(), element.attr('unit') ?? defaultUnit, element, undefined, log);
}

/** The size that is an attribute of an element. */
export function sizeAttr(element: XmlElement, name: string, log: ImportLog, defaultUnit = 'KiB'): number | undefined {
  return scaled(element.attr(name), element.attr('unit') ?? defaultUnit, element, name, log);
}

function scaled(text: string | undefined, unit: string, element: XmlElement, name: string | undefined, log: ImportLog): number | undefined {
  if (text === undefined) return undefined;
  const factor = lookup(SIZE_UNITS, unit.trim().toLowerCase());
  const bytes = /^\d{1,18}$/.test(text.trim()) ? Number(text) * (factor ?? 0) : Number.NaN;
  if (factor === undefined) log.invalid(element, 'unit', unit, 'a unit of memory');
  else if (!(bytes <= 2 ** 62)) log.invalid(element, name, text, 'a size');
  return factor !== undefined && bytes <= 2 ** 62 ? bytes : undefined;
}

/**
 * A whole number as C reads it with base 0: `0x1f` is hexadecimal, `010` octal, the rest decimal. Files of other tools
 * have hexadecimal digits without `0x`; those cannot be anything else.
 */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim();
  if (/^0x[0-9a-f]{1,13}$/i.test(plain)) return Number.parseInt(plain, 16);
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  if (/^\d{1,15}$/.test(plain)) return Number(plain);
  return /^[0-9a-f]{1,13}$/i.test(plain) ? Number.parseInt(plain, 16) : undefined;
}

export function numberAttr(element: XmlElement | undefined, name: string, log: ImportLog): number | undefined {
  const text = element?.attr(name);
  if (element === undefined || text === undefined) return undefined;
  const value = parseNumber(text);
  if (value === undefined) log.invalid(element, name, text, 'a whole number');
  return value;
}

/** A count of one or more. Zero is how libvirt says that it is left to the hypervisor. */
export function countAttr(element: XmlElement | undefined, name: string, log: ImportLog, most = 2 ** 31): number | undefined {
  const value = numberAttr(element, name, log);
  if (element !== undefined && value !== undefined && value > most) log.invalid(element, name, String(value), `at most ${most}`);
  return value !== undefined && value > 0 && value <= most ? value : undefined;
}

/** Entries of one virtqueue: 15 bits in the split layout. */
export const MAX_QUEUE_SIZE = 32768;

/** A decimal number that is the text of an element. */
export function numberText(element: XmlElement | undefined, log: ImportLog): number | undefined {
  const text = element?.content();
  if (element === undefined || text === undefined) return undefined;
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (value === undefined) log.invalid(element, undefined, text, 'a whole number');
  return value;
}

/** `yes`/`no` and `on`/`off`. */
export function flagAttr(element: XmlElement | undefined, name: string): boolean | undefined {
  const text = element?.attr(name);
  return text === undefined ? undefined : text === 'yes' || text === 'on' ? true : text === 'no' || text === 'off' ? false : undefined;
}

/** `<address domain="0x0000" bus="0x3b" slot="0x00" function="0x1"/>`; parts left out are 0. */
export function pciAddressOf(element: XmlElement, log: ImportLog): PciAddress | undefined {
  const [domain, bus, slot, fn] = ['domain', 'bus', 'slot', 'function'].map((name) =>
    element.raw.attributes.some((attribute) => attribute.name === name) ? numberAttr(element, name, log) : 0,
  );
  if (domain === undefined || bus === undefined || slot === undefined || fn === undefined) return undefined;
  const address = { domain, bus, slot, fn };
  if (domain <= 0xffffffff && bus <= 0xff && slot <= 0x1f && fn <= 7) return address;
  log.invalid(element, 'bus', formatPciAddress(address), 'an address on PCI');
  return undefined;
}

/** `0-3,8,^2`: ranges, single CPUs, and CPUs taken out again. Source: libvirt virBitmapParse. */
export function parseCpus(text: string): CpuSet | undefined {
  const cpus = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^\s*(\^?)\s*(\d{1,5})\s*(?:-\s*(\d{1,5}))?\s*$/.exec(part);
    if (match === null) return undefined;
    const first = Number(match[2]);
    const last = match[3] === undefined ? first : Number(match[3]);
    if (last < first || last > MAX_CPU) return undefined;
    for (let cpu = first; cpu <= last; cpu++) {
      if (match[1] === '^') cpus.delete(cpu);
      else cpus.add(cpu);
    }
  }
  return cpuSetOf([...cpus].map((cpu) => [cpu, cpu] as const));
}

export function cpusAttr(element: XmlElement | undefined, name: string, log: ImportLog): CpuSet | undefined {
  const text = element?.attr(name);
  if (element === undefined || text === undefined) return undefined;
  const set = parseCpus(text);
  if (set === undefined || set.size === 0) {
    log.invalid(element, name, text, 'a list of CPUs or nodes');
    return undefined;
  }
  return set;
}

/** Numbers of NUMA nodes, in the form of a CPU list. */
export function nodesAttr(element: XmlElement | undefined, name: string, log: ImportLog): number[] | undefined {
  const set = cpusAttr(element, name, log);
  return set === undefined ? undefined : cpusOf(set);
}
