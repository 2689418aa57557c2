import { type PciAddress, routingId } from '../../core/units/pci-address.js';
import type { ImportLog } from '../import-log.js';
import type { EndpointFound, PortFound } from './ports.js';
import { ownersOfVf } from './profile-guess.js';

/** Virtual functions of one physical function, in order of their index. */
export interface VfsFound {
  readonly vfs: readonly EndpointFound[];
  /** First VF Offset and VF Stride; the stride is unknown where there is a single VF. */
  readonly offset: number;
  readonly stride: number | undefined;
}

export interface VfSearch {
  /** By physical function. */
  readonly byPf: ReadonlyMap<EndpointFound, VfsFound>;
  readonly all: ReadonlySet<EndpointFound>;
  /** Virtual functions whose physical function is open: devices of their own, though they may share its slot. */
  readonly unplaced: ReadonlySet<EndpointFound>;
}

/**
 * Finds virtual functions. hwloc lists them as plain PCI devices with nothing that says so: their id does, where the
 * catalogue knows it as one of VFs or the name of the device says "Virtual Function". Which function they belong to is
 * certain with one candidate on the bus, or where the catalogue knows offset and stride; otherwise they stay devices.
 */
export function findVfs(endpoints: readonly EndpointFound[], log: ImportLog): VfSearch {
  const byPf = new Map<EndpointFound, VfsFound>();
  const all = new Set<EndpointFound>();
  const unplaced = new Set<EndpointFound>();
  const atPort = new Map<PortFound | undefined, EndpointFound[]>();
  for (const endpoint of endpoints) {
    const others = atPort.get(endpoint.port);
    if (others === undefined) atPort.set(endpoint.port, [endpoint]);
    else others.push(endpoint);
  }
  for (const group of vfGroups(endpoints)) {
    const candidates = candidatePfs(group, atPort.get(group[0]?.port) ?? []);
    const found = candidates.length === 1 ? single(candidates[0] as EndpointFound, group) : byArithmetic(candidates, group);
    if (found === undefined) {
      for (const vf of group) unplaced.add(vf);
      reportUnplaced(group, candidates.length, log);
      continue;
    }
    for (const [pf, vfs] of found) {
      byPf.set(pf, vfs);
      for (const vf of vfs.vfs) all.add(vf);
    }
  }
  return { byPf, all, unplaced };
}

function reportUnplaced(group: readonly EndpointFound[], candidates: number, log: ImportLog): void {
  const { pci } = group[0] as EndpointFound;
  const what = group.length === 1 ? 'A virtual function' : `${group.length} virtual functions`;
  const why = candidates === 0 ? 'no physical function beside' : `${candidates} physical functions to belong to`;
  const verb = group.length === 1 ? 'has' : 'have';
  log.assume(pci.object.xml, `${what} [${pci.id}] ${verb} ${why}; imported as devices of their own.`);
}

/** VFs of one id below one port. */
function vfGroups(endpoints: readonly EndpointFound[]): EndpointFound[][] {
  const groups = new Map<string, EndpointFound[]>();
  for (const endpoint of endpoints) {
    const { id, address } = endpoint.pci;
    if (id === undefined || address === undefined || !isVf(endpoint)) continue;
    const key = `${endpoint.port?.id} ${address.domain} ${id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [endpoint]);
    else group.push(endpoint);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => ridOf(a) - ridOf(b)));
}

function isVf({ pci }: EndpointFound): boolean {
  return /virtual function/i.test(pci.title ?? '') || ownersOfVf(pci.id ?? '').length > 0;
}

/** @param endpoints those beside the VFs. */
function candidatePfs(group: readonly EndpointFound[], endpoints: readonly EndpointFound[]): EndpointFound[] {
  const [first] = group as [EndpointFound];
  const known = ownersOfVf(first.pci.id ?? '').map(({ pciId }) => pciId);
  const vendor = first.pci.id?.slice(0, 4);
  return endpoints.filter((endpoint) => {
    const { id, address, pciClass } = endpoint.pci;
    if (id === undefined || address === undefined || isVf(endpoint)) return false;
    if (address.domain !== first.pci.address?.domain || ridOf(endpoint) >= ridOf(first)) return false;
    return known.length > 0 ? known.includes(id) : id.startsWith(`${vendor}:`) && pciClass.slice(0, 2) === first.pci.pciClass.slice(0, 2);
  });
}

/** One function that can own them: the distances of the addresses are offset and stride. */
function single(pf: EndpointFound, group: readonly EndpointFound[]): Map<EndpointFound, VfsFound> | undefined {
  const rids = group.map(ridOf);
  const steps = rids.slice(1).map((rid, i) => rid - (rids[i] as number));
  const [stride] = steps;
  if (steps.some((step) => step !== stride || step < 1)) return undefined;
  return new Map([[pf, { vfs: group, offset: (rids[0] as number) - ridOf(pf), stride }]]);
}

/** Several functions, of all of which it must be known where their VFs lie: each VF is the next one of exactly one of them. */
function byArithmetic(pfs: readonly EndpointFound[], group: readonly EndpointFound[]): Map<EndpointFound, VfsFound> | undefined {
  const owners = ownersOfVf(group[0]?.pci.id ?? '');
  const slots = pfs.map((pf) => {
    const grid = owners.find(({ pciId }) => pciId === pf.pci.id)?.gridOf(pf.pci.address?.fn ?? 0);
    return { pf, offset: grid?.offset ?? 0, stride: grid?.stride ?? 0, vfs: [] as EndpointFound[] };
  });
  if (slots.length === 0 || slots.some(({ offset, stride }) => offset < 1 || stride < 1)) return undefined;
  for (const vf of group) {
    const [owner, ...others] = slots.filter(({ pf, offset, stride, vfs }) => ridOf(vf) === ridOf(pf) + offset + stride * vfs.length);
    if (owner === undefined || others.length > 0) return undefined;
    owner.vfs.push(vf);
  }
  return new Map(slots.filter(({ vfs }) => vfs.length > 0).map(({ pf, vfs, offset, stride }) => [pf, { vfs, offset, stride }]));
}

function ridOf({ pci }: EndpointFound): number {
  return routingId(pci.address as PciAddress);
}
