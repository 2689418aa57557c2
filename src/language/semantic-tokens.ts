import type { EntityKind } from '../core/model/entity-kind.js';
import { offsetAt, positionAt, type Range } from '../core/text/source.js';
import type { Document } from './document.js';
import { mentionsOf } from './mentions.js';

/** Kinds of token of the protocol, which every colour theme knows. */
export const tokenTypes = [
  'namespace',
  'type',
  'class',
  'struct',
  'interface',
  'property',
  'function',
  'method',
  'variable',
  'enumMember',
  'macro',
] as const;
export const tokenModifiers = ['declaration'] as const;

const TYPES: Readonly<Record<EntityKind, (typeof tokenTypes)[number]>> = {
  tenant: 'type',
  host: 'namespace',
  'numa-node': 'enumMember',
  'pcie-port': 'enumMember',
  device: 'struct',
  function: 'function',
  vf: 'function',
  'nic-port': 'interface',
  namespace: 'interface',
  partition: 'interface',
  'mediated-type': 'enumMember',
  volume: 'struct',
  switch: 'interface',
  controller: 'function',
  guest: 'class',
  'virtual-device': 'property',
  network: 'namespace',
  workload: 'method',
  objective: 'variable',
  scenario: 'variable',
  template: 'macro',
  profile: 'macro',
};

/** Ids by the kind of what they name, in the packed form of the protocol. */
export function semanticTokens(document: Document, range?: Range): number[] {
  const { analysis, file } = document;
  const from = range === undefined ? 0 : offsetAt(file, range.start);
  const to = range === undefined ? file.text.length : offsetAt(file, range.end);
  const data: number[] = [];
  let line = 0;
  let character = 0;
  let end = -1;
  for (const { entity, at, isDeclaration } of mentionsOf(analysis).in(file)) {
    if (at.start < from || at.end > to || at.start < end) continue; // one token for a place that names several
    const position = positionAt(file, at.start);
    const isSameLine = position.line === line;
    data.push(
      position.line - line,
      isSameLine ? position.character - character : position.character,
      at.end - at.start,
      tokenTypes.indexOf(TYPES[entity.kind]),
      isDeclaration ? 1 : 0,
    );
    line = position.line;
    character = position.character;
    end = at.end;
  }
  return data;
}
