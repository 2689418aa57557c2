import { messageText } from '../core/diagnostics/diagnostic.js';
import type { Project } from '../core/model/project.js';
import { positionAt, type SourceFile } from '../core/text/source.js';
import { importSources } from '../interop/import.js';
import { importFormats } from '../interop/index.js';
import type { ImportParams, ImportResult } from '../protocol/server.js';

/** Reads texts of other tools into a design, as `iovt import` does. */
export function importInto({ format: name, inputs }: ImportParams, into: Project | undefined): ImportResult | undefined {
  const format = importFormats.find((known) => known.name === name);
  if (format === undefined) return undefined;
  const names = new Map<SourceFile, string>(inputs.map((input) => [{ uri: `import:${input.name}`, text: input.text }, input.name]));
  const nameOf = (file: SourceFile) => names.get(file) ?? file.uri.slice(file.uri.lastIndexOf('/') + 1);
  const { text, diagnostics, losses } = importSources(format, [...names.keys()], { into, nameOf });
  return {
    text: text ?? null,
    findings: diagnostics.map(({ severity, at, message }) => {
      const { line, character } = positionAt(at.file, at.start);
      return { severity, message: `${nameOf(at.file)}:${line + 1}:${character + 1}: ${messageText(message)}` };
    }),
    losses: losses.entries.reduce((sum, { count }) => sum + count, 0),
  };
}
