import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { type GroupMember, iommuGroups } from '../../core/model/iommu-groups.js';
import { between } from '../grade.js';
import type { Reach } from '../graph/reach.js';
import { isStandby, type Root } from '../graph/root.js';
import type { Cause } from './cause.js';

/** A function that a guest or device of a tenant drives. */
export interface Held {
  readonly root: Root;
  readonly member: GroupMember;
}

/** What of a tenant takes part in DMA on one host. */
export interface DmaSide {
  readonly reach: Reach;
  readonly host: Host;
  readonly held: readonly Held[];
  /** One for each function and group number: VFs of one function that nobody told apart are alike. */
  readonly kinds: readonly Held[];
  readonly byGroup: ReadonlyMap<string, Held>;
  /** Functions that the host drives for it. */
  readonly served: readonly { readonly member: GroupMember; readonly path: readonly string[] }[];
  readonly first: Root | undefined;
  /** It is meant to have functions that nothing hands out, because there is no IOMMU. */
  readonly isRefused: boolean;
}

export function mayHaveIommu(host: Host): boolean {
  const state = valueOf(host.facts.iommu.state);
  return state !== 'off' && state !== 'absent';
}

function doubts(root: Root): number {
  return (root.isHeldForCertain ? 0 : 1) + (isStandby(root) ? 2 : 0);
}

/** What holds only if guests drive functions themselves, of which the driver is not stated. */
export function softened(causes: readonly Cause[], ...holders: readonly (Held | undefined)[]): readonly Cause[] {
  const open = holders.filter((held) => held?.root.isHeldForCertain === false) as Held[];
  if (open.length === 0) return causes;
  const names = open.map(({ root }) => root.path).join(' and ');
  return causes.map(({ axis, about, interval, reason, open: facts = [], remedies, isInherent, isTimingChannel }) => ({
    axis,
    about,
    interval: between(0, interval.worst),
    reason: `${reason}, if ${names} ${open.length === 1 ? 'drives its function itself' : 'drive their functions themselves'} and not the kernel of the host`,
    open: [...facts, ...open.map(({ root }) => ({ entity: root.device?.path ?? root.path, property: 'hostDriver' }))],
    remedies: remedies ?? [],
    isInherent: isInherent ?? false,
    isTimingChannel: isTimingChannel ?? false,
  }));
}

const sides = new WeakMap<Reach, Map<Host, DmaSide>>();

export function sideOf(reach: Reach, host: Host): DmaSide {
  const known = sides.get(reach) ?? new Map<Host, DmaSide>();
  sides.set(reach, known);
  let side = known.get(host);
  if (side === undefined) {
    const roots = reach.rootsOn.get(host) ?? [];
    const groups = iommuGroups(host);
    const held: Held[] = [];
    const kinds = new Map<string, Held>();
    const byGroup = new Map<string, Held>();
    const hasIommu = mayHaveIommu(host);
    let isRefused = false;
    // What is certain, and what runs at all times, speaks for the rest.
    for (const root of [...roots].sort((x, y) => doubts(x) - doubts(y))) {
      for (const member of root.held) {
        const entry = { root, member };
        // Without an IOMMU VFIO hands out nothing, so functions are the matter of processes alone that do without.
        if (!hasIommu && bypassesIommu(root, member, host) !== true) {
          isRefused = true;
          continue;
        }
        held.push(entry);
        const kind = `${member.kind === 'vf' ? member.fn.path : member.path} ${member.kind} ${valueOf(member.facts.group)}`;
        if (!kinds.has(kind)) kinds.set(kind, entry);
        const key = groups.keyOf(member);
        if (!byGroup.has(key)) byGroup.set(key, entry);
      }
    }
    side = { reach, host, held, kinds: [...kinds.values()], byGroup, served: servedBy(reach, host), first: roots[0], isRefused };
    known.set(host, side);
  }
  return side;
}

function servedBy(reach: Reach, host: Host): DmaSide['served'] {
  const served: { member: GroupMember; path: readonly string[] }[] = [];
  for (const root of reach.rootsOn.get(host) ?? [])
    for (const member of root.heldByHost) served.push({ member, path: wayOf({ root, member }) });
  for (const { component, path, roots } of reach.holds.values()) {
    if (component.host !== host) continue;
    const { type, subject } = component;
    if (type === 'function') {
      const fn = subject as GroupMember;
      if (roots.some(({ pf, held, owned }) => pf !== fn && !held.includes(fn) && !owned.includes(fn as never)))
        served.push({ member: fn, path });
    } else if (type === 'drive' || type === 'storage-adapter' || type === 'gpu' || type === 'mediated-device') {
      const device = subject as Device;
      if (roots.some((root) => !takesFrom(root, device))) for (const member of device.functions) served.push({ member, path });
    }
  }
  return served;
}

/** It has a function of the device, so it is not the driver of the host that serves it. */
function takesFrom({ pf, held, owned }: Root, device: Device): boolean {
  return (
    pf?.device === device ||
    owned.some((fn) => fn.device === device) ||
    held.some((member) => member.kind !== 'pcie-port' && member.device === device)
  );
}

/** A function that a card presents to one guest goes by the name of the virtual device. */
export function wayOf({ root, member }: Held): string[] {
  return root.path === member.path ? [root.path] : [root.path, member.path];
}

/** A process of a container may drive a function where no IOMMU is on; for virtual machines VFIO refuses that. */
export function bypassesIommu({ guest, device }: Root, member: GroupMember, host: Host): boolean | undefined {
  const state = valueOf(host.facts.iommu.state);
  if (state === 'on' || valueOf(guest.facts.kind) !== 'container' || member.kind === 'pcie-port') return false;
  const driver = (device === undefined ? undefined : valueOf(device.facts.hostDriver)) ?? valueOf(member.facts.driver);
  if (driver === undefined) return state === undefined ? false : valueOf(host.facts.vfio.noiommu) === true;
  if (driver === 'uio_pci_generic' || driver === 'igb_uio') return state === undefined ? undefined : true;
  return /vfio[-_]pci$/.test(driver) && valueOf(host.facts.vfio.noiommu) === true;
}
