import type { ViewName } from '../../protocol/server.js';
import type { EventMessage, RequestMessage, RunOptions, ViewChoice, WebviewEvents } from '../../protocol/webview.js';

/** What a panel may send. */
export type Incoming = RequestMessage | EventMessage<WebviewEvents>;

const VIEWS: readonly ViewName[] = ['mapping', 'physical', 'network', 'storage', 'tenants'];
const MAX_NAME = 1000;
const MAX_NAMES = 10_000;

/**
 * Reads a message of the webview. Whatever is not exactly one of the messages of the protocol is undefined: a page that has
 * been tampered with can ask for nothing else. Only known properties are taken over.
 */
export function incoming(message: unknown): Incoming | undefined {
  if (!isObject(message)) return undefined;
  const { kind, name, method, id, params } = message;
  if (!isObject(params)) return undefined;
  if (kind === 'event') return event(name, params);
  return kind === 'request' && Number.isSafeInteger(id) ? request(method, id as number, params) : undefined;
}

function event(name: unknown, params: Record<string, unknown>): EventMessage<WebviewEvents> | undefined {
  switch (name) {
    case 'ready':
      return Number.isSafeInteger(params['protocol'])
        ? { kind: 'event', name, params: { protocol: params['protocol'] as number } }
        : undefined;
    case 'revealEntity':
      return isName(params['path']) && typeof params['focus'] === 'boolean'
        ? { kind: 'event', name, params: { path: params['path'], focus: params['focus'] } }
        : undefined;
    case 'runSimulation': {
      const options = runOptions(params);
      return options === undefined ? undefined : { kind: 'event', name, params: options };
    }
    case 'openLink':
      return isName(params['name']) ? { kind: 'event', name, params: { name: params['name'] } } : undefined;
    case 'cancelRun':
    case 'showProblems':
      return { kind: 'event', name, params: {} };
    default:
      return undefined;
  }
}

function request(method: unknown, id: number, params: Record<string, unknown>): RequestMessage | undefined {
  switch (method) {
    case 'getView':
    case 'saveSvg': {
      const choice = viewChoice(params);
      return choice === undefined ? undefined : { kind: 'request', id, method, params: choice };
    }
    case 'getRun':
      return { kind: 'request', id, method, params: {} };
    case 'getIsolation': {
      const { scenarios, pair } = params;
      if (!isNames(scenarios) || !(pair === null || (isNames(pair) && pair.length === 2))) return undefined;
      return { kind: 'request', id, method, params: { scenarios, pair: pair as readonly [string, string] | null } };
    }
    case 'saveReport': {
      const { format } = params;
      return format === 'csv' || format === 'json' ? { kind: 'request', id, method, params: { format } } : undefined;
    }
    default:
      return undefined;
  }
}

function viewChoice({ view, scenarios, unfolded }: Record<string, unknown>): ViewChoice | undefined {
  const name = VIEWS.find((known) => known === view);
  return name !== undefined && isNames(scenarios) && isNames(unfolded) ? { view: name, scenarios, unfolded } : undefined;
}

function runOptions(params: Record<string, unknown>): RunOptions | undefined {
  const { engine, scenarios, seed, durationSec, precisionRatio, budgetSec, interference } = params;
  if (engine !== undefined && engine !== 'des' && engine !== 'fluid') return undefined;
  if (scenarios !== undefined && !isNames(scenarios)) return undefined;
  if (seed !== undefined && !(Number.isSafeInteger(seed) && (seed as number) >= 0)) return undefined;
  if (![durationSec, precisionRatio, budgetSec].every((n) => n === undefined || isPositive(n))) return undefined;
  if (interference !== undefined && typeof interference !== 'boolean') return undefined;
  const options = { engine, scenarios, seed, durationSec, precisionRatio, budgetSec, interference };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as RunOptions;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MAX_NAMES && value.every(isName);
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
