import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Diagnostic, messageText } from '../../src/core/diagnostics/diagnostic.js';
import { projectOf } from '../../src/core/model/project.js';
import { positionAt } from '../../src/core/text/source.js';
import { type ImportOptions, type ImportResult, importSources } from '../../src/interop/import.js';
import { importFormats } from '../../src/interop/index.js';
import type { LossReport } from '../../src/interop/losses-report.js';
import { type Analysis, check } from '../../src/language/check.js';

/** Imports texts by name; `into` is the text of a design. */
export function importTexts(
  format: string,
  inputs: string | Readonly<Record<string, string>>,
  options: Omit<ImportOptions, 'into'> & { readonly into?: string | undefined } = {},
): ImportResult {
  const found = importFormats.find(({ name }) => name === format);
  if (found === undefined) throw new Error(`there is no format ${format}`);
  const files = Object.entries(typeof inputs === 'string' ? { 'input.xml': inputs } : inputs);
  const sources = files.map(([name, text]) => ({ uri: `memory:/${name}`, text }));
  const into = options.into === undefined ? undefined : projectOf({ uri: 'memory:/into.iovt', text: options.into });
  return importSources(found, sources, { ...options, into, nameOf: ({ uri }) => uri.replace('memory:/', '') });
}

/** A design as text, checked. */
export function checkText(text: string): Analysis {
  return check(projectOf({ uri: 'memory:/main.iovt', text }));
}

/** One diagnostic a line, as the command prints it. */
export function messagesOf(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map((diagnostic) => {
    const { line, character } = positionAt(diagnostic.at.file, diagnostic.at.start);
    const file = diagnostic.at.file.uri.replace('memory:/', '');
    return `${file}:${line + 1}:${character + 1} ${diagnostic.severity} ${diagnostic.code} ${messageText(diagnostic.message)}`;
  });
  return lines.length === 0 ? '(nothing)\n' : `${lines.join('\n')}\n`;
}

/** Codes of a result, each once. */
export function codesOf({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): string[] {
  return [...new Set(diagnostics.map(({ code }) => code))].sort();
}

/** Syntax and schema: what an importer must never produce, whatever it read. */
export function malformations({ diagnostics }: Analysis): string[] {
  return diagnostics
    .filter(({ code, severity }) => severity === 'error' && /^IOVT0/.test(code))
    .map(({ code, message }) => `${code} ${messageText(message)}`);
}

const schemaFile = resolve(fileURLToPath(import.meta.url), '../../../schemas/iovt-losses.schema.json');
const validateLosses = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

/** What the schema of `iovt-losses/1` has against a report. */
export function lossSchemaErrors(report: LossReport): unknown[] {
  return validateLosses(JSON.parse(JSON.stringify(report))) ? [] : (validateLosses.errors ?? []);
}
