import type { Diagnostic } from '../../core/diagnostics/diagnostic.js';
import { positionAt, type SourceFile } from '../../core/text/source.js';
import type { Analysis } from '../check.js';

/** A checked design under the name its user gave it. */
export interface NamedAnalysis {
  readonly name: string;
  readonly analysis: Analysis;
}

/** The main file first, then those it includes. */
export function filesOf({ project }: Analysis): SourceFile[] {
  const { main, files } = project;
  return [main.file, ...files.map(({ file }) => file).filter((file) => file !== main.file)];
}

/** The main file as its user named it; included ones relative to it; others by the end of their URI. */
export function nameOf(file: SourceFile, { name, analysis }: NamedAnalysis): string {
  const main = analysis.project.main.file;
  if (file === main) return name;
  const folder = main.uri.slice(0, main.uri.lastIndexOf('/') + 1);
  if (folder === '' || !file.uri.startsWith(folder)) return decoded(file.uri.replace(/^file:\/\//, ''));
  const slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
  return name.slice(0, slash + 1) + decoded(file.uri.slice(folder.length));
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** `design.iovt:3:12`, as editors and terminals make links of it. */
export function placeName(at: Diagnostic['at'], named: NamedAnalysis): string {
  const { line, character } = positionAt(at.file, at.start);
  return `${nameOf(at.file, named)}:${line + 1}:${character + 1}`;
}
