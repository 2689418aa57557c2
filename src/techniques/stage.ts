import type { Cost } from '../catalog/costs/book.js';
import type { Host } from '../core/model/host.js';
import type { CpuSet } from '../core/units/cpu-set.js';

/** One thing that passes through the design: a packet, an I/O, a job. `share` is its part of the mix of its workload. */
export interface Operation {
  readonly kind: 'packet' | 'read' | 'write' | 'job';
  readonly sizeBytes: number;
  readonly share: number;
  /** The host page cache answers it: it never reaches the medium, or not while anybody waits. */
  readonly isCached?: boolean;
  /** Which member of a striped or mirrored volume it goes to. */
  readonly member?: number;
}

export type ThreadRole = 'vcpu' | 'main-loop' | 'iothread' | 'vhost' | 'poll' | 'softirq' | 'process' | 'partition' | 'dpu';

/** A thread, or a set of threads that are alike, which does work on CPUs of a host. */
export interface Thread {
  readonly id: string;
  readonly role: ThreadRole;
  readonly host: Host;
  /** Path of the entity it belongs to. */
  readonly entity: string;
  /** CPUs it may run on; undefined for a thread that floats over those that nobody pinned. */
  readonly cpus: CpuSet | undefined;
  /** How many of its threads can run at once: the vCPUs of a guest, the cores of a poll-mode switch. */
  readonly width: number;
  /** It never sleeps and needs no notification. */
  readonly polls: boolean;
  readonly weight: number;
  readonly clockHz: number;
  /** Whether its time is spent by the host on I/O virtualization: everything but vCPUs. */
  readonly isHostWork: boolean;
  /** Time for which it looks for work before it sleeps. */
  readonly pollSec?: number;
  /** While it looks it needs no notification: an iothread sees the ring by itself; an idle vCPU is only quicker to wake. */
  readonly pollHides?: boolean;
  /** Its width are cores over which a hash spreads packets, each with its own queue. */
  readonly isHashed?: boolean;
  /** How much longer its work takes because a quota lets it run only part of the time. */
  readonly dilation?: number;
}

export type StationKind =
  | 'pcie'
  | 'wire'
  | 'nic'
  | 'medium'
  | 'bandwidth'
  | 'gpu'
  | 'shaper'
  | 'policer'
  | 'lock'
  | 'network'
  | 'memory'
  | 'remote'
  | 'slots';

/** A place other than a CPU at which operations are served and may have to wait. Stages that name one id meet there. */
export interface Station {
  readonly id: string;
  readonly kind: StationKind;
  /** Path of the entity it belongs to. */
  readonly entity: string;
  readonly servers: number;
  /**
   * `fifo`: as they come. `fair`: deficit round robin between the users, by weight. `priority`: the most urgent first.
   * `shared`: all at once. `channels`: each operation goes to one server by chance and waits there.
   */
  readonly discipline: 'fifo' | 'fair' | 'priority' | 'shared' | 'channels';
  /** Token bucket: what passes at once after a pause, in operations or bits as `serviceSec` counts them. */
  readonly burstSec?: number;
  /** Policer: depth of the second bucket in the same unit, and its rate against the first; 0: it gets what the first cannot hold. */
  readonly excessSec?: number;
  /** Shapers: tokens come at the beginning of slices of so long; evenly if left out. */
  readonly sliceSec?: number;
  readonly peakRatio?: number;
  /** Longest time that one operation keeps a server of a `fair` station while others wait. */
  readonly chunkSec?: number;
  /** A `fair` station whose turns count operations, not time: large ones get more of it. */
  readonly turnsCountOperations?: boolean;
}

/** Who an operation counts as where users are told apart: a vport at a NIC, a queue at a disk. */
export interface User {
  readonly id: string;
  readonly weight: number;
  readonly priority: number;
  /** What its share of a `fair` station is counted in; as the station says, or time, if left out. */
  readonly turn?: 'operations' | 'bytes' | 'time';
}

/** How service times scatter around their mean. */
export type ServiceLaw = 'constant' | 'exponential' | 'erlang4';

/**
 * One step of a path: what an operation asks of one place. A stage with neither thread nor station only takes time.
 */
export interface Stage {
  /** What happens, as a breakdown shows it. */
  readonly label: string;
  readonly thread?: Thread;
  readonly station?: Station;
  readonly user?: User;
  /** Mean service time of one operation in seconds; 0 for operations that do not need the stage. */
  serviceSec(operation: Operation): number;
  readonly law?: ServiceLaw;
  /** Latency while the thread wakes up, if it was asleep when the operation came. */
  readonly wakeSec?: number;
  /** A station of kind `slots`: the operation takes one of its places here and keeps it, or gives it back. */
  readonly slot?: 'take' | 'give-back';
  /** The stage happens only if this thread (by id) is asleep at that moment: a kick that event indexes suppress. */
  readonly onlyIfAsleep?: string;
  /** It happens at most once in this time, over all stages with the same key: moderated interrupts. */
  readonly every?: {
    readonly key: string;
    readonly sec: number;
    /** The other way round: it happens after a pause of at least this time. */
    readonly afterPause?: boolean;
  };
  /** The ring of the thread in which the operation waits; that of its source if left out. */
  readonly ring?: string;
  /** Receive queues from which a hashed thread takes the operation: a flow reaches no more cores than that. */
  readonly queues?: number;
  /** The rings in which packets wait for the thread: what comes when the entries of one are taken is lost, whoever sends it. */
  readonly rings?: { readonly entries: number /** One for each core if left out. */; readonly queues?: number };
  /** Stages that one visit of a thread joins, for breakdowns. */
  readonly parts?: readonly Stage[];
  /** Numbers of the cost model behind it. */
  readonly costs: readonly Cost[];
}
