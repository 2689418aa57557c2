import { formatPciAddress, type PciAddress } from '../units/pci-address.js';
import type { Device } from './device.js';
import { valueOf } from './fact.js';
import type { PhysicalFunction, VirtualFunction } from './function.js';
import type { Host } from './host.js';
import { type PciePort, portsAbove } from './pcie.js';

/** What IOMMU groups are made of: every PCI function of a host, bridges included. */
export type GroupMember = PciePort | PhysicalFunction | VirtualFunction;

/** True or false where the facts decide it, undefined where one of them is unknown. */
export type Tristate = boolean | undefined;

/**
 * Predicts IOMMU groups as Linux 6.12 makes them, from the port tree, ACS, multifunction flags and DMA aliases.
 *
 * A function joins the bridge nearest to the root that does not isolate what lies below it: everything under that bridge is
 * one group. Below bridges that all isolate, it joins the functions of its own slot that lack ACS among themselves, and
 * those it shares a requester ID with. VFs count as single functions, so only the bridges above matter to them.
 *
 * Two things that are often expected otherwise are as the kernel has them: a switch port without ACS is in one group with
 * what is plugged into it, but not with its neighbours (their peer-to-peer path is a matter of its own), and an upstream
 * port needs no ACS unless it shares its slot. An ACS override of the host is ignored: it pretends isolation that the
 * hardware does not have.
 * Source: Linux drivers/iommu/iommu.c pci_device_group(), drivers/pci/pci.c pci_acs_enabled(), drivers/pci/iov.c.
 */
export class GroupPrediction {
  readonly #cleared: ReadonlySet<unknown>;
  readonly #slots: ReadonlyMap<string, readonly (PciePort | PhysicalFunction)[]>;
  readonly #keys = new Map<GroupMember, string>();
  /** All functions of a device have the same ports above. */
  readonly #leaks = new Map<PciePort | Device, PciePort | undefined>();

  /** @param unknownAcs what to take a port or function for whose ACS nobody stated. */
  constructor(
    host: Host,
    private readonly unknownAcs: boolean,
  ) {
    this.#cleared = new Set((valueOf(host.facts.kernel.disableAcsRedir) ?? []).map((reference) => reference.target));
    this.#slots = slotsOf(host);
  }

  /** The name of the group of a member; two members share a group if these are equal. */
  keyOf(member: GroupMember): string {
    let key = this.#keys.get(member);
    if (key === undefined) {
      key = this.#find(member);
      this.#keys.set(member, key);
    }
    return key;
  }

  /** The bridge nearest to the root that does not keep apart what lies below it; what it spans is one group. */
  leakyBridgeAbove(member: GroupMember): PciePort | undefined {
    const from = member.kind === 'pcie-port' ? member : member.device;
    let bridge = this.#leaks.get(from);
    if (bridge === undefined && !this.#leaks.has(from)) {
      bridge = portsAbove(from).findLast((port) => isBridge(port) && !this.#isolates(port));
      this.#leaks.set(from, bridge);
    }
    return bridge;
  }

  #find(member: GroupMember): string {
    const bridge = this.leakyBridgeAbove(member);
    if (bridge !== undefined) return this.#slotKey(bridge);
    if (member.kind === 'vf') return member.path;
    return this.#slotKey(member.kind === 'function' ? aliasedBy(member) : member);
  }

  /** Members of one slot without ACS among themselves are one group; the first of them names it. */
  #slotKey(member: PciePort | PhysicalFunction): string {
    if (this.#isolates(member)) return member.path;
    const neighbours = this.#slots.get(slotOf(member)) ?? [];
    if (!(statedMultifunction(member) ?? neighbours.length > 1)) return member.path;
    return (neighbours.find((other) => !this.#isolates(other)) ?? member).path;
  }

  #isolates(member: PciePort | PhysicalFunction): boolean {
    if (member.kind === 'function') return functionAcs(member) ?? this.unknownAcs;
    return this.#cleared.has(member) ? false : (portAcs(member) ?? this.unknownAcs);
  }
}

/** Ports and functions by the slot they sit in; VFs never count as neighbours. */
function slotsOf(host: Host): Map<string, (PciePort | PhysicalFunction)[]> {
  const slots = new Map<string, (PciePort | PhysicalFunction)[]>();
  for (const member of [...host.ports, ...pciFunctions(host)]) {
    const slot = slotOf(member);
    const list = slots.get(slot);
    if (list === undefined) slots.set(slot, [member]);
    else list.push(member);
  }
  return slots;
}

/** Bus and slot where the address is known; else functions of one device share a slot and a port has one of its own. */
function slotOf(member: PciePort | PhysicalFunction): string {
  const address = valueOf(member.kind === 'function' ? member.address : member.facts.bdf);
  if (address !== undefined) return slotName(address);
  return member.kind === 'function' ? member.device.path : member.path;
}

function slotName(address: PciAddress): string {
  return formatPciAddress({ ...address, fn: 0 });
}

function statedMultifunction(member: PciePort | PhysicalFunction): Tristate {
  return valueOf(member.kind === 'function' ? member.device.facts.multifunction : member.facts.multifunction);
}

/** The sibling whose requester ID a function uses; itself where it uses its own, or one of no function that exists. */
function aliasedBy(fn: PhysicalFunction): PhysicalFunction {
  const alias = valueOf(fn.device.facts.dmaAlias);
  return alias === undefined ? fn : (fn.device.functions.find((other) => other.index === alias) ?? fn);
}

/** Functions of the host that PCI knows: not disks behind an adapter. */
export function pciFunctions(host: Host): PhysicalFunction[] {
  return host.devices
    .filter((device) => device.deviceKind !== 'disk' && valueOf(device.facts.at)?.target?.kind !== 'device')
    .flatMap((device) => device.functions);
}

/** Whether it forwards transactions at all. */
export function isBridge(port: PciePort): boolean {
  const kind = valueOf(port.facts.kind);
  return kind !== 'root-complex-integrated' && kind !== 'nvlink-bridge';
}

/**
 * Whether a port keeps apart what lies below it from the rest. An upstream port needs nothing for that unless it shares its
 * slot; bridges to conventional PCI never do.
 */
export function portAcs(port: PciePort): Tristate {
  switch (valueOf(port.facts.kind)) {
    case 'pcie-to-pci-bridge':
    case 'pci-bridge':
      return false;
    case 'switch-upstream':
      return valueOf(port.facts.multifunction) === true ? redirects(port) : true;
    default:
      return redirects(port);
  }
}

function redirects(port: PciePort): Tristate {
  const bits = Object.keys(REQUIRED_ACS).map((key) => valueOf(port.acs[key as keyof typeof REQUIRED_ACS]));
  if (bits.some((bit) => bit === false)) return false;
  return bits.every((bit) => bit === true) ? true : undefined;
}

/** The ACS controls that Linux asks for (REQ_ACS_FLAGS), under the names of the PCIe specification. */
const REQUIRED_ACS = { sourceValidation: 'SV', requestRedirect: 'RR', completionRedirect: 'CR', upstreamForwarding: 'UF' } as const;

/** Names of the ACS controls a port is known to lack. */
export function missingAcs(port: PciePort): string[] {
  return Object.entries(REQUIRED_ACS).flatMap(([key, name]) =>
    valueOf(port.acs[key as keyof typeof REQUIRED_ACS]) === false ? [name] : [],
  );
}

/** Whether a function is isolated from its siblings: by its own ACS, or by a quirk that its profile knows of. */
export function functionAcs(fn: PhysicalFunction): Tristate {
  return valueOf(fn.facts.acs);
}

/** Whether the document says where a member sits, up to the root. */
export function isPlaced(member: GroupMember): boolean {
  const from = member.kind === 'pcie-port' ? member : member.device;
  const last = portsAbove(from).at(-1) ?? (from.kind === 'pcie-port' ? from : undefined);
  if (last === undefined) return false;
  const kind = valueOf(last.facts.kind);
  return kind === 'root-port' || kind === 'root-complex-integrated' || kind === 'nvlink-bridge';
}
