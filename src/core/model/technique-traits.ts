import type { Device } from './device.js';
import type { EntityKind } from './entity-kind.js';
import type { VirtualDeviceFacts } from './facts.generated.js';

/** What a virtual device carries; decides which workloads make sense on it. */
export type Carries = 'network' | 'storage' | 'compute' | 'filesystem' | 'structure';

/** What the topology must know of a technique to lay out a design; the technique itself knows much more. */
export interface TechniqueTraits {
  readonly name: string;
  readonly carries: readonly Carries[];
  /** Keys of a virtual device that mean something for this technique. */
  readonly keys: readonly (keyof VirtualDeviceFacts)[];
  /** What it takes from the host for itself alone, named by `from`. */
  readonly takes?: Extract<EntityKind, 'vf' | 'function' | 'partition' | 'mediated-type' | 'nic-port'> | 'device-or-function';
  /** Kind of the virtual I/O controller that serves a device for which the document names none. */
  impliedController(facts: VirtualDeviceFacts, hypervisor: string): string | undefined;
  /** Kinds of device it can be taken from, where it takes something. */
  readonly fromKinds?: readonly Device['deviceKind'][];
}

export type Techniques = ReadonlyMap<string, TechniqueTraits>;
