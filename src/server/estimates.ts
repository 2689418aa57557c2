import type { Analysis } from '../language/check.js';
import type { Estimates } from '../language/document.js';
import { RunEstimates } from '../language/estimates.js';
import type { SimulationResult } from '../sim/result.js';
import { type Estimate, estimate } from '../sim/simulate.js';
import type { EstimateProvider } from './host.js';

/** A simulation where one still belongs to the text, else the fluid engine, asked once for each version of a design. */
export class LiveEstimates implements EstimateProvider {
  readonly #ofAnalyses = new WeakMap<Analysis, Estimates>();
  readonly #ofRuns = new WeakMap<SimulationResult, Estimates>();

  estimates(analysis: Analysis, run: SimulationResult | undefined): Estimates {
    return run === undefined ? once(this.#ofAnalyses, analysis, () => estimate(analysis.topology)) : once(this.#ofRuns, run, () => run);
  }
}

function once<Key extends object>(known: WeakMap<Key, Estimates>, key: Key, result: () => Estimate): Estimates {
  let estimates = known.get(key);
  if (estimates === undefined) {
    estimates = new RunEstimates(result());
    known.set(key, estimates);
  }
  return estimates;
}
