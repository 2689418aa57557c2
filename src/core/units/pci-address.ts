import { type Parsed, parsed, wrong } from './parsed.js';

/** A PCI address ("bdf"). The domain may have more than four digits behind a Volume Management Device. */
export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly slot: number;
  readonly fn: number;
}

export function parsePciAddress(text: string): Parsed<PciAddress> {
  const match = /^\s*(?:([0-9a-f]{1,8}):)?([0-9a-f]{1,4}):([0-9a-f]{1,3})\.([0-9a-f]{1,2})\s*$/i.exec(text);
  if (match === null) {
    return wrong(0, text.length, '"{text}" is not a PCI address; write domain:bus:slot.function, such as "0000:3b:00.0".', { text });
  }
  const [domain, bus, slot, fn] = [match[1] ?? '0', match[2], match[3], match[4]].map((part) => Number.parseInt(part ?? '', 16)) as [
    number,
    number,
    number,
    number,
  ];
  if (bus > 0xff || slot > 0x1f || fn > 7) {
    const part =
      bus > 0xff ? `bus ${match[2]} (at most ff)` : slot > 0x1f ? `slot ${match[3]} (at most 1f)` : `function ${match[4]} (at most 7)`;
    return wrong(0, text.length, 'There is no {part} on PCI.', { part });
  }
  const address = { domain, bus, slot, fn };
  if (match[1] === undefined) {
    const suggestion = formatPciAddress(address);
    return wrong(0, text.length, 'A PCI address has its domain written: "{suggestion}".', { suggestion }, [suggestion]);
  }
  return parsed(address);
}

export function formatPciAddress(address: PciAddress): string {
  const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');
  return `${hex(address.domain, 4)}:${hex(address.bus, 2)}:${hex(address.slot, 2)}.${address.fn}`;
}

/** The 16-bit routing id that DMA carries: bus, slot and function. */
export function routingId(address: PciAddress): number {
  return (address.bus << 8) | (address.slot << 3) | address.fn;
}

/** The address `offset` routing ids further on, as SR-IOV counts its virtual functions; undefined past the last bus. */
export function addressFromRoutingId(domain: number, rid: number): PciAddress | undefined {
  if (rid < 0 || rid > 0xffff) return undefined;
  return { domain, bus: rid >> 8, slot: (rid >> 3) & 0x1f, fn: rid & 7 };
}

/** Secondary to subordinate bus of a port, both included, as lspci prints them: `"40-47"`, hexadecimal. */
export interface BusRange {
  readonly first: number;
  readonly last: number;
}

export function parseBusRange(text: string): Parsed<BusRange> {
  const match = /^\s*([0-9a-f]{1,2})(?:\s*-\s*([0-9a-f]{1,2}))?\s*$/i.exec(text);
  if (match === null) return wrong(0, text.length, '"{text}" is not a range of buses; write hexadecimal, such as "40-47".', { text });
  const first = Number.parseInt(match[1] as string, 16);
  const last = match[2] === undefined ? first : Number.parseInt(match[2], 16);
  if (last < first) return wrong(0, text.length, 'The range of buses runs backwards.', {});
  return parsed({ first, last });
}

/** Six octets, lower case, colons: `"52:54:00:12:34:56"`. */
export function parseMac(text: string): Parsed<string> {
  if (!/^\s*[0-9a-f]{2}([:-][0-9a-f]{2}){5}\s*$/i.test(text)) {
    return wrong(0, text.length, '"{text}" is not a MAC address; write six octets, such as "52:54:00:12:34:56".', { text });
  }
  return parsed(text.trim().toLowerCase().replace(/-/g, ':'));
}
