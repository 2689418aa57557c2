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
const sections = ['numa', 'pcie', 'devices', 'volumes', 'switches', 'controllers', 'guests'] as const;
export type Section = (typeof sections)[number];

/** A host that an import adds to: a new one, or one of the design. */
export class HostTarget {
  /** Only what is new. */
  readonly draft = new DraftObject(true);
  /** Ids that are taken, in the design and in this import; one name on a host means one thing, whatever it is. */
  readonly ids: IdPool;
  readonly #standIns = new Map<string, string>();
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
    this.ids = new IdPool(sections.flatMap((section) => entitiesOf(existing, section).map(({ id }) => id)));
    this.switches = new SwitchTable(this);
    this.nicPorts = new NicPortTable(this);
    this.numa = new NumaTable(this);
    this.pci = new PciTable(this);
    this.volumes = new VolumeTable(this);
    this.disks = new DiskTable(this);
  }

  section(section: Section): DraftObject {
    return this.draft.object(section, true);
  }

  /** Id of an entity that stands for something no input describes; one of its kind for the whole host. */
  standIn(section: Section, wanted: string, value: DraftObject): string {
    if (entitiesOf(this.existing, section).some(({ id }) => id === wanted)) return wanted;
    const made = this.#standIns.get(`${section}/${wanted}`);
    if (made !== undefined) return made;
    const id = this.ids.take(wanted);
    this.#standIns.set(`${section}/${wanted}`, id);
    this.section(section).set(id, value);
    return id;
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
