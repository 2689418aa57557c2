import { closest } from '../core/text/similar.js';
import { UnknownScenario } from '../language/simulation.js';
import { UserError } from './io.js';

/** Does something with scenarios that were named on the command line; says what the design has instead of one that is not there. */
export function scenariosOf<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof UnknownScenario ? scenarioError(error) : error;
  }
}

export function scenarioError(error: UnknownScenario): UserError {
  const similar = closest(error.scenario, error.known);
  const hint =
    similar !== undefined
      ? `Did you mean "${similar}"?`
      : error.known.length > 0
        ? `The design has: ${error.known.join(', ')}.`
        : 'The design has none.';
  return new UserError(error.message, hint);
}
