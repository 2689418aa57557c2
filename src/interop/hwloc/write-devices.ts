import { formatPciAddress } from '../../core/units/pci-address.js';
import { type DraftObject, draft, type Note } from '../draft.js';
import type { IdPool } from '../ids.js';
import { aboutBytes, capacity } from '../quantities.js';
import type { DeviceFound, FunctionFound } from './devices.js';
import type { BlockDevice } from './os-devices.js';

/** Writes devices, and behind each adapter the disks on it. */
export function writeDevices(into: DraftObject, devices: readonly DeviceFound[], ids: IdPool): void {
  // Names that Linux gave go first, so that a number counted here does not take one of them.
  const named = new Map(devices.map((device) => [device, controllerName(device)] as const));
  const idOf = new Map<DeviceFound, string>();
  for (const [device, name] of named) if (name !== undefined) idOf.set(device, ids.take(name));
  for (const device of devices) {
    const id = idOf.get(device) ?? ids.next(device.meaning.prefix);
    into.set(id, writeDevice(device), noteOf(device));
    if (device.meaning.kind === 'nvme') continue;
    for (const fn of device.functions) for (const disk of fn.os.block) writeDisk(into, disk, id, ids);
  }
}

/** `nvme1` of the block device `nvme1n1`, or of `nvme0c1n1` where the drive has several paths. */
function controllerName({ meaning, functions }: DeviceFound): string | undefined {
  if (meaning.kind !== 'nvme') return undefined;
  const match = /^nvme(\d+)(?:c(\d+))?n\d+$/.exec(functions[0]?.os.block[0]?.name ?? '');
  return match === null ? undefined : `nvme${match[2] ?? match[1]}`;
}

function writeDevice(device: DeviceFound): DraftObject {
  const { functions, meaning, port, numa, profile } = device;
  const [first] = functions as [FunctionFound];
  const { pci } = first.endpoint;
  const bdf = pci.address !== undefined && first.number === 0 && pci.address.fn === 0 ? formatPciAddress(pci.address) : undefined;
  const gpu = functions.find(({ os }) => os.gpu !== undefined)?.os.gpu;
  const ports = portsOf(device);
  const value = draft({
    profile,
    kind: profile === undefined ? meaning.kind : undefined,
    title: profile === undefined ? (gpu?.title ?? pci.title ?? titleOfDisk(device) ?? titleOfClass(device)) : undefined,
    pciId: profile === undefined ? pci.id : undefined,
    at: port?.id,
    numa: port === undefined ? numa?.id : undefined,
    bdf,
    multifunction: functions.length > 1 || first.number > 0 ? true : undefined,
    gpu: profile === undefined && gpu?.memoryBytes !== undefined ? draft({ memory: aboutBytes(gpu.memoryBytes) }) : undefined,
  });
  if (ports.size > 0) {
    const written = value.object('ports');
    for (const fn of functions) for (const { id, netdev, mac } of ports.get(fn) ?? []) written.set(id, draft({ netdev, macAddress: mac }));
  }
  if (functions.length === 1 && first.vfs !== undefined) value.set('sriov', sriovOf(first));
  if (needsFunctions(device, ports)) {
    const written = value.object('functions');
    for (const [i, fn] of functions.entries()) written.set(`f${fn.number}`, writeFunction(fn, i, device, ports.get(fn)?.[0]?.id));
  }
  if (meaning.kind === 'nvme') writeNamespaces(value, device);
  return value;
}

interface PortOfFunction {
  readonly id: string;
  readonly netdev: string | undefined;
  readonly mac: string | undefined;
}

/** NIC ports by function: one for each interface of the host, or one for each function where the host has none. */
function portsOf({ functions, meaning }: DeviceFound): Map<FunctionFound, PortOfFunction[]> {
  const result = new Map<FunctionFound, PortOfFunction[]>();
  if (meaning.kind !== 'nic') return result;
  const anyNetdev = functions.some(({ os }) => os.net.length > 0);
  let n = 0;
  for (const fn of functions) {
    if (anyNetdev)
      result.set(
        fn,
        fn.os.net.map(({ name, mac }) => ({ id: `p${n++}`, netdev: name, mac })),
      );
    else if (fn.endpoint.pci.pciClass === functions[0]?.endpoint.pci.pciClass)
      result.set(fn, [{ id: `p${n++}`, netdev: undefined, mac: undefined }]);
  }
  return result;
}

/** A device with function 0 alone, or with one function for each port in order, needs no list of them. */
function needsFunctions({ functions, meaning }: DeviceFound, ports: ReadonlyMap<FunctionFound, readonly PortOfFunction[]>): boolean {
  const [first] = functions as [FunctionFound];
  // Left to itself, a NIC has a function for each port; one function with two ports has to say so.
  if (functions.length === 1 && (ports.get(first)?.length ?? 1) === 1)
    return first.number !== 0 || (meaning.kind === 'other' && first.endpoint.pci.pciClass !== '');
  return functions.some(
    (fn, i) =>
      fn.number !== i ||
      fn.vfs !== undefined ||
      ports.get(fn)?.length !== 1 ||
      fn.endpoint.pci.pciClass !== functions[0]?.endpoint.pci.pciClass,
  );
}

function writeFunction(fn: FunctionFound, position: number, device: DeviceFound, port: string | undefined): DraftObject {
  const { pci } = fn.endpoint;
  const [first] = device.functions as [FunctionFound];
  return draft({
    index: fn.number === position ? undefined : fn.number,
    bdf: pci.address === undefined || (device.functions.length === 1 && fn.number === 0) ? undefined : formatPciAddress(pci.address),
    port,
    class: pci.pciClass === '' ? undefined : pci.pciClass,
    title: fn !== first && pci.title !== first.endpoint.pci.title ? pci.title : undefined,
    sriov: device.functions.length > 1 && fn.vfs !== undefined ? sriovOf(fn) : undefined,
  });
}

function sriovOf({ vfs }: FunctionFound): DraftObject | undefined {
  if (vfs === undefined) return undefined;
  return draft({ supported: true, vfs: vfs.vfs.length, offset: vfs.offset, stride: vfs.stride });
}

function writeNamespaces(value: DraftObject, { functions }: DeviceFound): void {
  for (const { os } of functions) {
    for (const { name, sizeBytes } of os.block) {
      const nsid = Number(/n(\d+)$/.exec(name)?.[1] ?? 1);
      value
        .object('namespaces')
        .set(`ns${nsid}`, draft({ nsid: nsid > 0 ? nsid : undefined, size: sizeBytes === undefined ? undefined : capacity(sizeBytes) }));
    }
  }
}

/** @param at the adapter; disks that hwloc shows without one have none. */
export function writeDisk(into: DraftObject, disk: BlockDevice, at: string | undefined, ids: IdPool): void {
  const id = ids.take(/^[A-Za-z_][\w.-]*$/.test(disk.name) ? disk.name : 'disk');
  const value = draft({
    kind: 'disk',
    title: disk.title,
    at,
    size: disk.sizeBytes === undefined || disk.isRemovable ? undefined : capacity(disk.sizeBytes),
  });
  into.set(id, value, disk.isRemovable ? { behind: 'removable media' } : {});
}

function titleOfDisk({ meaning, functions }: DeviceFound): string | undefined {
  return meaning.kind === 'nvme' ? functions.flatMap(({ os }) => os.block).find(({ title }) => title !== undefined)?.title : undefined;
}

/** A device of no kind the language knows is at least called what its class says. */
function titleOfClass({ meaning, functions, isVf }: DeviceFound): string | undefined {
  if (isVf) return 'virtual function';
  return meaning.kind === 'other' && functions[0]?.endpoint.pci.id !== undefined ? meaning.name : undefined;
}

/** Names under which people look for the device on the host. */
function noteOf({ functions, profile, port, numa }: DeviceFound): Note {
  const rdma = functions.flatMap(({ os }) => os.rdma);
  const title = profile === undefined ? undefined : functions[0]?.endpoint.pci.title;
  const notes = [
    title,
    rdma.length > 0 ? `RDMA: ${rdma.join(', ')}` : undefined,
    port === undefined && numa !== undefined ? 'the bridges above it are not in the file' : undefined,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? {} : { above: notes.join('; ') };
}
