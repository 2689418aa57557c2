import type { Diagnostic } from '../core/diagnostics/diagnostic.js';
import type { Project } from '../core/model/project.js';
import { isIsolationObjective } from '../isolation/objectives.js';
import type { Analysis } from '../language/check.js';
import { objectiveFailed } from '../language/objective-failed.js';
import type { SimulationResult } from '../sim/result.js';

/** A simulation and the texts it belongs to. */
interface Run {
  readonly result: SimulationResult;
  readonly texts: ReadonlyMap<string, string>;
  /** Scenarios that were applied; what it found says nothing of the base design then. */
  readonly scenarios: readonly string[];
}

/** The last simulation of each design, and whether it still belongs to its text. */
export class Runs {
  readonly #runs = new Map<string, Run>();
  readonly #running = new Map<string, AbortController>();

  /** Begins a run; one that is under way for the same design is given up. */
  begin(uri: string): AbortController {
    this.cancel(uri);
    const controller = new AbortController();
    this.#running.set(uri, controller);
    return controller;
  }

  end(uri: string, controller: AbortController): void {
    if (this.#running.get(uri) === controller) this.#running.delete(uri);
  }

  cancel(uri: string): void {
    this.#running.get(uri)?.abort(new Error('cancelled'));
    this.#running.delete(uri);
  }

  keep(uri: string, result: SimulationResult, project: Project, scenarios: readonly string[]): void {
    this.#runs.set(uri, { result, texts: textsOf(project), scenarios });
  }

  forget(uri: string): void {
    this.cancel(uri);
    this.#runs.delete(uri);
  }

  last(uri: string, project: Project): { readonly result: SimulationResult; readonly isStale: boolean } | undefined {
    const run = this.#runs.get(uri);
    return run === undefined ? undefined : { result: run.result, isStale: isStale(run, project) };
  }

  /** The last run, if it still holds for the base design. */
  current(uri: string, project: Project): SimulationResult | undefined {
    const run = this.#runs.get(uri);
    return run === undefined || isStale(run, project) || run.scenarios.length > 0 ? undefined : run.result;
  }

  /** Objectives that the last run saw broken, on their lines. An edit makes them a thing of the past. */
  findings(uri: string, { project, topology }: Analysis): Diagnostic[] {
    const failed = this.current(uri, project)?.objectives.filter(({ status }) => status === 'fail') ?? [];
    return failed.flatMap(({ id, message }) => {
      const objective = topology.objectives.find((each) => each.id === id);
      // What is promised of isolation is checked on every edit; the rule for it has spoken already.
      if (objective === undefined || isIsolationObjective(objective)) return [];
      return [objectiveFailed.at('failed', objective.at, { objective: id, verdict: message }, { path: objective.path })];
    });
  }
}

function textsOf(project: Project): Map<string, string> {
  return new Map(project.files.map(({ file }) => [file.uri, file.text]));
}

function isStale(run: Run, project: Project): boolean {
  const { files } = project;
  return files.length !== run.texts.size || files.some(({ file }) => run.texts.get(file.uri) !== file.text);
}
