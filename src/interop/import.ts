import { profileCatalog } from '../catalog/profiles/index.js';
import type { Diagnostic } from '../core/diagnostics/diagnostic.js';
import type { Project } from '../core/model/project.js';
import { resolve, type Topology } from '../core/model/topology.js';
import { applyEdits } from '../core/text/edits.js';
import type { SourceFile } from '../core/text/source.js';
import { techniques } from '../techniques/index.js';
import { DraftObject } from './draft.js';
import type { ImportFormat } from './format.js';
import { ImportLog } from './import-log.js';
import { additions } from './into/additions.js';
import { writeDocument } from './iovt-writer.js';
import { type LossReport, lossReport } from './losses-report.js';
import { importRefused } from './problems.js';
import { Target } from './target/target.js';

export interface ImportOptions {
  /** A design to add to. Its own text stays as it is. */
  readonly into?: Project | undefined;
  /** The host that the inputs belong to, or the id of the one to make. */
  readonly host?: string | undefined;
  /** The name under which the user knows a file, for the list of losses. */
  readonly nameOf?: (file: SourceFile) => string;
}

export interface ImportResult {
  /** The new design, or the one that was added to. Undefined if an input was refused: then nothing is imported. */
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly losses: LossReport;
}

/** Descriptions of machines to a design. Never throws, whatever the inputs are. */
export function importSources(format: ImportFormat, sources: readonly SourceFile[], options: ImportOptions = {}): ImportResult {
  const log = new ImportLog();
  const { into } = options;
  const design = into === undefined ? undefined : designOf(into, log);
  const target = new Target(design, hostOf(design, options.host, into, log));
  if (!log.isRefused) format.read(sources, target, log);
  return {
    text: log.isRefused ? undefined : textOf(target, into),
    diagnostics: log.diagnostics,
    losses: lossReport(format.name, sources, log.losses, options.nameOf ?? (({ uri }) => uri)),
  };
}

/** Edits in a text that is not whole could land anywhere, so such a design is not touched. */
function designOf(project: Project, log: ImportLog): Topology | undefined {
  const { main } = project;
  const broken = project.files.find(
    ({ diagnostics, root }) => root?.type !== 'object' || diagnostics.some(({ severity }) => severity === 'error'),
  );
  if (broken !== undefined) {
    const at = broken.diagnostics[0]?.at ?? { file: main.file, start: 0, end: 1 };
    log.add(importRefused.at('intoBroken', at, {}));
    return undefined;
  }
  return resolve(project, { techniques, profiles: profileCatalog }).topology;
}

function hostOf(design: Topology | undefined, wanted: string | undefined, into: Project | undefined, log: ImportLog): string | undefined {
  const hosts = design?.hosts.map(({ id }) => id) ?? [];
  if (into === undefined || wanted === undefined || hosts.length === 0 || hosts.includes(wanted)) return wanted;
  const at = { file: into.main.file, start: 0, end: 1 };
  log.add(importRefused.at('noSuchHost', at, { host: wanted, hosts: hosts.join(', ') }));
  return undefined;
}

function textOf(target: Target, into: Project | undefined): string {
  const added = target.finish();
  if (into !== undefined) return applyEdits(into.main.file.text, additions(into.main, added));
  const root = new DraftObject(true).set('iovt', '1');
  for (const { key, value, above, behind } of added.entries) root.set(key, value, { above, behind });
  return writeDocument(root, target.header);
}
