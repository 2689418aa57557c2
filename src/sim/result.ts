/**
 * What a simulation found: the content of `iovt-simulation/1`. Plain JSON, so that it crosses workers, webviews and files as
 * it is. Times in seconds, rates in bits or operations per second, fractions between 0 and 1. The fluid engine leaves out
 * what it cannot know.
 */
export interface SimulationResult {
  readonly format: 'iovt-simulation/1';
  readonly version: string;
  /** SHA-256 of the merged text of all files, hexadecimal. */
  readonly inputHash: string;
  readonly engine: 'fluid' | 'des';
  /** Scenarios that were applied. */
  readonly scenarios: readonly string[];
  readonly seed: number;
  readonly simulatedSec: number;
  readonly events: number;
  readonly wallSec: number;
  readonly flows: readonly FlowResult[];
  readonly workloads: readonly WorkloadResult[];
  readonly resources: readonly ResourceResult[];
  readonly tenants: readonly TenantResult[];
  readonly hosts: readonly HostResult[];
  readonly interference?: readonly InterferenceResult[];
  readonly objectives: readonly ObjectiveResult[];
  /** What the reader must know to believe the numbers: overload, a budget that ran out, workloads without a path. */
  readonly notes: readonly Note[];
}

export interface Rate {
  readonly bitsPerSec: number;
  readonly opsPerSec: number;
}

/** Both ends of a 95 % confidence interval; null where too little was seen to know the upper one. */
export type Interval = readonly [low: number, high: number | null];

export interface Latency {
  /** Null where there is none: nothing was completed, or requests wait in a queue that grows without bound. */
  readonly mean: number | null;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
  readonly p999?: number;
  readonly ci95?: {
    readonly mean: Interval;
    readonly p99: Interval;
    /** For workloads. */
    readonly p50?: Interval;
    readonly p90?: Interval;
    readonly p999?: Interval;
  };
}

/** What one operation is: it decides the unit of rates. */
export type OperationKind = 'packet' | 'io' | 'job';

/** Packets a second, I/Os a second, or whatever else. */
export function unitOf(operation: OperationKind | undefined): 'pps' | 'IOPS' | 'op/s' {
  return operation === 'packet' ? 'pps' : operation === 'io' ? 'IOPS' : 'op/s';
}

export interface FlowResult {
  /** `workload@device`, such as `web-out@h1/web[3]/eth0`. */
  readonly id: string;
  readonly workload: string;
  readonly from: string;
  readonly to: string;
  readonly tenant: string | null;
  readonly operation?: OperationKind;
  readonly offered: Rate;
  readonly achieved: Rate;
  readonly lossRatio: number;
  readonly latencySec: Latency;
  /** Id of the resource that limits it; null where nothing does. */
  readonly bottleneck: string | null;
  readonly breakdown: readonly BreakdownEntry[];
}

export interface BreakdownEntry {
  readonly stage: string;
  /** Null for time that passes without a resource. */
  readonly resource: string | null;
  readonly serviceSec: number;
  readonly waitSec: number;
  readonly waitedFor?: readonly { readonly flow: string; readonly sec: number }[];
}

export interface WorkloadResult {
  readonly id: string;
  readonly operation?: OperationKind;
  readonly offered: Rate;
  readonly achieved: Rate;
  readonly lossRatio: number;
  readonly latencySec: Latency;
}

export interface ResourceResult {
  /** `h1/nic0/p0:tx`, `h1/cpus/2-3`. */
  readonly id: string;
  readonly kind: string;
  /** Path of the entity it belongs to. */
  readonly entity: string;
  readonly utilisationRatio: number;
  readonly queue: { readonly mean: number; readonly max: number };
  /** Who uses it how much, as fractions of its capacity, the largest first. */
  readonly users: readonly { readonly flow: string; readonly ratio: number }[];
}

export interface TenantResult {
  readonly id: string;
  readonly achieved: Rate;
  /** Jain index of the shares of its flows against what they asked for. */
  readonly jain: number;
}

export interface HostResult {
  readonly id: string;
  /** CPUs that the host spends on I/O virtualization; cores that poll count whole. */
  readonly cpuCores: number;
}

export interface InterferenceResult {
  /** A tenant or workload by id, a guest by path. */
  readonly victim: string;
  readonly aggressor: string;
  /** What the aggressor is. */
  readonly by: 'tenant' | 'guest' | 'workload';
  /** Throughput of the victim with the aggressor saturating, against the stated load. */
  readonly throughputRatio: number;
  readonly p99Ratio: number;
  /** The same against the victim without the aggressor: its stated load may have taken something already. */
  readonly alone?: { readonly throughputRatio: number; readonly p99Ratio: number };
}

export interface ObjectiveResult {
  readonly id: string;
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly actual: number | null;
  readonly limit: number | null;
  readonly message: string;
}

export interface Note {
  readonly kind: 'overload' | 'budget' | 'no-path' | 'not-simulated' | 'unstable' | 'assumption';
  readonly about: string;
  readonly message: string;
}
