import { loadProject } from '../core/model/project.js';
import type { Json } from '../core/text/tree.js';
import { type Analysis, type CheckOptions, check } from '../language/check.js';
import { type Files, type OpenText, Tracked } from './files.js';
import { canonical } from './uri.js';

/** What the designs tell the rest of the server. */
export interface DesignEvents {
  checked(uri: string, version: number, analysis: Analysis): void;
  /** The design means something else than before, and a picture of it would show that. */
  changed(uri: string, version: number): void;
  closed(uri: string): void;
  failed(uri: string, error: unknown): void;
}

interface Design {
  readonly uri: string;
  text: OpenText;
  /** Grows with every change of the text or of a file it includes; a check of an older state is dropped. */
  generation: number;
  checkedGeneration: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  running: { readonly generation: number; readonly result: Promise<Analysis | undefined> } | undefined;
  analysis: Analysis | undefined;
  analysisVersion: number;
  /** The last one whose text could be read to the end, and the version it is of. */
  whole: { readonly analysis: Analysis; readonly version: number } | undefined;
  asked: ReadonlySet<string>;
}

/**
 * The open texts, each the main file of a design of its own. A version is checked once: when its author pauses, or as soon as
 * somebody asks. A change of a file checks again all designs that include it.
 */
export class Designs {
  readonly #designs = new Map<string, Design>();

  constructor(
    private readonly files: Files,
    private readonly events: DesignEvents,
    private readonly optionsFor: (uri: string) => Promise<CheckOptions>,
    private readonly debounceMs: number,
  ) {}

  changed(text: OpenText): void {
    this.files.update(text);
    const key = canonical(text.uri);
    const design = this.#designs.get(key) ?? newDesign(text);
    design.text = text;
    this.#designs.set(key, design);
    this.#invalidate(design);
    this.#invalidateThoseThatInclude(key, design);
  }

  closed(uri: string): void {
    const key = canonical(uri);
    const design = this.#designs.get(key);
    this.files.close(uri);
    this.#designs.delete(key);
    clearTimeout(design?.timer);
    if (design !== undefined) this.events.closed(design.uri);
    this.#invalidateThoseThatInclude(key, undefined);
  }

  /** A stored file is another one, or came to be, or is gone. */
  storedFileChanged(uri: string): void {
    this.files.forget(uri);
    this.#invalidateThoseThatInclude(canonical(uri), undefined);
  }

  /** Settings or folders changed: everything may be judged anew. */
  invalidateAll(): void {
    for (const design of this.#designs.values()) this.#invalidate(design);
  }

  /** The design in its present version, checked now if it was not yet. Undefined for a text that is not open. */
  async current(uri: string): Promise<Analysis | undefined> {
    const design = this.#designs.get(canonical(uri));
    return design === undefined ? undefined : this.#check(design);
  }

  /** The design as last checked, for what must be quick; undefined if it never was. */
  latest(uri: string): Analysis | undefined {
    return this.#designs.get(canonical(uri))?.analysis;
  }

  /** The design in the last version that could be read to the end, for pictures; while it is broken they stay as they were. */
  async whole(uri: string): Promise<{ readonly analysis: Analysis; readonly version: number } | undefined> {
    const analysis = await this.current(uri);
    const design = this.#designs.get(canonical(uri));
    return design?.whole ?? (analysis === undefined || design === undefined ? undefined : { analysis, version: design.analysisVersion });
  }

  /** All designs as last checked, but for one. */
  others(uri: string): Analysis[] {
    const key = canonical(uri);
    return [...this.#designs].flatMap(([each, design]) => (each === key || design.analysis === undefined ? [] : [design.analysis]));
  }

  /** Puts out again what is known of a design, after something beside its text changed. */
  republish(uri: string): void {
    const design = this.#designs.get(canonical(uri));
    if (design?.analysis !== undefined) this.events.checked(design.uri, design.analysisVersion, design.analysis);
  }

  #invalidate(design: Design): void {
    design.generation++;
    clearTimeout(design.timer);
    // Who opens a design waits for it; who types does not.
    design.timer = setTimeout(() => void this.#check(design), design.analysis === undefined ? 0 : this.debounceMs);
  }

  #invalidateThoseThatInclude(key: string, except: Design | undefined): void {
    for (const design of this.#designs.values()) if (design !== except && design.asked.has(key)) this.#invalidate(design);
  }

  async #check(design: Design): Promise<Analysis | undefined> {
    clearTimeout(design.timer);
    // A change that comes while files are read makes what is being checked a thing of the past.
    for (;;) {
      if (design.checkedGeneration === design.generation) return design.analysis;
      const { generation } = design;
      if (design.running?.generation !== generation) design.running = { generation, result: this.#run(design, generation) };
      const result = await design.running.result;
      if (design.generation === generation) return result;
      clearTimeout(design.timer);
    }
  }

  async #run(design: Design, generation: number): Promise<Analysis | undefined> {
    const { version } = design.text;
    try {
      const file = this.files.update(design.text);
      const tracked = new Tracked(this.files);
      const [project, options] = await Promise.all([loadProject(file, tracked), this.optionsFor(design.uri)]);
      design.asked = tracked.asked;
      if (design.generation !== generation || this.#designs.get(canonical(design.uri)) !== design) return design.analysis;
      const analysis = check(project, options);
      const before = design.whole?.analysis;
      design.analysis = analysis;
      design.analysisVersion = version;
      design.checkedGeneration = generation;
      const isWhole = analysis.project.files.every(({ diagnostics }) => diagnostics.length === 0);
      if (isWhole) design.whole = { analysis, version };
      this.events.checked(design.uri, version, analysis);
      if (isWhole && (before === undefined || !isSame(before.topology.root?.value, analysis.topology.root?.value)))
        this.events.changed(design.uri, version);
      return analysis;
    } catch (error) {
      design.checkedGeneration = generation; // the same text would only fail again
      this.events.failed(design.uri, error);
      return design.analysis;
    }
  }
}

function newDesign(text: OpenText): Design {
  return {
    uri: text.uri,
    text,
    generation: 0,
    checkedGeneration: -1,
    timer: undefined,
    running: undefined,
    analysis: undefined,
    analysisVersion: text.version,
    whole: undefined,
    asked: new Set(),
  };
}

/** Whether two documents say the same in the same order, spaces and comments aside. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = a as { readonly [key: string]: Json };
  const right = b as { readonly [key: string]: Json };
  const keys = Object.keys(left);
  const others = Object.keys(right);
  if (Array.isArray(a) !== Array.isArray(b) || keys.length !== others.length) return false;
  return keys.every((key, i) => key === others[i] && isSame(left[key], right[key]));
}
