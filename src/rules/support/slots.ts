import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { numaNodeOf, type PciePort, upstream } from '../../core/model/pcie.js';
import { linkBitsPerSec, type PcieLink } from '../../core/units/pcie-link.js';
import { fixOf, isInDocument } from './text.js';

const freeSlotsOf = new WeakMap<Host, readonly PciePort[]>();

/** Ports a card could be plugged into: root and downstream ports with nothing below them. */
export function freeSlots(host: Host): readonly PciePort[] {
  let slots = freeSlotsOf.get(host);
  if (slots === undefined) {
    const taken = new Set([...host.ports, ...host.devices].map(upstream));
    slots = host.ports.filter((port) => {
      const kind = valueOf(port.facts.kind);
      return (kind === 'root-port' || kind === 'switch-downstream') && !taken.has(port);
    });
    freeSlotsOf.set(host, slots);
  }
  return slots;
}

/** Offers of other slots, those on the NUMA node the device is on before others. */
const MOST_OFFERS = 3;

/** Fixes that move a device to a free slot which will do. */
export function movesTo(device: Device, willDo: (slot: PciePort) => boolean): Fix[] {
  const { at } = device.facts;
  if (at.state !== 'known' || !isInDocument(at.at)) return [];
  const node = numaNodeOf(device);
  const slots = freeSlots(device.host).filter(willDo);
  const sorted = [...slots.filter((slot) => numaNodeOf(slot) === node), ...slots.filter((slot) => numaNodeOf(slot) !== node)];
  return sorted.slice(0, MOST_OFFERS).flatMap((slot) => {
    const args = { device: device.id, slot: slot.id };
    return fixOf('Move {device} to {slot}', args, { kind: 'text', at: at.at, newText: JSON.stringify(slot.id) });
  });
}

/** What a card and its slot agree on: the lower generation and the smaller width. */
export function trained(device: PcieLink, slot: PcieLink): PcieLink {
  return { generation: Math.min(device.generation, slot.generation) as PcieLink['generation'], lanes: Math.min(device.lanes, slot.lanes) };
}

/** Capacity of the link below a port; undefined where the port does not say. */
export function capacityOf(port: PciePort): number | undefined {
  const link = valueOf(port.facts.link);
  return link === undefined ? undefined : linkBitsPerSec(link);
}
