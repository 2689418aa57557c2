import { child, type Property } from '../text/tree.js';
import type { BuildContext } from './build.js';
import type { Profile } from './document.js';
import { declared, type EntityBase, entries } from './entity.js';
import { valueOf } from './fact.js';
import type { DeviceFacts, MediatedTypeFacts, NamespaceFacts, NicPortFacts, PartitionFacts } from './facts.generated.js';
import { buildFunctions, type PhysicalFunction } from './function.js';
import type { Host } from './host.js';
import { merge } from './merge.js';

export type DeviceKind = 'nic' | 'nvme' | 'hba' | 'disk' | 'gpu' | 'accelerator' | 'dpu' | 'usb' | 'audio' | 'other';

export interface Device extends EntityBase<'device'> {
  readonly host: Host;
  readonly facts: DeviceFacts;
  readonly deviceKind: DeviceKind;
  readonly ports: readonly NicPort[];
  readonly functions: readonly PhysicalFunction[];
  readonly namespaces: readonly Namespace[];
  readonly partitions: readonly Partition[];
  readonly mediatedTypes: readonly MediatedType[];
}

export interface NicPort extends EntityBase<'nic-port'> {
  readonly device: Device;
  readonly facts: NicPortFacts;
  /** The function that drives the port; set once the functions of the device are known. */
  readonly fn: PhysicalFunction | undefined;
}

export interface Namespace extends EntityBase<'namespace'> {
  readonly device: Device;
  readonly facts: NamespaceFacts;
}

export interface Partition extends EntityBase<'partition'> {
  readonly device: Device;
  readonly facts: PartitionFacts;
}

export interface MediatedType extends EntityBase<'mediated-type'> {
  readonly device: Device;
  readonly facts: MediatedTypeFacts;
}

/** A device with the facts of its profile below its own. */
export function buildDevice(prop: Property, host: Host, context: BuildContext): Device {
  const own = prop.value;
  const profileName = child(own, 'profile');
  const profile = profileName?.type === 'string' ? context.profileNode(profileName.value as string) : undefined;
  const node = own === undefined ? undefined : merge(profile, own);
  const base = declared('device', prop, host, node);
  const device = Object.assign(base, { host }) as Device;
  const facts = context.read('device', node, device);
  Object.assign(device, { facts, deviceKind: valueOf(facts.kind) ?? guessKind(base.id) });
  const ports = entries(child(node, 'ports')).map((p) => part('nic-port', p, device, context));
  Object.assign(device, {
    ports,
    namespaces: entries(child(node, 'namespaces')).map((p) => part('namespace', p, device, context)),
    partitions: entries(child(node, 'partitions')).map((p) => part('partition', p, device, context)),
    mediatedTypes: entries(child(node, 'mediatedTypes')).map((p) => part('mediated-type', p, device, context)),
  });
  Object.assign(device, { functions: buildFunctions(device, context) });
  for (const port of ports) Object.assign(port, { fn: device.functions.find((fn) => fn.port === port) });
  return device;
}

type Part = NicPort | Namespace | Partition | MediatedType;

function part<Kind extends Part['kind']>(kind: Kind, prop: Property, device: Device, context: BuildContext): Extract<Part, { kind: Kind }> {
  const base = declared(kind, prop, device);
  const entity = Object.assign(base, { device }) as Extract<Part, { kind: Kind }>;
  return Object.assign(entity, { facts: context.read(kind, base.node, entity) });
}

/** What a device without profile or `kind` most likely is, by how people name devices. */
function guessKind(id: string): DeviceKind {
  const name = id.toLowerCase();
  if (/^(nic|eth|eno|ens|enp|port|ib|mlx)/.test(name)) return 'nic';
  if (/^(ssd|nvme)/.test(name)) return 'nvme';
  if (/^(gpu|vga|card)/.test(name)) return 'gpu';
  if (/^(disk|hdd|sd[a-z])/.test(name)) return 'disk';
  if (/^(hba|sas|raid|ahci|sata)/.test(name)) return 'hba';
  if (/^dpu/.test(name)) return 'dpu';
  return 'other';
}

/** The profile a device names, if it exists. */
export function profileOf(device: Device): Profile | undefined {
  return valueOf(device.facts.profile)?.as('profile');
}
