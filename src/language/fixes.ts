import type { Diagnostic, Fix } from '../core/diagnostics/diagnostic.js';
import { type Project, parseOnce } from '../core/model/project.js';
import { applyEdits, editsOf, type TextEdit } from '../core/text/edits.js';
import type { SourceFile } from '../core/text/source.js';
import { type Analysis, type CheckOptions, check } from './check.js';
import { fallbackCost, hasCost } from './fallback-cost.js';
import { removes, surplus } from './findings.js';

/** A fix as edits of the text. */
export interface TextFix {
  readonly fix: Fix;
  readonly edits: readonly TextEdit[];
}

/** The edits of a fix; undefined if one of its places is not in a file of the design. */
export function textFix(fix: Fix, analysis: Analysis): TextFix | undefined {
  const files = new Set<SourceFile>(analysis.project.files.map((parsed) => parsed.file));
  const edits: TextEdit[] = [];
  for (const change of fix.changes) {
    const made = editsOf(change, (file) => (files.has(file) ? parseOnce(file).root : undefined));
    if (made.length === 0 || made.some((edit) => !files.has(edit.file))) return undefined;
    edits.push(...made);
  }
  return { fix, edits };
}

/** The project as it would be with edits made. */
export function withEdits(project: Project, edits: readonly TextEdit[]): Project {
  const changed = project.files.map((parsed) => {
    const own = edits.filter((edit) => edit.file === parsed.file);
    return own.length === 0 ? parsed : parseOnce({ uri: parsed.file.uri, text: applyEdits(parsed.file.text, own) });
  });
  return { main: changed[project.files.indexOf(project.main)] ?? project.main, files: changed, diagnostics: project.diagnostics };
}

/**
 * The fixes of a diagnostic that hold what they promise: each is made on a copy and the copy is checked. One that does not
 * remove the finding, brings the like elsewhere, or brings a new error, is not offered.
 */
export function verifiedFixes(diagnostic: Diagnostic, analysis: Analysis, options?: CheckOptions): TextFix[] {
  return (diagnostic.fixes ?? []).flatMap((fix) => {
    const made = textFix(fix, analysis);
    if (made === undefined) return [];
    const after = check(withEdits(analysis.project, made.edits), options);
    if (!removes(diagnostic, analysis, after, made.edits) || newErrors(analysis, after).length > 0) return [];
    return [hasCost(diagnostic) ? withCost(made, diagnostic, analysis, after) : made];
  });
}

/** What a fallback costs stands in its title: it is what its user decides by. */
function withCost(made: TextFix, { path }: Diagnostic, before: Analysis, after: Analysis): TextFix {
  const cost = path === undefined ? undefined : fallbackCost(path, before.topology, after.topology);
  if (cost === undefined) return made;
  const { title, changes } = made.fix;
  return { ...made, fix: { title: { template: `${title.template} ({cost})`, args: { ...title.args, cost } }, changes } };
}

/** Codes of errors that are more in `after` than in `before`. */
export function newErrors(before: Analysis, after: Analysis): string[] {
  return surplus(
    before,
    after,
    ({ severity }) => severity === 'error',
    ({ code }) => code,
  ).map(({ code }) => code);
}
