import type { ThreadRole } from '../stage.js';
import type { Need, Sharing } from '../technique.js';

/** A kind of virtual I/O controller: all that this program knows of it, in one place. */
export interface ControllerKind {
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly help: string;
  readonly role: ThreadRole;
  /** One thread, a thread for each of its CPUs, or the cores of a device of its own. */
  readonly width: 'one' | 'cpus' | 'device-cores';
  readonly alwaysPolls: boolean;
  readonly isHardware: boolean;
  readonly needs: readonly Need[];
  readonly sharing: Sharing;
  readonly sources: readonly string[];
}

export function defineControllerKind(definition: ControllerKind): ControllerKind {
  return definition;
}
