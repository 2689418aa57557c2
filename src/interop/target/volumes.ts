import { valueOf } from '../../core/model/fact.js';
import { type DraftValue, draft } from '../draft.js';
import { idFrom } from '../ids.js';
import type { HostTarget } from './host-target.js';

export interface VolumeWanted {
  /** What tells it from others: a directory, a volume group, a pool. */
  readonly name: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, DraftValue | undefined>>;
  readonly note?: string | undefined;
}

/** Volumes of a host by the name that sources give them: directory, volume group, pool. */
export class VolumeTable {
  readonly #byName = new Map<string, string>();

  constructor(private readonly host: HostTarget) {
    for (const { id, facts } of host.existing?.volumes ?? []) {
      this.#byName.set(id, id);
      const title = valueOf(facts.title);
      if (title !== undefined) this.#byName.set(title, id);
    }
  }

  find(name: string): string | undefined {
    return this.#byName.get(name);
  }

  get({ name, id: wanted, properties, note }: VolumeWanted): { readonly id: string; readonly isNew: boolean } {
    const known = this.#byName.get(name);
    if (known !== undefined) return { id: known, isNew: false };
    const id = this.host.ids('volumes').take(idFrom(wanted, 'volume'));
    this.#byName.set(name, id);
    this.host
      .section('volumes')
      .set(id, draft({ ...properties, title: id === name ? properties['title'] : (properties['title'] ?? name) }), { above: note });
    return { id, isNew: true };
  }
}
