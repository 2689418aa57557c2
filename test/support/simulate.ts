import { loadProject } from '../../src/core/model/project.js';
import { readTraces, type SimulationHost, type SimulationRequest, simulateProject } from '../../src/language/simulation.js';
import type { SimulationResult } from '../../src/sim/result.js';
import { MemoryWorkspace } from './memory-workspace.js';

/** Simulates a design given as text or as files, on a clock that stands still, so that no run ends for lack of time. */
export async function simulateText(
  input: string | Readonly<Record<string, string>>,
  request: SimulationRequest = {},
  more: Partial<SimulationHost> = {},
): Promise<SimulationResult> {
  const files = typeof input === 'string' ? { 'main.iovt': input } : input;
  const workspace = new MemoryWorkspace(files);
  const main = await workspace.read('memory:/main.iovt');
  if (main === undefined) throw new Error('a test needs a main.iovt');
  const host = { clock: () => 0, pause: async () => undefined, isCancelled: () => false, onProgress: () => undefined, ...more };
  const project = await loadProject(main, workspace);
  return (await simulateProject(project, request, host, await readTraces(project, workspace))).result;
}
