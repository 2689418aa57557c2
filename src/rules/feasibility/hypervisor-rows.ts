import type { Change, Severity } from '../../core/diagnostics/diagnostic.js';
import type { Device, Namespace } from '../../core/model/device.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { devicesAbove } from '../../core/model/pcie.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { mediaOf } from '../../core/model/volume.js';
import type { Place } from '../../core/text/source.js';
import { child } from '../../core/text/tree.js';
import { changing, isInDocument, placeOfEntity, placeOfFact, setting } from '../support/text.js';

/** One thing that a hypervisor wants in another way. */
export interface HypervisorRow {
  readonly at: Place;
  /** As it follows the device. */
  readonly problem: string;
  readonly title?: string;
  readonly changes?: readonly (Change | undefined)[];
  readonly severity?: Severity;
}

type Row = (device: VirtualDevice, hypervisor: string) => HypervisorRow | undefined;

/** Xen keeps functions for guests with a driver of its own. */
const xenDriver: Row = (device, hypervisor) => {
  const { hostDriver } = device.facts;
  const driver = valueOf(hostDriver);
  if (hypervisor !== 'xen' || driver === undefined || !/vfio|uio|pci-stub/.test(driver) || isContainer(device)) return undefined;
  return {
    at: placeOfFact(hostDriver, device),
    problem: `Xen hands out functions that xen-pciback holds, not ${driver}`,
    title: 'Bind it to xen-pciback',
    changes: [changing(hostDriver, device, ['hostDriver'], 'xen-pciback')],
  };
};

/** A VF of Hyper-V belongs to a network adapter, which carries the traffic when the VF is away. */
const hypervPartner: Row = (device, hypervisor) => {
  if (hypervisor !== 'hyperv' || device.technique?.name !== 'sriov-vf') return undefined;
  const source = valueOf(device.facts.from)?.as('nic-port', 'function', 'vf', 'device');
  const kind = source === undefined ? undefined : source.kind === 'device' ? source.deviceKind : source.device.deviceKind;
  if (kind !== 'nic' && kind !== 'dpu') return undefined;
  const adapters = device.guest.devices.filter(({ technique }) => technique?.name === 'netvsc');
  if (adapters.length > 0) return undefined;
  const ids = new Set(device.guest.devices.map(({ id }) => id));
  let id = 'netvsc0';
  for (let n = 1; ids.has(id); n++) id = `netvsc${n}`;
  const vlan = valueOf(device.facts.vlan);
  const value = { technique: 'netvsc', failoverFor: device.id };
  return {
    at: placeOfFact(device.facts.technique, device),
    problem: 'Hyper-V gives a VF only to a guest with a synthetic adapter (netvsc), and this one has none',
    title: 'Add a netvsc adapter for it',
    changes: [setting(device.guest, ['devices', id], vlan === undefined ? value : { ...value, vlan })],
  };
};

/** Drivers before version 6 of the device use the next lower power of two. */
const vmxnet3Queues: Row = (device, hypervisor) => {
  const { queues } = device.facts;
  const n = valueOf(queues);
  if (hypervisor !== 'esxi' || device.technique?.name !== 'vmxnet3' || n === undefined || n < 1) return undefined;
  const power = 2 ** Math.floor(Math.log2(n));
  if (power === n) return undefined;
  return {
    at: placeOfFact(queues, device),
    problem: `vmxnet3 before version 6 has a power of two of queues: of ${n} it uses ${power}`,
    title: `Ask for ${power}`,
    changes: [changing(queues, device, ['queues'], power)],
    severity: 'warning',
  };
};

const PVSCSI_DEPTH = 254;

const pvscsiDepth: Row = (device, hypervisor) => {
  const { queueSize } = device.facts;
  if (hypervisor !== 'esxi' || device.technique?.name !== 'pvscsi' || queueSize.state !== 'known' || queueSize.value <= PVSCSI_DEPTH)
    return undefined;
  return {
    at: placeOfFact(queueSize, device),
    problem: `a PVSCSI disk takes at most ${PVSCSI_DEPTH} requests at once`,
    title: `Set it to ${PVSCSI_DEPTH}`,
    changes: [changing(queueSize, device, ['queueSize'], PVSCSI_DEPTH)],
    severity: 'warning',
  };
};

const FOREIGN: ReadonlySet<string> = new Set(['hyperv', 'esxi', 'powervm']);
const NAMES: Readonly<Record<string, string>> = { hyperv: 'Hyper-V', esxi: 'ESXi', powervm: 'PowerVM' };

/** vhost is a part of Linux, iothreads one of QEMU. */
const linuxOnly: Row = (device, hypervisor) => {
  if (!FOREIGN.has(hypervisor) || isContainer(device)) return undefined;
  const { backend } = device.facts;
  const word = valueOf(backend);
  if (word === 'vhost-net' || word === 'vhost-kernel' || word === 'vhost-user')
    return {
      at: placeOfFact(backend, device),
      problem: `${word} is a back end of Linux, and the host runs ${NAMES[hypervisor]}`,
      title: 'Leave the back end to the hypervisor',
      changes: [setting(device, ['backend'], undefined)],
    };
  const thread = namedControllers(device).find((reference) =>
    ['iothread', 'vhost-kernel'].includes(reference.as('controller')?.controllerKind ?? ''),
  );
  if (thread === undefined) return undefined;
  return { at: thread.at, problem: `${thread.text} is a thread of QEMU or Linux, and the host runs ${NAMES[hypervisor]}` };
};

/** A service partition reaches the adapters that were given to it. */
const ownedByPartition: Row = (device) => {
  for (const reference of namedControllers(device)) {
    const controller = reference.as('controller');
    const owned = controller?.controllerKind === 'vios' ? valueOf(controller.facts.devices) : undefined;
    const medium = valueOf(device.facts.media)?.as('namespace', 'volume', 'device');
    if (controller === undefined || owned === undefined || owned.length === 0 || medium === undefined) continue;
    const has = new Set(owned.map(({ target }) => target));
    const missing = has.has(medium) ? undefined : mediaOf(medium).find((each) => !owns(has, each));
    if (missing === undefined) continue;
    const drive = missing.kind === 'namespace' ? missing.device : missing;
    const list = child(controller.node, 'devices');
    const isOpen = list?.type === 'array' && isInDocument(list);
    return {
      at: placeOfFact(device.facts.media, device),
      problem: `its data lies on ${drive.path}, which ${controller.path} does not own`,
      ...(isOpen
        ? { title: `Give ${drive.id} to ${controller.id}`, changes: [{ kind: 'append', to: list, value: drive.id } as const] }
        : {}),
    };
  }
  return undefined;
};

/** A medium, its drive, or an adapter that the drive hangs on, as a whole or the functions of it. */
function owns(has: ReadonlySet<Entity | undefined>, medium: Namespace | Device): boolean {
  const drive = medium.kind === 'namespace' ? medium.device : medium;
  return has.has(medium) || [drive, ...devicesAbove(drive)].some((each) => has.has(each) || each.functions.some((fn) => has.has(fn)));
}

/** One service partition is one point of failure; two of them are the usual set-up of PowerVM. */
const twoPartitions: Row = (device) => {
  if (valueOf(device.guest.facts.availability) !== 'ha') return undefined;
  const serving = namedControllers(device).flatMap((reference) => reference.as('controller') ?? []);
  if (serving.length !== 1 || serving[0]?.controllerKind !== 'vios') return undefined;
  return {
    at: placeOfEntity(device),
    problem: `the guest was promised high availability, but only ${serving[0].path} serves the device; restarting that partition cuts it off`,
    severity: 'warning',
  };
};

const rows: readonly Row[] = [xenDriver, hypervPartner, vmxnet3Queues, pvscsiDepth, linuxOnly, ownedByPartition, twoPartitions];

/** What the hypervisor of its host wants otherwise; only a hypervisor that is stated can want something. */
export function rowsOf(device: VirtualDevice): HypervisorRow[] {
  const { hypervisor } = device.guest.host.facts;
  const name = hypervisor.state === 'known' ? hypervisor.value : '';
  const wanted: HypervisorRow[] = [];
  for (const row of rows) {
    const found = row(device, name);
    if (found !== undefined) wanted.push(found);
  }
  return wanted;
}

function isContainer(device: VirtualDevice): boolean {
  return valueOf(device.guest.facts.kind) === 'container';
}
