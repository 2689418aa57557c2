import type { Property } from '../text/tree.js';
import type { BuildContext } from './build.js';
import { declared, type EntityBase } from './entity.js';
import { valueOf } from './fact.js';
import type { SwitchFacts } from './facts.generated.js';
import type { Host } from './host.js';
import type { Reference } from './reference.js';

export interface Switch extends EntityBase<'switch'> {
  readonly host: Host;
  readonly facts: SwitchFacts;
  readonly switchKind: string | undefined;
}

export function buildSwitch(prop: Property, host: Host, context: BuildContext): Switch {
  const base = declared('switch', prop, host);
  const entity = Object.assign(base, { host }) as Switch;
  const facts = context.read('switch', base.node, entity);
  return Object.assign(entity, { facts, switchKind: valueOf(facts.kind) });
}

/** Uplinks as declared. */
export function uplinksOf(entity: Switch): readonly Reference[] {
  return valueOf(entity.facts.uplinks) ?? [];
}
