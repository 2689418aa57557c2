import type { Property } from '../text/tree.js';
import type { BuildContext } from './build.js';
import { type Controller, impliedController } from './controller.js';
import { declared, type EntityBase } from './entity.js';
import { valueOf } from './fact.js';
import type { VirtualDeviceFacts } from './facts.generated.js';
import type { VirtualFunction } from './function.js';
import type { Guest, GuestInstance } from './guest.js';
import type { Reference } from './reference.js';
import type { TechniqueTraits } from './technique-traits.js';
import { extended } from './templates.js';

/** A virtual device as declared; every copy of its guest has one. */
export interface VirtualDevice extends EntityBase<'virtual-device'> {
  readonly guest: Guest;
  readonly facts: VirtualDeviceFacts;
  /** Undefined where the document names none, or one that does not exist. */
  readonly technique: TechniqueTraits | undefined;
}

/** The device in one copy of its guest. */
export interface VirtualDeviceInstance {
  readonly decl: VirtualDevice;
  readonly guest: GuestInstance;
  readonly path: string;
  /** The VF it has, where its technique takes one and one was left. */
  vf?: VirtualFunction;
}

export function buildVirtualDevice(prop: Property, guest: Guest, context: BuildContext): VirtualDevice {
  const node = extended(prop.value, context);
  const base = declared('virtual-device', prop, guest, node);
  const device = Object.assign(base, { guest }) as VirtualDevice;
  const facts = context.read('virtual-device', node, device);
  const technique = context.techniques.get(valueOf(facts.technique) ?? '');
  return Object.assign(device, { facts, technique });
}

const impliedOf = new WeakMap<VirtualDeviceInstance, readonly Controller[]>();

/** What serves the device: the controllers it names, or the one its technique brings along. */
export function controllersOf(instance: VirtualDeviceInstance): readonly Controller[] {
  const named = namedControllers(instance.decl).flatMap((reference) => reference.as('controller') ?? []);
  if (named.length > 0) return named;
  let implied = impliedOf.get(instance);
  if (implied === undefined) {
    const hypervisor = valueOf(instance.decl.guest.host.facts.hypervisor) ?? 'kvm';
    const kind = instance.decl.technique?.impliedController(instance.decl.facts, hypervisor);
    implied = kind === undefined ? [] : [impliedController(kind, instance)];
    impliedOf.set(instance, implied);
  }
  return implied;
}

export function namedControllers(device: VirtualDevice): readonly Reference[] {
  const value = valueOf(device.facts.controller);
  if (value === undefined) return [];
  return 'text' in value ? [value] : value;
}
