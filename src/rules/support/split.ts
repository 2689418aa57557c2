import type { Change, Fix } from '../../core/diagnostics/diagnostic.js';
import type { Controller } from '../../core/model/controller.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { Json } from '../../core/text/tree.js';
import { cpuSetOf, formatCpuSet } from '../../core/units/cpu-set.js';
import { referenceTo } from './elsewhere.js';
import { freeCpusBeside, freePorts, freeVfIndexes, freshId, nameOfPort } from './free.js';
import type { Owned, Process } from './served.js';
import { tenantsOf } from './tenants.js';
import { fixOf, ownText, rewriting, setting } from './text.js';
import { listed } from './words.js';

/** Rewritten at once; a process that serves more is divided by hand. */
const MOST_SERVED = 16;

/** The offer to start a process of the same kind for every tenant but the first: on CPUs of its own, with an uplink of its own. */
export function splitByTenant(topology: Topology, { entity, served }: Process): Fix[] {
  if (served.length > MOST_SERVED) return [];
  const [, ...others] = tenantsOf(served);
  const free = new Free(topology, entity);
  const changes: (Change | undefined)[] = [];
  const ids: string[] = [];
  for (const tenant of others) {
    const own = served.filter((each) => each.tenant === tenant);
    const copy = copyOf(entity, free);
    if (copy === undefined) return [];
    const id = freshId(entity.host, `${entity.id}-${tenant.id}`);
    ids.push(id);
    changes.push(setting(entity.host, [entity.kind === 'switch' ? 'switches' : 'controllers', id], copy));
    changes.push(...own.map((each) => attached(entity, each, id)));
  }
  return fixOf(
    'Divide {process}: {ids} for {tenants}',
    { process: entity.path, ids: listed(ids), tenants: listed(others.map(({ id }) => id)) },
    ...changes,
  );
}

function attached(entity: Switch | Controller, { device }: Owned, id: string): Change | undefined {
  if (entity.kind === 'switch') return rewriting(device, { connect: id });
  // What several controllers serve names them in a list.
  const named = valueOf(device.facts.controller);
  return named !== undefined && 'text' in named && named.target === entity ? rewriting(device, { controller: id }) : undefined;
}

/** The same settings, but for what only one process can have. */
function copyOf(entity: Switch | Controller, free: Free): Json | undefined {
  const own = ownText(entity)?.value;
  if (own === undefined) return undefined;
  const { cpus: _cpus, uplinks: _uplinks, rxqAffinity: _pins, bond, tenant: _tenant, ...rest } = own;
  const cpus = free.cpus();
  const uplinks = free.uplinks();
  if (cpus === undefined || uplinks === undefined || own['devices'] !== undefined) return undefined;
  return {
    ...rest,
    ...(cpus === '' ? {} : { cpus }),
    ...(uplinks.length === 0 ? {} : { uplinks }),
    ...(bond !== undefined && uplinks.length > 1 ? { bond } : {}),
  };
}

/** CPUs and uplinks that are left, each handed out once. */
class Free {
  readonly #topology: Topology;
  readonly #entity: Switch | Controller;
  readonly #cpus: number[];
  readonly #taken = new Set<string>();

  constructor(topology: Topology, entity: Switch | Controller) {
    this.#topology = topology;
    this.#entity = entity;
    const cpus = valueOf(entity.facts.cpus);
    this.#cpus = cpus === undefined ? [] : freeCpusBeside(entity.host, cpus);
  }

  /** As many as the process has now, or fewer; empty where it has none of its own, undefined where none is left. */
  cpus(): string | undefined {
    const now = valueOf(this.#entity.facts.cpus);
    if (now === undefined) return '';
    const own = this.#cpus.splice(0, now.size);
    return own.length === 0 ? undefined : formatCpuSet(cpuSetOf(own.map((cpu) => [cpu, cpu] as const)));
  }

  /** One for each that it has now: another VF of the same port, or another port. */
  uplinks(): string[] | undefined {
    const found: string[] = [];
    for (const { target } of this.#entity.kind === 'switch' ? uplinksOf(this.#entity) : []) {
      const next = [...this.#vfsOf(target), ...freePorts(this.#topology, this.#entity.host).map(nameOfPort)].find(
        (name) => !this.#taken.has(name),
      );
      if (next === undefined) return undefined;
      this.#taken.add(next);
      found.push(next);
    }
    return found;
  }

  #vfsOf(target: Entity | undefined): string[] {
    const fn =
      target?.kind === 'nic-port' ? target.fn : target?.kind === 'vf' ? target.fn : target?.kind === 'function' ? target : undefined;
    return fn === undefined ? [] : freeVfIndexes(this.#topology, fn).map((i) => `${referenceTo(fn)}/vf${i}`);
  }
}
