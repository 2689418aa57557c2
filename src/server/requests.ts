import type { CancellationToken, Connection } from 'vscode-languageserver';
import { profileCatalog, profileOfUri } from '../catalog/profiles/index.js';
import type { Entity } from '../core/model/entity.js';
import { type EntityKind, entityWords } from '../core/model/entity-kind.js';
import { entityAt } from '../core/model/place-path.js';
import { Reference } from '../core/model/reference.js';
import { offsetAt, rangeOf } from '../core/text/source.js';
import { parseReference } from '../core/units/reference.js';
import type { IsolationResult } from '../isolation/result.js';
import { type Analysis, check, scenarioOf } from '../language/check.js';
import { wholeOf } from '../language/definition.js';
import { documentationPage } from '../language/help/pages.js';
import { explain } from '../language/help.js';
import { isolationResult } from '../language/isolation.js';
import { csvSimulation } from '../language/report/simulation-report.js';
import type { EntityPlace, IsolationParams, ServerRequests, SimulateParams, ViewParams } from '../protocol/server.js';
import type { SimulationResult } from '../sim/result.js';
import { refused, told } from './guard.js';
import type { Session } from './session.js';

type Requests = ServerRequests<unknown, SimulationResult, IsolationResult>;
type Handlers = {
  [Method in keyof Requests]: (params: Requests[Method]['params'], token: CancellationToken) => Promise<Requests[Method]['result']>;
};

/** Requests that only our own clients send; a method without a handler does not compile. */
export function registerRequests(connection: Connection, session: Session): void {
  const handlers: Handlers = {
    'iovt/view': (params) => view(session, params),
    'iovt/simulate': (params, token) => simulate(session, params, token),
    'iovt/run': async ({ uri }) => {
      const analysis = await session.designs.current(uri);
      return (analysis === undefined ? undefined : session.runs.last(uri, analysis.project)) ?? null;
    },
    'iovt/isolation': (params) => isolation(session, params),
    'iovt/entityAt': async ({ uri, position }) => {
      const document = await session.document(uri);
      if (document === undefined) return null;
      const offset = offsetAt(document.file, position);
      return placeOf(entityAt(document.analysis.topology, { file: document.file, start: offset, end: offset }));
    },
    'iovt/locate': async ({ uri, path }) => {
      const document = await session.document(uri);
      return document === undefined ? null : shownPlaceOf(entityOfPath(document.analysis, path));
    },
    'iovt/explain': async ({ name }) => explain(name) ?? null,
    'iovt/render': (params) => render(session, params),
    'iovt/report': async ({ uri, format }) => {
      const analysis = await session.designs.current(uri);
      const run = analysis === undefined ? undefined : session.runs.last(uri, analysis.project);
      if (run === undefined) return null;
      return format === 'csv' ? csvSimulation(run.result) : `${JSON.stringify(run.result, null, 2)}\n`;
    },
    'iovt/import': async (params) => {
      const into = params.into === undefined ? undefined : (await session.designs.current(params.into))?.project;
      const { importer } = session.host;
      if (importer === undefined) throw refused('This server cannot import.');
      return importer.import(params, into, session.options);
    },
    'iovt/content': async ({ uri }) => content(uri) ?? null,
  };
  for (const [method, handler] of Object.entries(handlers)) {
    connection.onRequest(method, (params: never, token: CancellationToken) =>
      told<unknown>(session, method, token, () =>
        (handler as (params: never, token: CancellationToken) => Promise<unknown>)(params, token),
      ),
    );
  }
}

/** Where an entity can be shown: a part that a profile brings along stands where the device does that names it. */
function shownPlaceOf(entity: Entity | undefined): EntityPlace | null {
  let at = entity;
  while (at?.parent !== undefined && at.at.file.uri.startsWith('iovt')) at = at.parent;
  const place = placeOf(at);
  return place === null || entity === undefined ? null : { ...place, path: entity.path };
}

/** An entity of the catalogue stands in no text of the workspace. */
function placeOf(entity: Entity | undefined): EntityPlace | null {
  if (entity === undefined || entity.at.file.uri.startsWith('iovt')) return null;
  return { path: entity.path, uri: entity.at.file.uri, range: rangeOf(wholeOf(entity)) };
}

const ALL_KINDS = Object.keys(entityWords) as EntityKind[];

/** `h1/web[3]/eth0`, as diagrams and results name entities; of a resource such as `h1/nic0/p0:tx` the entity it belongs to. */
function entityOfPath({ topology }: Analysis, path: string): Entity | undefined {
  const text = path.replace(/[:#].*$/, '');
  const exact = topology.entities.find((entity) => entity.path === text && !(entity.kind === 'profile' && entity.isBuiltIn));
  const parsed = parseReference(text);
  if (exact !== undefined || !parsed.ok) return exact;
  const file = { uri: 'iovt:path', text };
  const reference = new Reference(text, { file, start: 0, end: 0 }, ALL_KINDS, parsed.value);
  topology.scopes.bind(reference, undefined);
  return reference.target;
}

function content(uri: string): string | undefined {
  const profile = profileOfUri(uri);
  if (profile !== undefined) return profileCatalog.node(profile)?.file.text;
  const path = /^iovt-docs:\/+(.+)$/.exec(uri)?.[1];
  return path === undefined ? undefined : documentationPage(decodeURIComponent(path).replace(/#.*$/, ''));
}

async function view(session: Session, params: ViewParams): Promise<Requests['iovt/view']['result']> {
  const drawn = await drawing(session, params);
  if (drawn === undefined) return null;
  const { views, design, analysis, run } = drawn;
  // While a text cannot be read as a whole, the last one that could be is drawn.
  const isBroken = (await session.designs.current(params.uri)) !== design.analysis;
  return {
    uri: params.uri,
    version: design.version,
    ...(isBroken ? { isBroken } : {}),
    scene: views.view(analysis, params, run),
    scenarios: design.analysis.topology.scenarios.map(({ id }) => id),
  };
}

async function render(session: Session, params: ViewParams): Promise<string | null> {
  const drawn = await drawing(session, params);
  return drawn === undefined ? null : drawn.views.render(drawn.analysis, params, drawn.run);
}

/** What a picture of a design is made from: the design in the scenarios that were asked for, and the run on top of it. */
async function drawing(session: Session, params: ViewParams) {
  const { views } = session.host;
  if (views === undefined) throw refused('This server draws no diagrams.');
  const design = await session.designs.whole(params.uri);
  if (design === undefined) return undefined;
  const { project } = design.analysis;
  const changes = (params.scenarios ?? []).flatMap((name) => scenarioOf(project, name) ?? []);
  const analysis = changes.length === 0 ? design.analysis : check(project, { changes });
  const run = params.withRun === true ? session.runs.last(params.uri, project)?.result : undefined;
  return { views, design, analysis, run };
}

/** What tenants share in a design, or in some of its scenarios; beside it what the last run measured, if it was of the same. */
async function isolation(session: Session, { uri, scenarios = [], pair }: IsolationParams): Promise<IsolationResult | null> {
  const design = await session.designs.whole(uri);
  if (design === undefined) return null;
  const { project } = design.analysis;
  const changes = scenarios.flatMap((name) => scenarioOf(project, name) ?? []);
  const analysis = changes.length === 0 ? design.analysis : check(project, { changes });
  const run = session.runs.last(uri, project);
  const isOfThis = run !== undefined && !run.isStale && run.result.scenarios.join() === scenarios.join();
  return isolationResult(analysis, {
    scenarios,
    changes,
    interference: isOfThis ? run.result.interference : undefined,
    ...(pair === undefined ? { tries: 0 } : { pairs: [pair] }),
  });
}

async function simulate(session: Session, params: SimulateParams, token: CancellationToken): Promise<SimulationResult> {
  const { simulator } = session.host;
  if (simulator === undefined) throw refused('This server runs no simulations.');
  const { uri, scenarios = [] } = params;
  const analysis = await session.designs.current(uri);
  if (analysis === undefined) throw refused('The design is not open.');
  const controller = session.runs.begin(uri);
  const abort = () => controller.abort(new Error('cancelled'));
  const progress = await beginProgress(session, params, abort);
  token.onCancellationRequested(abort);
  if (token.isCancellationRequested) abort();
  try {
    const result = await simulator.run(
      analysis,
      params,
      (ratio, message) => progress.report(Math.round(Math.min(1, Math.max(0, ratio)) * 100), message),
      controller.signal,
      { workspace: session.files, options: session.options },
    );
    session.runs.keep(uri, result, analysis.project, scenarios);
    session.designs.republish(uri);
    session.refresh();
    return result;
  } catch (error) {
    throw controller.signal.aborted ? refused('The simulation was cancelled.') : error;
  } finally {
    progress.done();
    session.runs.end(uri, controller);
  }
}

/** Under the token of the client, else under one of ours, else nowhere. */
async function beginProgress({ connection, can }: Session, { workDoneToken }: SimulateParams, abort: () => void) {
  if (workDoneToken !== undefined || !can.progress) {
    const progress = connection.window.attachWorkDoneProgress(workDoneToken);
    progress.begin('Simulating', 0, undefined, true);
    return progress;
  }
  const progress = await connection.window.createWorkDoneProgress();
  progress.begin('Simulating', 0, undefined, true);
  progress.token.onCancellationRequested(abort);
  return progress;
}
