import type { Diagnostic as LspDiagnostic } from 'vscode-languageserver-types';
import type { Diagnostic } from '../core/diagnostics/diagnostic.js';
import { lspDiagnostic } from '../language/diagnostics.js';

/** Editors slow down on more; the first ones say what is wrong. */
const MAX_PER_FILE = 1000;

/**
 * Findings by file. A file takes part in several designs: what each of them finds in it is shown together, once, and goes
 * when the design that found it is closed.
 */
export class Publisher {
  /** Design to file to findings. */
  readonly #found = new Map<string, Map<string, LspDiagnostic[]>>();

  constructor(private readonly send: (uri: string, diagnostics: LspDiagnostic[], version: number | undefined) => void) {}

  publish(design: string, version: number, diagnostics: readonly Diagnostic[], files: readonly string[]): void {
    const before = this.#found.get(design);
    const now = new Map<string, LspDiagnostic[]>(files.map((uri) => [uri, []]));
    for (const diagnostic of diagnostics) now.get(diagnostic.at.file.uri)?.push(lspDiagnostic(diagnostic));
    this.#found.set(design, now);
    for (const uri of new Set([...(before?.keys() ?? []), ...now.keys()])) this.#sendFile(uri, uri === design ? version : undefined);
  }

  /** Takes back what a design found. */
  withdraw(design: string): void {
    const before = this.#found.get(design);
    this.#found.delete(design);
    for (const uri of before?.keys() ?? []) this.#sendFile(uri, undefined);
  }

  #sendFile(uri: string, version: number | undefined): void {
    const all = new Map<string, LspDiagnostic>();
    for (const files of this.#found.values()) {
      for (const diagnostic of files.get(uri) ?? []) {
        const { start, end } = diagnostic.range;
        all.set(`${diagnostic.code} ${start.line}:${start.character} ${end.line}:${end.character} ${diagnostic.message}`, diagnostic);
      }
    }
    this.send(uri, [...all.values()].slice(0, MAX_PER_FILE), version);
  }
}
