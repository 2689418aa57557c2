import type { Tristate } from '../../core/model/iommu-groups.js';
import type { Switch } from '../../core/model/switch.js';
import type { Interval } from '../grade.js';
import type { Presence } from '../graph/presence.js';
import type { FreeVlans, OpenFact } from './cause.js';

/** What is known of the place where two meet. */
export interface SegmentOptions {
  /** The grade where nothing of layer 2 is shared: what then keeps the two apart. */
  readonly base: number;
  /** Whether VLANs of ports are enforced here. */
  readonly enforces: Tristate;
  /** What to write where nobody says whether they are. */
  readonly enforcedBy?: OpenFact;
  /** The e-switch of a NIC: it alone looks at addresses and tags of VFs. */
  readonly isNic?: boolean;
  readonly entity?: Switch | undefined;
  /** A physical network: its ports put untagged frames into a VLAN each. */
  readonly isNetwork?: boolean;
  /** Only those count of whom at least one is attached here. */
  readonly isOnlyHere?: boolean;
  readonly vlans: FreeVlans;
}

/** How two of them meet. */
export interface Verdict {
  readonly interval: Interval;
  readonly reason: () => string;
  readonly a: Presence;
  readonly b: Presence;
  readonly open: readonly OpenFact[];
}
