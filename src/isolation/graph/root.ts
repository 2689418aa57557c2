import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Guest } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import type { GroupMember } from '../../core/model/iommu-groups.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Edge } from '../component.js';
import type { Presence } from './presence.js';
import type { Caps } from './rates.js';

/**
 * Where the reach of a tenant begins: a guest, or one of its virtual devices. Copies of a guest are one root; those whose VFs
 * come from different functions are one for each function.
 */
export interface Root {
  /** Reference of the first copy. */
  readonly path: string;
  readonly tenant: Tenant;
  readonly guest: Guest;
  readonly host: Host;
  /** Undefined for the guest itself: its CPUs and memory. */
  readonly device: VirtualDevice | undefined;
  readonly count: number;
  /** Functions that the guest drives by itself, with DMA of its own. */
  readonly held: readonly GroupMember[];
  /** Functions that the kernel of the host drives for it alone. */
  readonly heldByHost: readonly GroupMember[];
  /** False where it depends on a driver that nobody stated whether the guest drives them itself. */
  readonly isHeldForCertain: boolean;
  /** Physical functions that it has for itself, whoever drives them. */
  readonly owned: readonly PhysicalFunction[];
  /** The function whose VFs these are. */
  readonly pf: PhysicalFunction | undefined;
  readonly presence: Presence | undefined;
  readonly caps: Caps;
  /** Ways that begin here. The last step goes on as the graph has it; those before serve this root only on this way. */
  readonly routes: readonly (readonly Edge[])[];
  /** What of its own it passes first, for paths: an implied vhost thread, a VF. */
  readonly prefix: readonly string[];
}

export function isContainer({ guest }: Root): boolean {
  return valueOf(guest.facts.kind) === 'container';
}

/** Of guests that stand in for each other only one runs at a time, so what one of them takes for itself the other can have as well. */
export function takeTurns(x: Root, y: Root): boolean {
  return isStandby(x) || isStandby(y);
}

export function isStandby({ guest }: Root): boolean {
  return valueOf(guest.facts.standby) === true;
}
