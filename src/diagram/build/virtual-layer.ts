import type { Controller } from '../../core/model/controller.js';
import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import { uplinksOf } from '../../core/model/switch.js';
import { membersOf, type Volume } from '../../core/model/volume.js';
import { formatCpuSet } from '../../core/units/cpu-set.js';
import { formatBytes } from '../../core/units/format.js';
import { controllerKinds } from '../../techniques/controllers/index.js';
import { switchKinds } from '../../techniques/switches/index.js';
import type { Box } from './box.js';
import type { BuildContext } from './context.js';
import { factLines } from './fact-lines.js';

export function switchBox(entity: Switch, context: BuildContext, form: 'card' | 'row' = 'card'): Box {
  const kind = entity.switchKind === undefined ? undefined : switchKinds.get(entity.switchKind);
  return context.drawing.box(
    {
      id: entity.path,
      kind: 'switch',
      symbol: 'switch',
      form,
      label: entity.id,
      sublabel: sentence(entity.switchKind ?? 'vSwitch', cpus(entity)),
      facts: [...(kind === undefined ? [] : [kind.title]), ...factLines('switch', entity.facts)],
      alike: form === 'row' ? `switch|${entity.switchKind}` : undefined,
    },
    entity,
  );
}

export function controllerBox(entity: Controller, context: BuildContext, form: 'card' | 'row' = 'card'): Box {
  const kind = entity.controllerKind === undefined ? undefined : controllerKinds.get(entity.controllerKind);
  return context.drawing.box(
    {
      id: entity.path,
      kind: 'controller',
      symbol: kind?.isHardware === true ? 'chip' : 'thread',
      form,
      label: entity.id,
      sublabel: sentence(entity.controllerKind ?? 'controller', valueOf(entity.facts.implementation), cpus(entity)),
      facts: [...(kind === undefined ? [] : [kind.title]), ...factLines('controller', entity.facts)],
      alike: form === 'row' ? `controller|${entity.controllerKind}` : undefined,
    },
    entity,
  );
}

export function volumeBox(entity: Volume, context: BuildContext, form: 'card' | 'row' = 'card'): Box {
  const size = valueOf(entity.facts.size);
  return context.drawing.box(
    {
      id: entity.path,
      kind: 'volume',
      symbol: valueOf(entity.facts.kind) === 'remote' ? 'cloud' : 'volume',
      form,
      label: entity.id,
      sublabel: sentence(valueOf(entity.facts.kind) ?? 'volume', valueOf(entity.facts.protocol), size && formatBytes(size)),
      facts: factLines('volume', entity.facts),
    },
    entity,
  );
}

function cpus(entity: Switch | Controller): string | undefined {
  const set = valueOf(entity.facts.cpus);
  return set === undefined ? undefined : `${set.size === 1 ? 'CPU' : 'CPUs'} ${formatCpuSet(set)}`;
}

function sentence(...parts: readonly (string | number | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '' && part !== 0).join(' · ');
}

/** What the virtualization layer is made of stands on other parts of it: patch ports between switches, volumes on volumes. */
export function linkVirtualLayer(
  host: { switches: readonly Switch[]; controllers: readonly Controller[]; volumes: readonly Volume[] },
  context: BuildContext,
): void {
  const { drawing } = context;
  for (const entity of host.switches) {
    for (const uplink of uplinksOf(entity)) {
      const target = uplink.as('nic-port', 'function', 'vf', 'device', 'switch');
      if (target !== undefined) drawing.link(drawing.boxOf(entity), drawing.boxOf(target), 'uplink');
    }
  }
  for (const entity of host.controllers) {
    const card = valueOf(entity.facts.device)?.as('device');
    if (card !== undefined) drawing.link(drawing.boxOf(entity), drawing.boxOf(card), 'mapping');
    for (const reference of valueOf(entity.facts.devices) ?? []) {
      const target = reference.as('device', 'function', 'nic-port', 'namespace', 'volume');
      if (target !== undefined) drawing.link(drawing.boxOf(entity), drawing.boxOf(target), 'backing');
    }
  }
  for (const entity of host.volumes) {
    for (const member of membersOf(entity)) drawing.link(drawing.boxOf(entity), drawing.boxOf(member), 'backing');
  }
}

/**
 * How many of its own kind an entity stands on at most, so that what stands on others comes before them. Cycles end where
 * they began.
 */
export function depths<T extends Switch | Volume>(entities: readonly T[], below: (entity: T) => readonly T[]): Map<T, number> {
  const ranks = new Map<T, number>(entities.map((entity) => [entity, 0]));
  const visit = (entity: T, rank: number, chain: ReadonlySet<T>) => {
    for (const next of below(entity)) {
      if (chain.has(next) || next === entity || rank + 1 >= MAX_RANK || (ranks.get(next) ?? MAX_RANK) >= rank + 1) continue;
      ranks.set(next, rank + 1);
      visit(next, rank + 1, new Set([...chain, next]));
    }
  };
  for (const entity of entities) visit(entity, ranks.get(entity) ?? 0, new Set([entity]));
  return ranks;
}

/** Columns that a chain of switches or volumes may take. */
const MAX_RANK = 4;
