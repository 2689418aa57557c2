import type { Host } from '../../core/model/host.js';
import { DraftObject } from '../draft.js';
import { IdPool } from '../ids.js';
import { DiskTable } from './disks.js';
import { NicPortTable } from './nic-ports.js';
import { NumaTable } from './numa-nodes.js';
import { PciTable } from './pci-devices.js';
import { SwitchTable } from './switches.js';
import type { Target } from './target.js';
import { VolumeTable } from './volumes.js';

/** Maps of a host that hold entities. */
export type Section = 'numa' | 'pcie' | 'devices' | 'volumes' | 'switches' | 'controllers' | 'guests';

/** A host that an import adds to: a new one, or one of the design. */
export class HostTarget {
  /** Only what is new. */
  readonly draft = new DraftObject(true);
  readonly #ids = new Map<Section, IdPool>();
  readonly switches: SwitchTable;
  readonly nicPorts: NicPortTable;
  readonly numa: NumaTable;
  readonly pci: PciTable;
  readonly volumes: VolumeTable;
  readonly disks: DiskTable;

  constructor(
    readonly id: string,
    readonly existing: Host | undefined,
    readonly target: Target,
  ) {
    this.switches = new SwitchTable(this);
    this.nicPorts = new NicPortTable(this);
    this.numa = new NumaTable(this);
    this.pci = new PciTable(this);
    this.volumes = new VolumeTable(this);
    this.disks = new DiskTable(this);
  }

  /** Ids of a section that are taken, in the design and in this import. */
  ids(section: Section): IdPool {
    let pool = this.#ids.get(section);
    if (pool === undefined) {
      pool = new IdPool(entitiesOf(this.existing, section).map(({ id }) => id));
      this.#ids.set(section, pool);
    }
    return pool;
  }

  section(section: Section): DraftObject {
    return this.draft.object(section, true);
  }

  /** Sets a property of the host, unless the design has it. */
  setOwn(key: string, value: string | DraftObject | undefined, behind?: string): void {
    const stated = this.existing?.node?.type === 'object' && key in this.existing.node.value;
    if (!stated) this.draft.set(key, value, { behind });
  }
}

export function entitiesOf(host: Host | undefined, section: Section): readonly { readonly id: string }[] {
  if (host === undefined) return [];
  const sections = {
    numa: host.numaNodes,
    pcie: host.ports,
    devices: host.devices,
    volumes: host.volumes,
    switches: host.switches,
    controllers: host.controllers,
    guests: host.guests,
  };
  return sections[section];
}
