import type { Host } from '../../core/model/host.js';
import type { Topology } from '../../core/model/topology.js';
import { definition, documentSchema } from '../../core/schema/schema.js';
import { DraftObject } from '../draft.js';
import { IdPool, idFrom } from '../ids.js';
import { HostTarget } from './host-target.js';

/** What an import adds: a draft of everything new, over the design it is added to, if there is one. */
export class Target {
  readonly #root = new DraftObject(true);
  readonly #hosts = new Map<string, HostTarget>();
  readonly #hostIds: IdPool;
  readonly #tenantIds: IdPool;
  /** Tenant id by the name that a source gave. */
  readonly #tenants = new Map<string, string>();
  /** Comments at the head of a new file. */
  readonly header: string[] = [];

  /** @param hostOption the host that the user says the inputs belong to. */
  constructor(
    readonly design: Topology | undefined,
    readonly hostOption: string | undefined,
  ) {
    this.#hostIds = new IdPool(design?.hosts.map(({ id }) => id));
    this.#tenantIds = new IdPool(design?.tenants.map(({ id }) => id));
    for (const tenant of design?.tenants ?? []) {
      this.#tenants.set(tenant.id, tenant.id);
      const { title } = tenant.facts;
      if (title.state === 'known') this.#tenants.set(title.value, tenant.id);
    }
  }

  /** A host that is new, or the one of the design with that id. */
  host(wanted: string, note?: string): HostTarget {
    const made = this.#hosts.get(wanted);
    if (made !== undefined) return made;
    const existing = this.design?.hosts.find(({ id }) => id === wanted);
    return this.#addHost(existing === undefined ? this.#hostIds.take(wanted) : wanted, existing, note);
  }

  /** A host of its own, numbered where the name is taken by this import. */
  newHost(wanted: string, note?: string): HostTarget {
    const existing = this.design?.hosts.find(({ id }) => id === wanted);
    if (existing !== undefined && !this.#hosts.has(wanted)) return this.#addHost(wanted, existing, note);
    return this.#addHost(this.#hostIds.take(wanted), undefined, note);
  }

  #addHost(id: string, existing: Host | undefined, note: string | undefined): HostTarget {
    const target = new HostTarget(id, existing, this);
    this.#hosts.set(id, target);
    this.#root.object('hosts', true).set(id, target.draft, { above: note });
    return target;
  }

  /** Id of the tenant of that name, made where there is none. */
  tenant(name: string, note?: string): string {
    const known = this.#tenants.get(name);
    if (known !== undefined) return known;
    const id = this.#tenantIds.take(idFrom(name, 'tenant'));
    this.#tenants.set(name, id);
    const entry = new DraftObject();
    if (id !== name) entry.set('title', name);
    this.#root.object('tenants', true).set(id, entry, { behind: note });
    return id;
  }

  set name(text: string) {
    this.#root.set('name', text);
  }

  /** Everything that is new, in the order in which a reader expects it. */
  finish(): DraftObject {
    const hosts = this.#root.get('hosts');
    const root = ordered(this.#root, Object.keys(documentSchema.properties ?? {}));
    if (!(hosts instanceof DraftObject)) return root;
    const written = new DraftObject(true);
    for (const { key, value, above, behind } of hosts.entries)
      written.set(key, value instanceof DraftObject ? ordered(value, Object.keys(definition('host').properties ?? {})) : value, {
        above,
        behind,
      });
    return root.set('hosts', written);
  }
}

/** The entries in the order of the keys given; empty objects, made for entries that never came, are left out. */
function ordered(object: DraftObject, keys: readonly string[]): DraftObject {
  const rank = (key: string) => (keys.indexOf(key) < 0 ? keys.length : keys.indexOf(key));
  const result = new DraftObject(object.isBlock);
  for (const entry of [...object.entries].sort((a, b) => rank(a.key) - rank(b.key)))
    if (!(entry.value instanceof DraftObject && entry.value.isEmpty))
      result.set(entry.key, entry.value, { above: entry.above, behind: entry.behind });
  return result;
}
