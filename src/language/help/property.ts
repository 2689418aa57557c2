import { resolveSchema, type SchemaNode } from '../../core/schema/schema.js';
import { objectDefinitions, propertiesOf, propertyTable, schemaText } from './schema-text.js';
import { blocks, type Topic } from './topic.js';

/** An object of the language with its properties. */
export function definitionTopic(name: string, schema: SchemaNode): Topic {
  return {
    kind: 'definition',
    name,
    title: name,
    page: `language.md#${name}`,
    text: blocks(schema.description, propertyTable(schema)),
  };
}

function propertyTopic(owner: string, path: string, schema: SchemaNode): Topic {
  return {
    kind: 'property',
    name: `${owner}.${path}`,
    title: `${owner}.${path}`,
    page: `language.md#${owner}`,
    text: schemaText(schema),
  };
}

let index: Map<string, Topic[]> | undefined;

/** Properties by their bare name (`on`, `burst.on`), by `owner.name`, and the objects themselves by name. */
function propertyIndex(): Map<string, Topic[]> {
  if (index !== undefined) return index;
  const made = new Map<string, Topic[]>();
  const add = (name: string, topic: Topic) => made.set(name, [...(made.get(name) ?? []), topic]);
  for (const [owner, schema] of objectDefinitions()) {
    add(owner, definitionTopic(owner, schema));
    for (const [path, property] of propertiesOf(schema)) {
      const topic = propertyTopic(owner, path, property);
      add(topic.name, topic);
      const steps = path.split('.');
      for (let n = 1; n <= steps.length; n++) add(steps.slice(-n).join('.'), topic);
    }
  }
  index = made;
  return made;
}

/** A property as a path through objects: `device.sriov.vfs` is `vfs` of the object that `sriov` of a device is. */
function throughObjects(name: string): Topic | undefined {
  const [owner, ...path] = name.split('.');
  let schema = objectDefinitions().find(([definition]) => definition === owner)?.[1];
  for (const key of path) {
    const next: SchemaNode | undefined = schema?.properties?.[key];
    schema = next === undefined ? undefined : resolveSchema(next);
    if (schema === undefined) return undefined;
  }
  return owner === undefined || schema === undefined || path.length === 0 ? undefined : propertyTopic(owner, path.join('.'), schema);
}

export function propertyTopics(name: string): Topic[] {
  const found = propertyIndex().get(name) ?? [throughObjects(name) ?? []].flat();
  // One text for several owners is said once.
  const seen = new Set<string>();
  return found.filter(({ text }) => !seen.has(text) && seen.add(text));
}

export function propertyNames(): string[] {
  return [...propertyIndex().keys()];
}
