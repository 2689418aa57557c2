import { profileCatalog } from '../catalog/profiles/index.js';
import { compareDiagnostics, type Diagnostic } from '../core/diagnostics/diagnostic.js';
import { merge } from '../core/model/merge.js';
import { entityAt } from '../core/model/place-path.js';
import type { Project } from '../core/model/project.js';
import { type PropertyChange, scenarioChanges } from '../core/model/scenario.js';
import { type Registries, resolve, type Topology } from '../core/model/topology.js';
import { validateDocument } from '../core/schema/validate.js';
import type { SourceFile } from '../core/text/source.js';
import type { SyntaxNode } from '../core/text/tree.js';
import { rules } from '../rules/index.js';
import { runRules, type SeverityOverrides } from '../rules/run.js';
import { techniques } from '../techniques/index.js';

export const registries: Registries = { techniques, profiles: profileCatalog };

export interface CheckOptions {
  readonly severities?: SeverityOverrides;
  /** Scenarios and single changes that are made before the design is checked. */
  readonly changes?: readonly PropertyChange[];
}

/** All that can be said of a design without simulating it. */
export interface Analysis {
  readonly project: Project;
  readonly topology: Topology;
  /** Of all files that take part, by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly suppressed: readonly { readonly diagnostic: Diagnostic; readonly reason: string }[];
}

/** Syntax, schema, references and rules: everything that is wrong with a design, in one pass. Never throws. */
export function check(project: Project, options: CheckOptions = {}): Analysis {
  const early = project.files.flatMap((file) => [
    ...file.diagnostics,
    ...(file.root === undefined ? [] : validateDocument(file.root, file.withDuplicates)),
  ]);
  const { topology, diagnostics: late } = resolve(project, registries, options.changes);
  const run = runRules(topology, rules, options.severities);
  const located = [...early, ...late].map((diagnostic) =>
    diagnostic.path === undefined ? { ...diagnostic, path: entityAt(topology, diagnostic.at)?.path } : diagnostic,
  );
  return { project, topology, diagnostics: [...located, ...run.diagnostics].sort(compareDiagnostics), suppressed: run.suppressed };
}

export function diagnosticsOf(analysis: Analysis, file: SourceFile): Diagnostic[] {
  return analysis.diagnostics.filter((diagnostic) => diagnostic.at.file === file);
}

/** The changes of a scenario of a project; undefined if it has none of that name. */
export function scenarioOf(project: Project, name: string): PropertyChange[] | undefined {
  const root = project.files.reduce<SyntaxNode | undefined>(
    (base, file) => (file.root === undefined ? base : merge(base, file.root)),
    undefined,
  );
  return root === undefined ? undefined : scenarioChanges(root, name);
}
