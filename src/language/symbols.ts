import type { DocumentSymbol, SymbolKind, WorkspaceSymbol } from 'vscode-languageserver-types';
import { type EntityKind, entityWords } from '../core/model/entity-kind.js';
import { definitionName, formOf, type SchemaNode, schemaAt } from '../core/schema/schema.js';
import { rangeOf } from '../core/text/source.js';
import { keyPlace, type Property } from '../core/text/tree.js';
import type { Analysis } from './check.js';
import type { Document } from './document.js';
import { isWritten } from './entity-keys.js';
import { locationOf } from './lsp.js';

/** Pictures that editors have for kinds of symbol, nearest to what ours are. */
const KINDS: Partial<Record<EntityKind, SymbolKind>> = {
  tenant: 26, // type parameter
  host: 2, // module
  'numa-node': 22, // enum member
  'pcie-port': 24, // event: a plug
  device: 23, // struct
  function: 12,
  'nic-port': 11, // interface
  namespace: 3,
  partition: 3,
  'mediated-type': 10, // enum
  volume: 18, // array
  switch: 25, // operator
  controller: 12, // function
  guest: 5, // class
  'virtual-device': 8, // field
  network: 4, // package
  workload: 6, // method
  objective: 14, // constant
  scenario: 13, // variable
  template: 9, // constructor
  profile: 10, // enum
};
const OBJECT: SymbolKind = 19;

/** Editors ask for the outline whenever a file is opened; nobody reads one longer than this, and a long one blocks both sides. */
const MAX_SYMBOLS = 20_000;

/** Symbols that may still be made. */
interface Budget {
  left: number;
}

/** Parts of a text in the outline: entities under the maps that hold them, and the blocks of settings of the document. */
export function documentSymbols({ parsed }: Document): DocumentSymbol[] {
  const { root } = parsed;
  if (root?.type !== 'object') return [];
  const budget = { left: MAX_SYMBOLS };
  return root.properties.flatMap((prop) => symbolsOf(prop, schemaAt([prop.key], root.value), budget));
}

/** Of the values in an entity only maps of further entities are worth a line. */
function symbolsOf(prop: Property, schema: SchemaNode | undefined, budget: Budget): DocumentSymbol[] {
  const { value } = prop;
  if (schema === undefined || value?.type !== 'object') return [];
  const values = schema.additionalProperties;
  const kind = values === undefined || values === false ? undefined : (definitionName(values) as EntityKind | undefined);
  const isMap = kind !== undefined && KINDS[kind] !== undefined;
  if (!isMap && schema.properties === undefined) return [];
  const children = isMap ? value.properties.flatMap((entry) => entitySymbol(entry, kind, values as SchemaNode, budget)) : [];
  if (isMap && children.length === 0) return [];
  return [symbol(prop, prop.key, OBJECT, isMap ? undefined : schema.description, children)];
}

function entitySymbol(prop: Property, kind: EntityKind, schema: SchemaNode, budget: Budget): DocumentSymbol[] {
  const { value } = prop;
  if (prop.key === '' || budget.left <= 0) return [];
  budget.left--;
  const form = formOf(schema, value?.value);
  const children =
    value?.type === 'object'
      ? value.properties.flatMap((inner) => {
          const below = form.properties?.[inner.key];
          return below === undefined
            ? []
            : symbolsOf(inner, formOf(below, inner.value?.value), budget).filter((found) => (found.children?.length ?? 0) > 0);
        })
      : [];
  return [symbol(prop, prop.key, KINDS[kind] ?? OBJECT, detailOf(prop, kind), children)];
}

/** What tells an entity from its neighbours, in a word. */
function detailOf(prop: Property, kind: EntityKind): string {
  const value = prop.value?.type === 'object' ? prop.value.value : {};
  const word = ['technique', 'profile', 'metric', 'kind', 'extends', 'title']
    .map((key) => value[key])
    .find((each) => typeof each === 'string');
  const count = typeof value['count'] === 'number' ? ` × ${value['count']}` : '';
  return `${typeof word === 'string' ? word : entityWords[kind]}${count}`;
}

function symbol(prop: Property, name: string, kind: SymbolKind, detail: string | undefined, children: DocumentSymbol[]): DocumentSymbol {
  const key = keyPlace(prop);
  return {
    name,
    kind,
    range: rangeOf({ ...key, end: Math.max(key.end, prop.value?.end ?? 0) }),
    selectionRange: rangeOf(key),
    ...(detail === undefined ? {} : { detail }),
    ...(children.length === 0 ? {} : { children }),
  };
}

const MAX_WORKSPACE_SYMBOLS = 500;

/** Entities of several designs whose path holds the letters of a query in their order. */
export function workspaceSymbols(analyses: readonly Analysis[], query: string): WorkspaceSymbol[] {
  const found = new Map<string, WorkspaceSymbol>();
  for (const { topology } of analyses) {
    for (const entity of topology.entities) {
      if (found.size >= MAX_WORKSPACE_SYMBOLS) return [...found.values()];
      if (!isWritten(entity) || !matches(entity.path, query)) continue;
      const container = entity.parent === undefined ? {} : { containerName: entity.parent.path };
      const kind = KINDS[entity.kind] ?? OBJECT;
      found.set(`${entity.at.file.uri} ${entity.at.start} ${entity.path}`, {
        name: entity.id,
        kind,
        location: locationOf(entity.at),
        ...container,
      });
    }
  }
  return [...found.values()];
}

function matches(path: string, query: string): boolean {
  const text = path.toLowerCase();
  let at = 0;
  for (const letter of query.toLowerCase()) {
    if (letter === ' ') continue;
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
