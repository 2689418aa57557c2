import type { DocumentHighlight, Location } from 'vscode-languageserver-types';
import type { Entity } from '../core/model/entity.js';
import { type Place, rangeOf } from '../core/text/source.js';
import type { Analysis } from './check.js';
import type { Document } from './document.js';
import { locationOf } from './lsp.js';
import { type Mention, mentionsOf } from './mentions.js';

const WRITE = 3; // DocumentHighlightKind
const READ = 2;

/** Every place that names what is named at an offset, in this design and in others that share a file with it. */
export function references(document: Document, offset: number, withDeclaration: boolean, others: readonly Analysis[] = []): Location[] {
  const mentions = mentionsOfSame(document, offset, others);
  return mentions.filter(({ isDeclaration }) => withDeclaration || !isDeclaration).map(({ at }) => locationOf(at));
}

/** The same within one text, for the editor to mark while the cursor stands there. */
export function highlights(document: Document, offset: number): DocumentHighlight[] {
  return mentionsOfSame(document, offset, [])
    .filter(({ at }) => at.file === document.file)
    .map(({ at, isDeclaration }) => ({ range: rangeOf(at), kind: isDeclaration ? WRITE : READ }));
}

function mentionsOfSame(document: Document, offset: number, others: readonly Analysis[]): Mention[] {
  const entities = new Set(
    mentionsOf(document.analysis)
      .at(document.file, offset)
      .map(({ entity }) => entity),
  );
  return family(entities, [document.analysis, ...others]).flatMap(({ mentions }) => mentions);
}

/** All mentions of one entity of one design. */
interface Member {
  readonly entity: Entity;
  readonly analysis: Analysis;
  readonly mentions: readonly Mention[];
}

/**
 * Entities that share a declaration, directly or through others: the devices of all guests that take them from one template,
 * one host in all designs that include its file. Each place is listed once.
 */
export function family(start: ReadonlySet<Entity>, analyses: readonly Analysis[]): Member[] {
  const byDeclaration = new Map<string, { entity: Entity; analysis: Analysis }[]>();
  for (const analysis of analyses) {
    for (const { entity, at, isDeclaration } of mentionsOf(analysis).all) {
      if (!isDeclaration) continue;
      const key = placeKey(at);
      const sharing = byDeclaration.get(key) ?? [];
      sharing.push({ entity, analysis });
      byDeclaration.set(key, sharing);
    }
  }
  const members: Member[] = [];
  const visited = new Set<Entity>();
  const seen = new Set<string>();
  const visit = (entity: Entity, analysis: Analysis) => {
    if (visited.has(entity)) return;
    visited.add(entity);
    const all = mentionsOf(analysis).of(entity);
    const mentions = all.filter(({ at }) => !seen.has(placeKey(at)) && seen.add(placeKey(at)));
    members.push({ entity, analysis, mentions });
    for (const { at, isDeclaration } of all) {
      if (isDeclaration) for (const other of byDeclaration.get(placeKey(at)) ?? []) visit(other.entity, other.analysis);
    }
  };
  for (const entity of start) visit(entity, analyses[0] as Analysis);
  return members;
}

function placeKey({ file, start }: Place): string {
  return `${file.uri} ${start}`;
}
