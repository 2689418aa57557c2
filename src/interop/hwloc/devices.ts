import { formatPciAddress } from '../../core/units/pci-address.js';
import type { PcieLink } from '../../core/units/pcie-link.js';
import type { ImportLog } from '../import-log.js';
import { importConflict } from '../problems.js';
import type { NumaNodeFound } from './numa-nodes.js';
import { type OsDevices, readOsDevices } from './os-devices.js';
import { type ClassMeaning, meaningOf } from './pci-class.js';
import type { EndpointFound, PortFound } from './ports.js';
import { type CardEvidence, guessProfile, profileLink } from './profile-guess.js';
import type { VfSearch, VfsFound } from './vfs.js';

export interface FunctionFound {
  /** Function number; 0 where the address is not known. */
  readonly number: number;
  readonly endpoint: EndpointFound;
  readonly os: OsDevices;
  readonly vfs: VfsFound | undefined;
}

/** All physical functions of one slot. */
export interface DeviceFound {
  readonly functions: readonly FunctionFound[];
  readonly meaning: ClassMeaning;
  readonly port: PortFound | undefined;
  readonly numa: NumaNodeFound | undefined;
  readonly profile: string | undefined;
  /** Virtual functions whose card is not known. */
  readonly isVf: boolean;
  /** What the card itself can do, by its profile. */
  readonly link: PcieLink | undefined;
}

export function findDevices(endpoints: readonly EndpointFound[], vfs: VfSearch, hasMasks: boolean, log: ImportLog): DeviceFound[] {
  const slots = new Map<string, EndpointFound[]>();
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    if (vfs.all.has(endpoint)) continue;
    const { address, object } = endpoint.pci;
    const bdf = address === undefined ? undefined : formatPciAddress(address);
    if (bdf === undefined || seen.has(bdf)) {
      if (bdf !== undefined) log.add(importConflict.at('sameAddress', object.xml.attributeAt('pci_busid'), { bdf }));
      // A device by itself: what shares its slot cannot be told.
      slots.set(`alone ${slots.size}`, [{ ...endpoint, pci: { ...endpoint.pci, address: undefined } }]);
      continue;
    }
    seen.add(bdf);
    const slot = `${endpoint.port?.id} ${bdf.slice(0, -2)}${vfs.unplaced.has(endpoint) ? ' vfs' : ''}`;
    const others = slots.get(slot);
    if (others === undefined) slots.set(slot, [endpoint]);
    else others.push(endpoint);
  }
  return [...slots.values()].map((members) => {
    const functions = members
      .map((endpoint): FunctionFound => {
        const os = readOsDevices(endpoint.pci.object, hasMasks);
        return { number: endpoint.pci.address?.fn ?? 0, endpoint, os, vfs: vfs.byPf.get(endpoint) };
      })
      .sort((a, b) => a.number - b.number);
    const isVf = members.some((member) => vfs.unplaced.has(member));
    return describe(functions, isVf, log);
  });
}

function describe(functions: readonly FunctionFound[], isVf: boolean, log: ImportLog): DeviceFound {
  const { endpoint } = functions[0] as FunctionFound;
  const { pci, port, numa } = endpoint;
  const meaning = meaningOf(pci.pciClass, pci.id);
  const guess = guessProfile(evidenceOf(functions));
  let profile: string | undefined;
  if (guess !== undefined && 'name' in guess) {
    profile = guess.name;
    log.assume(
      pci.object.xml,
      `${addressText(endpoint)} [${pci.id}] is taken for "${profile}", the only profile that fits its PCI id; cards of one id may differ in speed.`,
    );
  } else if (guess !== undefined) {
    const names = guess.candidates.map((name) => `"${name}"`).join(', ');
    const why =
      guess.against === undefined ? `may be one of several profiles: ${names}` : `has the PCI id of ${names}, but ${guess.against}`;
    log.assume(pci.object.xml, `${addressText(endpoint)} [${pci.id}] ${why}; none is set.`);
  }
  if (mayHoldVfs(functions, meaning))
    log.assume(
      pci.object.xml,
      `The functions of ${addressText(endpoint)} behind the first may be virtual functions: hwloc does not tell. They are imported as physical ones.`,
    );
  return { functions, meaning, port, numa, profile, isVf, link: profile === undefined ? undefined : profileLink(profile) };
}

/** What tells cards of one PCI id apart. */
function evidenceOf(functions: readonly FunctionFound[]): CardEvidence {
  const [first] = functions as [FunctionFound];
  const blocks = first.os.block;
  const sizes = blocks.map(({ sizeBytes }) => sizeBytes);
  const capacity = sizes.length > 0 && !sizes.includes(undefined) ? sizes.reduce((sum: number, size) => sum + (size ?? 0), 0) : undefined;
  const gpu = functions.find(({ os }) => os.gpu !== undefined)?.os.gpu;
  return {
    pciId: first.endpoint.pci.id,
    functions: functions.length,
    model: blocks.find(({ title }) => title !== undefined)?.title ?? gpu?.title,
    sizeBytes: capacity ?? gpu?.memoryBytes,
  };
}

function addressText({ pci }: EndpointFound): string {
  return pci.address === undefined ? 'A device' : formatPciAddress(pci.address);
}

/** Of one class with the first function but of another id, or several on an NVMe drive, and without a device node of their own. */
function mayHoldVfs(functions: readonly FunctionFound[], { kind }: ClassMeaning): boolean {
  const [first, ...others] = functions;
  if (first === undefined || (kind !== 'nic' && kind !== 'nvme') || first.vfs !== undefined) return false;
  return others.some(
    ({ endpoint, os }) =>
      endpoint.pci.pciClass === first.endpoint.pci.pciClass &&
      os.net.length + os.block.length + os.rdma.length === 0 &&
      (kind === 'nvme' || endpoint.pci.id !== first.endpoint.pci.id),
  );
}
