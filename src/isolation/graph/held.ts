import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { readFacts } from '../../core/model/facts.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { GroupMember, Tristate } from '../../core/model/iommu-groups.js';
import { assignedTarget } from '../../core/model/mapping.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { techniques } from '../../techniques/index.js';

/** What of the hardware a virtual device puts into the hands of its guest. */
export interface Holding {
  /** Functions whose DMA follows orders of the guest. */
  readonly members: readonly GroupMember[];
  /** Functions that the kernel of the host drives for it alone. */
  readonly byHost: readonly GroupMember[];
  /** Functions of a whole device, or physical functions, that nobody else is meant to have: who has one governs what it serves. */
  readonly owned: readonly PhysicalFunction[];
  /** False where it depends on a driver that nobody stated whether the guest drives DMA at all. */
  readonly isCertain: boolean;
}

const NOTHING: Holding = { members: [], byHost: [], owned: [], isCertain: true };

/** Virtual queues in hardware are driven by a process on behalf of one guest. */
export function holdingOf(device: VirtualDevice, vfs: readonly VirtualFunction[]): Holding {
  const technique = techniques.get(device.technique?.name ?? '');
  if (technique?.name === 'nvme-namespace' && valueOf(device.facts.backend) !== 'vhost-user') {
    // QEMU takes the whole drive from the host, and the guest gets virtio.
    return { members: valueOf(device.facts.media)?.as('namespace')?.device.functions ?? [], byHost: [], owned: [], isCertain: true };
  }
  if (technique?.sharing.guestDrivesDma !== true) return NOTHING;
  if (vfs.length > 0) return driven(device, vfs, []);
  if (technique.name === 'dpu-virtio' || technique.takes === 'partition') return driven(device, partOf(device), []);
  const taken = assignedTarget(device);
  if (taken === undefined || isReplicated(taken) || !(technique.takes === 'device-or-function' || technique.takes === 'function'))
    return NOTHING;
  return taken.kind === 'vf' ? driven(device, [taken], []) : driven(device, functionsOf(taken), functionsOf(taken));
}

function driven(device: VirtualDevice, members: readonly GroupMember[], owned: readonly PhysicalFunction[]): Holding {
  const byGuest = isDrivenByGuest(device, members[0]);
  return byGuest === false
    ? { members: [], byHost: members, owned, isCertain: true }
    : { members, byHost: [], owned, isCertain: byGuest === true };
}

/** VFIO hands a function to a virtual machine. In a container it is the kernel of the host that drives it, unless the driver says otherwise. */
function isDrivenByGuest({ guest, facts, technique }: VirtualDevice, member: GroupMember | undefined): Tristate {
  if (valueOf(guest.facts.kind) !== 'container') return true;
  if (technique?.takes === 'partition') return false;
  if (member === undefined || member.kind === 'pcie-port') return false;
  const driver = valueOf(facts.hostDriver) ?? valueOf(member.facts.driver);
  if (driver !== undefined) return /vfio|uio/.test(driver);
  // Container runtimes hand out GPUs as files of their kernel driver.
  if (member.device.deviceKind === 'gpu') return false;
  return facts.driver.state === 'known' && facts.driver.value === 'kernel' ? false : undefined;
}

const parts = new WeakMap<VirtualDevice, readonly GroupMember[]>();

/**
 * The function that a card presents to one guest: virtio of a DPU, an instance of a GPU as a vGPU. No document lists it; for
 * the IOMMU it is one more virtual function of the card.
 */
function partOf(device: VirtualDevice): readonly GroupMember[] {
  let part = parts.get(device);
  if (part === undefined) {
    const fn = functionBehind(device);
    part = fn === undefined ? [] : [madeUp(device, fn)];
    parts.set(device, part);
  }
  return part;
}

function madeUp({ id, path, at }: VirtualDevice, fn: PhysicalFunction): VirtualFunction {
  return { kind: 'vf', id, path, at, node: undefined, parent: fn, fn, device: fn.device, index: 0, facts: readFacts('vf', undefined, []) };
}

function functionBehind(device: VirtualDevice): PhysicalFunction | undefined {
  const taken = assignedTarget(device);
  if (taken?.kind === 'function') return taken;
  if (taken?.kind === 'nic-port' && taken.fn !== undefined) return taken.fn;
  return (taken === undefined ? cardServing(device) : taken.kind === 'device' ? taken : taken.device)?.functions[0];
}

/** The card that presents a virtual device by itself: the one it is taken from, or on whose processors its controller runs. */
export function cardServing(device: VirtualDevice): Device | undefined {
  const taken = assignedTarget(device);
  if (taken !== undefined) return taken.kind === 'device' ? taken : taken.device;
  for (const reference of namedControllers(device)) {
    const controller = reference.as('controller');
    const card = controller?.controllerKind === 'dpu' ? valueOf(controller.facts.device)?.as('device') : undefined;
    if (card !== undefined) return card;
  }
  return undefined;
}

/** Time slices and MPS make replicas of one GPU that containers take as if it were whole. */
export function isReplicated(taken: NonNullable<ReturnType<typeof assignedTarget>>): boolean {
  const card = taken.kind === 'device' ? taken : taken.device;
  return card.deviceKind === 'gpu' && ['time-slice', 'mps'].includes(valueOf(card.facts.sharing) ?? '');
}

export function functionsOf(taken: NonNullable<ReturnType<typeof assignedTarget>>): readonly PhysicalFunction[] {
  switch (taken.kind) {
    case 'device':
      return taken.functions;
    case 'function':
      return [taken];
    case 'vf':
      return [taken.fn];
    case 'nic-port':
      return taken.fn === undefined ? [] : [taken.fn];
    default:
      return [];
  }
}
