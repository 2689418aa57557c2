import type { CostBook } from '../catalog/costs/book.js';
import type { CostId } from '../catalog/costs/index.js';
import type { VirtualDeviceFacts } from '../core/model/facts.generated.js';
import type { TechniqueTraits } from '../core/model/technique-traits.js';
import type { Topology } from '../core/model/topology.js';
import type { VirtualDevice, VirtualDeviceInstance } from '../core/model/virtual-device.js';
import type { Stage } from './stage.js';

export type Family = 'emulated' | 'paravirtual' | 'hardware' | 'container' | 'structural';

/** What a technique asks for. Where a rule of its own watches over it, the technique only says so. */
export interface Need {
  /** As a sentence that can follow "needs": "an IOMMU that is on". */
  readonly what: string;
  /** False where it is known not to be met, undefined where that cannot be told. Absent where a rule checks it. */
  readonly isMet?: (device: VirtualDevice) => boolean | undefined;
  /** The rule that checks it. */
  readonly rule?: string;
}

export interface Verdict {
  readonly verdict: 'yes' | 'no' | 'depends';
  readonly why: string;
}

export interface Operability {
  readonly liveMigration: Verdict;
  readonly hotplug: Verdict;
  readonly snapshot: Verdict;
  readonly memoryOvercommit: Verdict;
}

/** What guests that use the technique share with each other and with the host, before the document adds to it. */
export interface Sharing {
  /** Whose code reads what the guest sends. */
  readonly parsedBy: 'nobody' | 'device-model' | 'host-kernel' | 'host-process' | 'vendor-driver' | 'device-firmware' | 'service-partition';
  /** The guest makes a device read and write memory by itself. */
  readonly guestDrivesDma: boolean;
  readonly summary: string;
}

/** How other tools write it. `{…}` are keys of the virtual device. */
export interface ForeignForms {
  readonly libvirt?: string;
  readonly qemu?: string;
}

/** What a path is made in: one copy of a virtual device, the load on it, and the cost model of the design. */
export interface PathContext {
  readonly topology: Topology;
  readonly cost: CostBook;
  readonly instance: VirtualDeviceInstance;
  readonly load: LoadShape;
}

/** What the stages must know of the workload. */
export interface LoadShape {
  /** The workload: streams of one do not share threads with those of another. */
  readonly name: string;
  /** Five-tuples; decides cache hits in a switch and the spread over queues. */
  readonly flows: number;
  /** Data that one pass through the stack carries where segmentation is late (TSO, GRO); undefined: each packet by itself. */
  readonly segmentBytes: number | undefined;
  /** Memory its buffers cycle through. */
  readonly workingSetBytes: number | undefined;
  readonly isSequential: boolean;
  /** Fraction of reads that the host page cache answers. */
  readonly cacheHitRatio: number;
  /** GPU time of one job on the whole device. */
  readonly workSec: number;
  /** Which way the data of a job goes. */
  readonly direction: 'to-device' | 'from-device' | 'both';
  /** Its operations are packets between two ends. */
  readonly isPackets?: boolean;
  /** Traffic class or priority that the workload states; undefined: its device decides. */
  readonly priority?: number | undefined;
  /** TCP: its stack costs CPU for each byte and each frame. */
  readonly isTcp: boolean;
}

/** A packet leaves the guest and reaches its switch port or NIC function, or the other way round. */
export interface NetworkStages {
  transmit(context: PathContext): Stage[];
  receive(context: PathContext): Stage[];
}

/** An I/O leaves the guest and reaches the medium; its completion comes back. */
export interface StorageStages {
  submit(context: PathContext): Stage[];
  complete(context: PathContext): Stage[];
  /**
   * Whose block layer the I/O passes on its way to the medium: that of the host kernel (with its scheduler), a driver in
   * user space, or none but the guest's own. What that layer costs is not part of `submit`.
   */
  via(context: PathContext): 'host-kernel' | 'user-space' | 'guest';
  /** I/Os that the device keeps outstanding at most; more wait in the guest. Absent: the medium decides. */
  outstanding?(context: PathContext): number;
  /** The host page cache in front of the medium, where the path may have one. What using it costs is part of `submit`. */
  hostCache?(context: PathContext): HostCache;
}

export interface HostCache {
  /** Fraction of reads that never reach the medium. */
  readonly readHitRatio: number;
  /** Writes are done once they are in memory; the medium sees them later. */
  readonly absorbsWrites: boolean;
}

/** A job is handed over and its completion noticed; the device itself comes in between. */
export interface ComputeStages {
  submit(context: PathContext): Stage[];
  complete(context: PathContext): Stage[];
}

/** A way to realise a virtual device: all that this program knows of it, in one place. */
export interface Technique extends TechniqueTraits {
  readonly title: string;
  readonly family: Family;
  /** For hovers and documentation: what it is, when to use it. Markdown. */
  readonly help: string;
  readonly needs: readonly Need[];
  readonly sharing: Sharing;
  readonly operability: Operability;
  readonly forms: ForeignForms;
  /** Costs its stages draw on, for documentation. */
  readonly costs: readonly CostId[];
  readonly sources: readonly string[];
  readonly network?: NetworkStages;
  readonly storage?: StorageStages;
  readonly compute?: ComputeStages;
}

/** Keys that every virtual device may have. */
export const COMMON_KEYS: readonly (keyof VirtualDeviceFacts)[] = [
  'extends',
  'title',
  'technique',
  'bootOrder',
  'hotplug',
  'guestAddress',
  'pool',
  'requires',
  'attachment',
  'rdma',
  'openZones',
];

export interface TechniqueDefinition extends Omit<Technique, 'impliedController' | 'keys'> {
  /** Keys beyond those that every virtual device may have. */
  readonly keys: readonly (keyof VirtualDeviceFacts)[];
  readonly impliedController?: (facts: VirtualDeviceFacts, hypervisor: string) => string | undefined;
}

export function defineTechnique(definition: TechniqueDefinition): Technique {
  return {
    ...definition,
    keys: [...COMMON_KEYS, ...definition.keys],
    impliedController: definition.impliedController ?? (() => undefined),
  };
}
