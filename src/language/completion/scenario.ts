import type { Entity } from '../../core/model/entity.js';
import { entityWords } from '../../core/model/entity-kind.js';
import { definition, resolveSchema, type SchemaNode } from '../../core/schema/schema.js';
import type { Document } from '../document.js';
import { isWritten } from '../entity-keys.js';
import { schemaText, typeText } from '../help/schema-text.js';
import type { KeyContext } from './context.js';
import type { Proposal } from './proposal.js';
import { keySnippet, valueSnippet } from './schema-snippet.js';
import { literally } from './snippet.js';

/** Properties of the document that a scenario may change as well. */
const DOCUMENT_OBJECTS = ['simulation', 'calibration', 'policy', 'rules'] as const;

/** Kinds whose change a scenario compares; the rest is names and promises. */
const CHANGEABLE = new Set<Entity['kind']>([
  'host',
  'numa-node',
  'pcie-port',
  'device',
  'nic-port',
  'namespace',
  'volume',
  'switch',
  'controller',
  'guest',
  'virtual-device',
  'network',
  'workload',
]);

/** Paths of the changes of a scenario: first the entity, then behind a dot its property. */
export function scenarioPaths(context: KeyContext, document: Document): Proposal[] {
  const { topology } = document.analysis;
  const owner = topology.entities
    .filter(isWritten)
    .find(({ path }) => context.typed.startsWith(`${path}.`) && !isLonger(topology.entities, path, context.typed));
  if (owner !== undefined) return propertiesOf(owner.path, definition(owner.kind), context);
  const entities = topology.entities.filter((entity) => isWritten(entity) && CHANGEABLE.has(entity.kind));
  return [
    ...entities.map(({ path, kind }): Proposal => begin(path, entityWords[kind], context)),
    ...DOCUMENT_OBJECTS.map((name) => begin(name, 'of the document', context)),
  ];
}

/** Ids may contain dots: the longest path that fits is meant. */
function isLonger(entities: readonly Entity[], path: string, typed: string): boolean {
  return entities.some((other) => other.path.length > path.length && typed.startsWith(`${other.path}.`));
}

function begin(path: string, detail: string, context: KeyContext): Proposal {
  return {
    label: path,
    kind: 'reference',
    insert: context.hasColon ? `"${literally(path)}.$1"` : `"${literally(path)}.$1": ""`,
    detail,
    opensAgain: true,
  };
}

function propertiesOf(path: string, schema: SchemaNode, context: KeyContext): Proposal[] {
  return Object.entries(schema.properties ?? {})
    .filter(([key, property]) => !context.present.has(`${path}.${key}`) && !isMap(property))
    .map(([key, property]): Proposal => {
      const value = valueSnippet(property);
      return {
        label: `${path}.${key}`,
        kind: 'property',
        insert: keySnippet(`${path}.${key}`, value.text, context.hasColon),
        detail: typeText(property),
        documentation: schemaText(property),
        opensAgain: value.opensAgain && !context.hasColon,
      };
    });
}

function isMap(schema: SchemaNode): boolean {
  const resolved = resolveSchema(schema);
  return resolved.type === 'object' && resolved.properties === undefined;
}
