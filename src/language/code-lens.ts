import type { CodeLens } from 'vscode-languageserver-types';
import type { Entity } from '../core/model/entity.js';
import { tenantOf } from '../core/model/guest.js';
import { positionAt, rangeOf } from '../core/text/source.js';
import type { Document } from './document.js';

/** Commands of the editor that the lenses of a design run; an editor that has none of them is offered no lens. */
export interface LensCommands {
  readonly simulate: string;
  readonly openDiagram: string;
  /** Shows what tenants share; offered where there are two of them. */
  readonly isolation?: string;
}

/** Above the design what can be done with it; above hosts and tenants what belongs to them. */
export function codeLenses(document: Document, commands: LensCommands | undefined): CodeLens[] {
  const { parsed, file, analysis } = document;
  if (parsed.root?.type !== 'object') return [];
  const { uri } = file;
  const top = { start: positionAt(file, parsed.root.start), end: positionAt(file, parsed.root.start + 1) };
  const actions =
    commands === undefined
      ? []
      : [
          { range: top, command: { title: '▶ Simulate', command: commands.simulate, arguments: [uri] } },
          { range: top, command: { title: 'Diagram', command: commands.openDiagram, arguments: [uri] } },
          ...(commands.isolation === undefined || analysis.topology.tenants.length < 2
            ? []
            : [{ range: top, command: { title: 'Isolation', command: commands.isolation, arguments: [uri] } }]),
        ];
  return [...actions, ...countLenses(document, analysis.topology.entities)];
}

function countLenses({ file, analysis }: Document, entities: readonly Entity[]): CodeLens[] {
  const { hosts } = analysis.topology;
  return entities.flatMap((entity): CodeLens[] => {
    if (entity.at.file !== file) return [];
    const title = entity.kind === 'host' ? contents(entity) : entity.kind === 'tenant' ? belongings(entity, hosts) : undefined;
    return title === undefined ? [] : [{ range: rangeOf(entity.at), command: { title, command: '' } }];
  });
}

function contents(host: Extract<Entity, { kind: 'host' }>): string {
  const guests = host.guests.reduce((sum, guest) => sum + guest.count, 0);
  const devices = host.guests.reduce((sum, guest) => sum + guest.count * guest.devices.length, 0);
  return `${counted(guests, 'guest')}, ${counted(devices, 'virtual device')} on ${counted(host.devices.length, 'device')}`;
}

function belongings(tenant: Extract<Entity, { kind: 'tenant' }>, hosts: readonly Extract<Entity, { kind: 'host' }>[]): string {
  const counts = hosts.map((host) =>
    host.guests.filter((guest) => tenantOf(guest) === tenant).reduce((sum, guest) => sum + guest.count, 0),
  );
  const used = counts.filter((n) => n > 0).length;
  const total = counts.reduce((sum, n) => sum + n, 0);
  return total === 0 ? 'no guests' : `${counted(total, 'guest')} on ${counted(used, 'host')}`;
}

function counted(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}
