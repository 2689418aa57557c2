import { commands, type Disposable } from 'vscode';
import type { Services } from '../services.js';
import { exportSvg, openDiagram, showIsolation, showResults } from './diagram.js';
import { explain } from './explain.js';
import { importFiles } from './import.js';
import { newTopology } from './new-topology.js';
import { cancelSimulation, simulate } from './simulate.js';

type Command = (services: Services, ...args: readonly unknown[]) => unknown;

/** Every command of the manifest. */
const registry: Readonly<Record<string, Command>> = {
  'iovt.newTopology': newTopology,
  // A code lens names the document; whoever reads it wants to keep it in sight.
  'iovt.openDiagram': (services, uri) => openDiagram(services, typeof uri === 'string' ? 'beside' : 'active', uri),
  'iovt.openDiagramToSide': (services, uri) => openDiagram(services, 'beside', uri),
  'iovt.simulate': (services, uri, options) => simulate(services, uri, options),
  'iovt.simulateFluid': (services, uri) => simulate(services, uri, { engine: 'fluid' }),
  'iovt.cancelSimulation': cancelSimulation,
  'iovt.showResults': showResults,
  'iovt.showIsolation': showIsolation,
  'iovt.exportSvg': exportSvg,
  'iovt.importHwloc': (services, uri) => importFiles(services, 'hwloc', uri),
  'iovt.importLibvirt': (services, uri) => importFiles(services, 'libvirt', uri),
  'iovt.explain': explain,
  'iovt.showOutput': ({ output }) => output.show(),
};

export function registerCommands(services: Services): Disposable[] {
  return Object.entries(registry).map(([id, command]) => commands.registerCommand(id, (...args: unknown[]) => command(services, ...args)));
}
