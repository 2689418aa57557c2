import type { Property } from '../text/tree.js';
import type { BuildContext } from './build.js';
import { declared, type EntityBase } from './entity.js';
import type { NetworkFacts, ObjectiveFacts, ProfileFacts, ScenarioFacts, TenantFacts, WorkloadFacts } from './facts.generated.js';

export interface Tenant extends EntityBase<'tenant'> {
  readonly facts: TenantFacts;
}

export interface Network extends EntityBase<'network'> {
  readonly facts: NetworkFacts;
}

export interface Workload extends EntityBase<'workload'> {
  readonly facts: WorkloadFacts;
}

export interface Objective extends EntityBase<'objective'> {
  readonly facts: ObjectiveFacts;
}

export interface Scenario extends EntityBase<'scenario'> {
  readonly facts: ScenarioFacts;
}

export interface Profile extends EntityBase<'profile'> {
  readonly facts: ProfileFacts;
  /** One of the catalogue, not of the document. */
  readonly isBuiltIn: boolean;
}

/** A partial guest or virtual device; its keys are read where it is extended. */
export interface Template extends EntityBase<'template'> {
  readonly of: 'guest' | 'virtual-device';
}

type DocumentEntity = Tenant | Network | Workload | Objective | Scenario;

export function buildDocumentEntity<Kind extends DocumentEntity['kind']>(
  kind: Kind,
  prop: Property,
  context: BuildContext,
): Extract<DocumentEntity, { kind: Kind }> {
  const base = declared(kind, prop, undefined);
  const entity = base as Extract<DocumentEntity, { kind: Kind }>;
  return Object.assign(entity, { facts: context.read(kind, base.node, entity) });
}
