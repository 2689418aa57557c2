import { valueOf } from '../../core/model/fact.js';
import { type DraftObject, type DraftValue, draft } from '../draft.js';
import { idFrom } from '../ids.js';
import type { HostTarget } from './host-target.js';

export interface SwitchWanted {
  /** The name on the host, such as that of the bridge. */
  readonly name: string;
  readonly kind: string;
  readonly properties?: Readonly<Record<string, DraftValue | undefined>>;
  readonly note?: string | undefined;
}

/** The vSwitches of a host: those of the design by id or title, and those that this import adds. */
export class SwitchTable {
  readonly #byName = new Map<string, string>();

  constructor(private readonly host: HostTarget) {
    for (const entity of host.existing?.switches ?? []) {
      this.#byName.set(entity.id, entity.id);
      const title = valueOf(entity.facts.title);
      if (title !== undefined && !this.#byName.has(title)) this.#byName.set(title, entity.id);
    }
  }

  find(name: string): string | undefined {
    return this.#byName.get(name);
  }

  /** Lets a switch be found under a further name. */
  alias(name: string, id: string): void {
    if (!this.#byName.has(name)) this.#byName.set(name, id);
  }

  /** Id of the switch of that name, made where there is none. */
  get({ name, kind, properties = {}, note }: SwitchWanted): string {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const id = this.host.ids('switches').take(idFrom(name, 'switch'));
    this.#byName.set(name, id);
    const title = properties['title'] ?? (id === name ? undefined : name);
    this.host.section('switches').set(id, draft({ kind, ...properties, title }), { above: note });
    return id;
  }

  /** The draft of a switch that this import made. */
  made(id: string): DraftObject | undefined {
    return this.host.section('switches').get(id) as DraftObject | undefined;
  }
}
