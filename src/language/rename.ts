import type { Range } from 'vscode-languageserver-types';
import type { Entity } from '../core/model/entity.js';
import { entityWords } from '../core/model/entity-kind.js';
import type { TextEdit } from '../core/text/edits.js';
import { rangeOf, textOf } from '../core/text/source.js';
import { type Analysis, check } from './check.js';
import type { Document } from './document.js';
import { isWritten } from './entity-keys.js';
import { newErrors, withEdits } from './fixes.js';
import { mentionsOf } from './mentions.js';
import { family } from './references.js';

/** Why something cannot be renamed, in words for the person who asked. */
export class RenameRefused extends Error {}

const ID = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** The id under the cursor. Undefined where there is none. */
export function prepareRename(document: Document, offset: number): { range: Range; placeholder: string } | undefined {
  const [mention] = mentionsOf(document.analysis).at(document.file, offset);
  if (mention === undefined) return undefined;
  refuseUnwritten(mention.entity);
  return { range: rangeOf(mention.at), placeholder: mention.entity.id };
}

/**
 * Edits that give what is named at an offset another id: in every file that declares it, in every reference to it or through
 * it, in scenarios, suppressions and templates.
 *
 * @throws RenameRefused if the id is not one, is taken, or would make something else mean another thing.
 */
export function rename(document: Document, offset: number, newId: string, others: readonly Analysis[] = []): TextEdit[] | undefined {
  const mentions = mentionsOf(document.analysis).at(document.file, offset);
  const [first] = mentions;
  if (first === undefined) return undefined;
  const oldId = first.entity.id;
  if (newId === oldId) return [];
  if (!ID.test(newId)) {
    throw new RenameRefused(`"${newId}" cannot be an id: an id is a letter or _, then letters, digits, _ . and -.`);
  }
  const members = family(new Set(mentions.map(({ entity }) => entity)), [document.analysis, ...others]);
  for (const { entity, analysis } of members) {
    refuseUnwritten(entity);
    refuseTaken(entity, newId, analysis);
  }
  const places = members.flatMap((member) => member.mentions.map(({ at }) => at));
  const edits = places.filter((at) => textOf(at) === oldId).map((at) => ({ ...at, newText: newId }));
  for (const analysis of new Set(members.map((member) => member.analysis))) {
    refuseChangedMeaning(analysis, edits, new Set(members.map((member) => member.entity)), newId);
  }
  return edits;
}

function refuseUnwritten(entity: Entity): void {
  if (isWritten(entity) && !entity.at.file.uri.startsWith('iovt-catalog:')) return;
  if (entity.kind === 'vf') throw new RenameRefused('Virtual functions are counted, not named.');
  if (entity.kind === 'profile') throw new RenameRefused(`"${entity.id}" is a device profile of the catalogue; its name is fixed.`);
  if (entity.kind === 'function')
    throw new RenameRefused(`"${entity.id}" is not written in the design; list it under "functions" to name it.`);
  throw new RenameRefused(`"${entity.id}" comes from a device profile of the catalogue; its name is fixed.`);
}

function refuseTaken(entity: Entity, newId: string, analysis: Analysis): void {
  const [taken] = analysis.topology.scopes.named(newId, entity.parent).filter((other) => other !== entity);
  if (taken === undefined) return;
  const where = entity.parent === undefined ? 'The design' : `"${entity.parent.path}"`;
  throw new RenameRefused(`${where} has a ${entityWords[taken.kind]} "${newId}" already.`);
}

/** A name that hides another one, or that comes to be hidden, would change what references mean without a word. */
function refuseChangedMeaning(analysis: Analysis, edits: readonly TextEdit[], renamed: ReadonlySet<Entity>, newId: string): void {
  const after = check(withEdits(analysis.project, edits));
  const references = analysis.topology.references;
  for (const [i, { reference }] of references.entries()) {
    const now = after.topology.references[i]?.reference;
    if (reference.target === undefined) continue;
    if (now?.target?.path !== pathAfter(reference.target, renamed, newId)) {
      throw new RenameRefused(`With the name "${newId}", the reference "${reference.text}" would lead elsewhere.`);
    }
  }
  const [error] = newErrors(check(analysis.project), after);
  if (error !== undefined) throw new RenameRefused(`With the name "${newId}", the design would have a new error (${error}).`);
}

function pathAfter(entity: Entity, renamed: ReadonlySet<Entity>, newId: string): string {
  const id = renamed.has(entity) ? newId : entity.id;
  return entity.parent === undefined ? id : `${pathAfter(entity.parent, renamed, newId)}/${id}`;
}
