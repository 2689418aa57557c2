import { parse } from '../core/text/parse.js';
import type { SourceFile } from '../core/text/source.js';
import type { Json } from '../core/text/tree.js';
import type { FlowResult, ObjectiveResult, Rate, ResourceResult, SimulationResult } from '../sim/result.js';
import { UserError } from './io.js';

type Fields = { readonly [key: string]: Json };

/**
 * A result of a simulation from a file. The parts that other commands show are read field by field, so that a file of
 * another program, or one that somebody edited, leads to a message and not to a crash.
 */
export function parseRun(file: SourceFile, name: string): SimulationResult {
  const { root, diagnostics } = parse(file);
  const value = root?.value;
  const fail = (what: string): never => {
    throw new UserError(`${name}: ${what}`, 'Write one with: iovt simulate DESIGN --format json > RESULT.json');
  };
  if (diagnostics.length > 0 || !isObject(value)) return fail('this is not the JSON of a simulation.');
  if (value['format'] !== 'iovt-simulation/1')
    return fail(`its format is ${JSON.stringify(value['format'] ?? null)}, not "iovt-simulation/1".`);
  const list = <T>(key: string, read: (item: Fields) => T): T[] => {
    const items = value[key];
    if (items === undefined) return [];
    if (!Array.isArray(items) || !items.every(isObject)) return fail(`"${key}" is not a list of objects.`);
    return items.map(read);
  };
  return {
    ...(value as unknown as SimulationResult),
    engine: value['engine'] === 'fluid' ? 'fluid' : 'des',
    flows: list('flows', flow),
    resources: list('resources', resource),
    objectives: list('objectives', objective),
  };
}

function isObject(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flow(item: Fields): FlowResult {
  return {
    ...(item as unknown as FlowResult),
    from: text(item['from']),
    to: text(item['to']),
    offered: rate(item['offered']),
    achieved: rate(item['achieved']),
    bottleneck: typeof item['bottleneck'] === 'string' ? item['bottleneck'] : null,
  };
}

function resource(item: Fields): ResourceResult {
  return {
    ...(item as unknown as ResourceResult),
    id: text(item['id']),
    entity: text(item['entity']),
    utilisationRatio: number(item['utilisationRatio']),
  };
}

function objective(item: Fields): ObjectiveResult {
  const status = item['status'];
  return {
    ...(item as unknown as ObjectiveResult),
    id: text(item['id']),
    message: text(item['message']),
    status: status === 'pass' || status === 'fail' ? status : 'unknown',
  };
}

function rate(value: Json | undefined): Rate {
  return isObject(value)
    ? { bitsPerSec: number(value['bitsPerSec']), opsPerSec: number(value['opsPerSec']) }
    : { bitsPerSec: 0, opsPerSec: 0 };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function number(value: Json | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
