import { formatPciAddress, type PciAddress } from '../units/pci-address.js';
import { type Fact, valueOf } from './fact.js';
import { type PhysicalFunction, type VirtualFunction, virtualFunction } from './function.js';
import type { Host } from './host.js';
import { type PciePort, portsAbove } from './pcie.js';

/** What IOMMU groups are made of: every PCI function of a host, bridges included. */
export type GroupMember = PciePort | PhysicalFunction | VirtualFunction;

export interface IommuGroup {
  /** The number read off the host, or the name of the member after which a predicted group is called. */
  readonly id: string;
  readonly isDeclared: boolean;
  readonly members: readonly GroupMember[];
}

/** True or false where the facts decide it, undefined where one of them is unknown. */
type Tristate = boolean | undefined;

/**
 * Predicts IOMMU groups as Linux 6.12 makes them, from the port tree, ACS and multifunction flags.
 *
 * A function climbs to the highest bridge whose path to the root is not isolated by ACS throughout, joins it, and there
 * joins the functions of the same slot that lack ACS among themselves. VFs count as single functions.
 * An ACS override of the host is ignored: it pretends isolation that the hardware does not have.
 * Source: Linux drivers/iommu/iommu.c pci_device_group(), drivers/pci/pci.c pci_acs_enabled(), drivers/pci/iov.c.
 *
 * @param unknownAcs what to take a port for whose ACS nobody stated.
 * @returns for each member the key of its group; two members share a group if their keys are equal.
 */
export function predictGroups(host: Host, unknownAcs: boolean): (member: GroupMember) => string {
  const disabled = new Set((valueOf(host.facts.kernel.disableAcsRedir) ?? []).map((reference) => reference.target));
  const isolates = (port: PciePort): boolean => (disabled.has(port) ? false : (portAcs(port) ?? unknownAcs));
  const pathIsIsolated = (port: PciePort): boolean =>
    [port, ...portsAbove(port)].every((p) => (p.facts.kind.state !== 'unknown' && isBridge(p) ? isolates(p) : true));

  const keyOfPort = (port: PciePort): string => {
    const top = climb(port);
    if (top !== port && top.kind === 'pcie-port') return keyOfPort(top);
    if (valueOf(port.facts.multifunction) !== true || isolates(port)) return port.path;
    // Ports of one slot without ACS among themselves are one group; the first of them names it.
    const siblings = host.ports.filter(
      (p) => sameSlot(p.facts.bdf, port.facts.bdf) && valueOf(p.facts.multifunction) === true && !isolates(p),
    );
    return (siblings[0] ?? port).path;
  };

  const climb = (from: PciePort): PciePort => {
    let top = from;
    for (const above of portsAbove(from)) {
      if (!isBridge(above)) continue;
      if (pathIsIsolated(above)) break;
      top = above;
    }
    return top;
  };

  const keyOfFunction = (fn: PhysicalFunction, seen: readonly PhysicalFunction[] = []): string => {
    const alias = valueOf(fn.device.facts.dmaAlias);
    const aliased = alias === undefined ? undefined : fn.device.functions.find((other) => other.index === alias);
    if (aliased !== undefined && aliased !== fn && !seen.includes(fn)) return keyOfFunction(aliased, [...seen, fn]);
    const bridge = topBridge(fn);
    if (bridge !== undefined) return keyOfPort(bridge);
    if (fn.device.functions.length < 2 || functionAcs(fn) === true) return fn.path;
    const siblings = fn.device.functions.filter((other) => (functionAcs(other) ?? unknownAcs) === false);
    return (functionAcs(fn) ?? unknownAcs) ? fn.path : (siblings[0] ?? fn).path;
  };

  const topBridge = (fn: PhysicalFunction): PciePort | undefined => {
    let top: PciePort | undefined;
    for (const above of portsAbove(fn.device)) {
      if (!isBridge(above)) continue;
      if (pathIsIsolated(above)) break;
      top = above;
    }
    return top;
  };

  return (member) => {
    switch (member.kind) {
      case 'pcie-port':
        return keyOfPort(member);
      case 'function':
        return keyOfFunction(member);
      case 'vf': {
        const bridge = topBridge(member.fn);
        return bridge === undefined ? member.path : keyOfPort(bridge);
      }
    }
  };
}

function isBridge(port: PciePort): boolean {
  const kind = valueOf(port.facts.kind);
  return kind !== 'root-complex-integrated' && kind !== 'nvlink-bridge';
}

/** Whether a port enforces source validation, request and completion redirect and upstream forwarding. */
export function portAcs(port: PciePort): Tristate {
  switch (valueOf(port.facts.kind)) {
    case 'pcie-to-pci-bridge':
    case 'pci-bridge':
      return false;
    case 'switch-upstream':
      // Like an endpoint it needs nothing unless it shares its slot.
      return valueOf(port.facts.multifunction) === true ? redirects(port) : true;
    default:
      return redirects(port);
  }
}

function redirects(port: PciePort): Tristate {
  const { sourceValidation, requestRedirect, completionRedirect, upstreamForwarding } = port.acs;
  const bits = [sourceValidation, requestRedirect, completionRedirect, upstreamForwarding].map(valueOf);
  if (bits.some((bit) => bit === false)) return false;
  return bits.every((bit) => bit === true) ? true : undefined;
}

/** Names of the ACS controls a port is known to lack. */
export function missingAcs(port: PciePort): string[] {
  const names = { sourceValidation: 'SV', requestRedirect: 'RR', completionRedirect: 'CR', upstreamForwarding: 'UF' } as const;
  return Object.entries(names).flatMap(([key, name]) => (valueOf(port.acs[key as keyof typeof names]) === false ? [name] : []));
}

/** Whether a function is isolated from its siblings: by its own ACS, or by a quirk that its profile knows of. */
export function functionAcs(fn: PhysicalFunction): Tristate {
  return valueOf(fn.facts.acs) ?? valueOf(fn.device.facts.acs);
}

function sameSlot(a: Fact<PciAddress>, b: Fact<PciAddress>): boolean {
  const [x, y] = [valueOf(a), valueOf(b)];
  return x !== undefined && y !== undefined && x.domain === y.domain && x.bus === y.bus && x.slot === y.slot;
}

/** The group of a function as read off the host. */
export function declaredGroup(member: GroupMember): number | undefined {
  return valueOf(member.facts.group);
}

/** The groups of a host: declared where stated (unless an ACS override fakes them), predicted otherwise. */
export class IommuGroups {
  readonly #likely: (member: GroupMember) => string;
  readonly #cautious: (member: GroupMember) => string;
  readonly #trustsDeclared: boolean;
  #groups: readonly IommuGroup[] | undefined;

  constructor(private readonly host: Host) {
    this.#likely = predictGroups(host, true);
    this.#cautious = predictGroups(host, false);
    this.#trustsDeclared = (valueOf(host.facts.kernel.acsOverride) ?? 'none') === 'none';
  }

  /** The key of a member's group: the declared number, or the prediction that takes unknown ports for isolating. */
  keyOf(member: GroupMember): string {
    const declared = this.#trustsDeclared ? declaredGroup(member) : undefined;
    return declared === undefined ? this.#likely(member) : String(declared);
  }

  predictedKeyOf(member: GroupMember): string {
    return this.#likely(member);
  }

  /** Whether two functions share a group; undefined where it depends on a fact that nobody stated. */
  share(a: GroupMember, b: GroupMember): Tristate {
    if (this.#trustsDeclared && declaredGroup(a) !== undefined && declaredGroup(b) !== undefined)
      return declaredGroup(a) === declaredGroup(b);
    const likely = this.#likely(a) === this.#likely(b);
    const cautious = this.#cautious(a) === this.#cautious(b);
    return likely === cautious ? likely : undefined;
  }

  /** Whether the predicted group of a member does not depend on unknown facts. */
  isCertain(member: GroupMember): boolean {
    return this.#likely(member) === this.#cautious(member);
  }

  /** All groups that hold more than bridges; enabled VFs are members one by one. */
  get all(): readonly IommuGroup[] {
    if (this.#groups === undefined) {
      const byKey = new Map<string, GroupMember[]>();
      for (const member of members(this.host)) {
        const key = this.keyOf(member);
        const group = byKey.get(key);
        if (group === undefined) byKey.set(key, [member]);
        else group.push(member);
      }
      this.#groups = [...byKey]
        .filter(([, list]) => list.some((member) => member.kind !== 'pcie-port'))
        .map(([id, list]) => ({ id, isDeclared: /^\d+$/.test(id), members: list }));
    }
    return this.#groups;
  }

  groupOf(member: GroupMember): IommuGroup {
    const key = this.keyOf(member);
    return this.all.find((group) => group.id === key) ?? { id: key, isDeclared: false, members: [member] };
  }
}

/** Functions of devices that sit on PCIe, ports, and the enabled VFs. */
function members(host: Host): GroupMember[] {
  const functions = host.devices
    .filter((device) => valueOf(device.facts.at)?.target?.kind !== 'device')
    .flatMap((device) => device.functions);
  return [...host.ports, ...functions, ...functions.flatMap(enabledVfs)];
}

/** The most VFs that PCIe lets one function have is far above what any has; the rest would only be drawn by mistake. */
const MAX_VFS_LISTED = 4096;

function enabledVfs(fn: PhysicalFunction): VirtualFunction[] {
  return Array.from({ length: Math.min(fn.numVfs, MAX_VFS_LISTED) }, (_, i) => virtualFunction(fn, i)).filter((vf) => vf !== undefined);
}

const groupsOf = new WeakMap<Host, IommuGroups>();

export function iommuGroups(host: Host): IommuGroups {
  let groups = groupsOf.get(host);
  if (groups === undefined) {
    groups = new IommuGroups(host);
    groupsOf.set(host, groups);
  }
  return groups;
}

/** A member as a person would name it: reference, and address where known. */
export function memberName(member: GroupMember): string {
  const bdf =
    member.kind === 'function'
      ? valueOf(member.address)
      : member.kind === 'pcie-port'
        ? valueOf(member.facts.bdf)
        : valueOf(member.facts.bdf);
  return bdf === undefined ? member.path : `${member.path} (${formatPciAddress(bdf)})`;
}
