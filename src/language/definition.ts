import type { LocationLink } from 'vscode-languageserver-types';
import type { Entity } from '../core/model/entity.js';
import { type Place, rangeOf } from '../core/text/source.js';
import type { Document } from './document.js';
import { mentionsOf } from './mentions.js';

/** Where what is named at an offset is declared: in this text, in a template, in an included file, in the catalogue of profiles. */
export function definition(document: Document, offset: number): LocationLink[] {
  const links = new Map<string, LocationLink>();
  for (const { entity, at } of mentionsOf(document.analysis).at(document.file, offset)) {
    const link: LocationLink = {
      originSelectionRange: rangeOf(at),
      targetUri: entity.at.file.uri,
      targetRange: rangeOf(wholeOf(entity)),
      targetSelectionRange: rangeOf(entity.at),
    };
    links.set(`${entity.at.file.uri} ${entity.at.start}`, link);
  }
  return [...links.values()];
}

/** The key of an entity and its value, where they stand together. */
export function wholeOf(entity: Entity): Place {
  const { at, node } = entity;
  return node === undefined || node.file !== at.file || node.end < at.end ? at : { file: at.file, start: at.start, end: node.end };
}
