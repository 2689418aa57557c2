/**
 * Stands in for VS Code and the language server, so that the panel can be worked on in any browser: the design is checked,
 * drawn and simulated in the page. `?design=` names a file, `theme=` one of themes.css, `view=`, `tab=`, `run=des|fluid` and
 * `slow=` what is seen first.
 */
import { loadProject } from '../../src/core/model/project.js';
import { noFiles } from '../../src/core/model/workspace.js';
import { check, scenarioOf } from '../../src/language/check.js';
import { isolationResult } from '../../src/language/isolation.js';
import { simulateProject } from '../../src/language/simulation.js';
import type {
  EventMessage,
  HostEvents,
  IsolationChoice,
  RequestMessage,
  RunOptions,
  ViewChoice,
  WebviewEvents,
} from '../../src/protocol/webview.js';
import type { SimulationResult } from '../../src/sim/result.js';
import { type Diagram, drawDiagram } from './diagram.js';

const asked = new URLSearchParams(location.search);
const design = asked.get('design') ?? 'shop.iovt';
let text = await (await fetch(design)).text();
let version = 1;
let run: { result: SimulationResult; version: number } | null = null;
let isCancelled = false;

document.body.className = `vscode-${asked.get('theme') ?? 'light'}`;
document.body.dataset['vscodeThemeKind'] = document.body.className;
document.body.dataset['start'] = JSON.stringify({ uri: design, view: asked.get('view') ?? 'mapping' });

const project = () => loadProject({ uri: `memory:/${design}`, text }, noFiles);
const post = (message: unknown) => window.postMessage(message, '*');
const event = <Name extends keyof HostEvents>(name: Name, params: HostEvents[Name]) => post({ kind: 'event', name, params });

async function getView({ view, scenarios, unfolded }: ViewChoice) {
  const scene: Diagram = drawDiagram(await project(), { view, scenarios, unfolded, ...(run === null ? {} : { run: run.result }) });
  return { uri: design, version, scene, scenarios: scene.scenarios };
}

async function getIsolation({ scenarios, pair }: IsolationChoice) {
  const loaded = await project();
  const changes = scenarios.flatMap((name) => scenarioOf(loaded, name) ?? []);
  const interference = run?.version === version ? run.result.interference : undefined;
  const found = isolationResult(check(loaded, { changes }), {
    scenarios,
    changes,
    interference,
    ...(pair === null ? { tries: 0 } : { pairs: [pair] }),
  });
  return pair === null ? found : { ...found, pairs: found.pairs.filter(({ tenants }) => tenants.every((tenant) => pair.includes(tenant))) };
}

async function simulate(options: RunOptions): Promise<void> {
  isCancelled = false;
  event('runStarted', { engine: options.engine ?? 'des' });
  try {
    const host = {
      clock: () => performance.now() / 1000,
      pause: () => new Promise<void>((done) => setTimeout(done, Number(asked.get('slow') ?? 0))),
      isCancelled: () => isCancelled,
      onProgress: (ratio: number, message: string) => event('runProgress', { ratio, message }),
    };
    const { result } = await simulateProject(await project(), options, host, {});
    run = { result, version };
    event('runEnded', { error: null, cancelled: false });
  } catch (error) {
    event('runEnded', { error: isCancelled ? null : String(error), cancelled: isCancelled });
  }
}

async function answer({ id, method, params }: RequestMessage): Promise<void> {
  try {
    let result: unknown = true;
    if (method === 'getView') result = await getView(params);
    else if (method === 'getIsolation') result = await getIsolation(params);
    else if (method === 'getRun') result = run === null ? null : { result: run.result, isStale: run.version !== version };
    else console.info(method, params);
    post({ kind: 'response', id, ok: true, result });
  } catch (error) {
    post({ kind: 'response', id, ok: false, error: { code: 'failed', message: String(error) } });
  }
}

function receive(message: RequestMessage | EventMessage<WebviewEvents>): void {
  if (message.kind === 'request') void answer(message);
  else if (message.name === 'runSimulation') void simulate(message.params);
  else if (message.name === 'cancelRun') isCancelled = true;
  else if (message.name === 'ready') void ready();
  else console.info(message.name, message.params);
}

async function ready(): Promise<void> {
  const { diagnostics } = check(await project());
  const count = (severity: string) => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  event('problemsChanged', { errors: count('error'), warnings: count('warning') });
  const tab = asked.get('tab');
  if (tab !== null) event('showResults', { tab: tab as HostEvents['showResults']['tab'] });
  const engine = asked.get('run');
  if (engine === 'des' || engine === 'fluid') await simulate({ engine, interference: asked.has('interference') });
}

Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: (message: RequestMessage | EventMessage<WebviewEvents>) => receive(structuredClone(message)),
    getState: () => JSON.parse(sessionStorage.getItem(design) ?? 'null') ?? undefined,
    setState: (state: unknown) => sessionStorage.setItem(design, JSON.stringify(state)),
  }),
  /** For the console: `edit(text => text.replace('8', '16'))`. */
  edit(change: (text: string) => string) {
    text = change(text);
    version++;
    event('topologyChanged', { version });
  },
});
await import('../main.js');
// The page has loaded long before; the controls wait for it to take over the colours of the theme.
window.dispatchEvent(new Event('load'));
