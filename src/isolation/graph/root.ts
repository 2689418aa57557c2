import type { Tenant } from '../../core/model/document.js';
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
  /** The function whose VFs these are. */
  readonly pf: PhysicalFunction | undefined;
  readonly presence: Presence | undefined;
  readonly caps: Caps;
  /** Ways that begin here. The last step goes on as the graph has it; those before serve this root only on this way. */
  readonly routes: readonly (readonly Edge[])[];
  /** What of its own it passes first, for paths: an implied vhost thread, a VF. */
  readonly prefix: readonly string[];
}
