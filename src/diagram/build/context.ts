import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { type Guest, instances, tenantOf } from '../../core/model/guest.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { Drawing } from './drawing.js';

/** How hard a picture is folded to stay readable; each step includes those before it. */
export const foldLevels = ['asked', 'alike', 'guests', 'hosts'] as const;
export type FoldLevel = (typeof foldLevels)[number];

/** What the builders of a picture share. */
export class BuildContext {
  readonly drawing = new Drawing();
  readonly vfUsers = new Map<PhysicalFunction, Map<number, VirtualDevice>>();
  readonly #tenantTitles: ReadonlyMap<string, string>;

  constructor(
    readonly topology: Topology,
    readonly unfolded: ReadonlySet<string>,
    readonly level: FoldLevel,
  ) {
    this.#tenantTitles = new Map(topology.tenants.map((tenant) => [tenant.id, valueOf(tenant.facts.title) ?? tenant.id]));
    for (const device of topology.virtualDevices) if (device.technique?.takes === 'vf') this.#noteVfs(device);
  }

  #noteVfs(device: VirtualDevice): void {
    const position = device.guest.devices.indexOf(device);
    for (const instance of instances(device.guest)) {
      const vf = instance.devices[position]?.vf;
      if (vf === undefined) continue;
      const users = this.vfUsers.get(vf.fn) ?? new Map<number, VirtualDevice>();
      this.vfUsers.set(vf.fn, users.set(vf.index, device));
    }
  }

  isAtLeast(level: FoldLevel): boolean {
    return foldLevels.indexOf(this.level) >= foldLevels.indexOf(level);
  }

  isUnfolded(id: string): boolean {
    return this.unfolded.has(id) && !this.isAtLeast('alike');
  }

  tenantTitle(id: string): string {
    return this.#tenantTitles.get(id) ?? id;
  }
}

export function ownerOf(guest: Guest): string | undefined {
  return tenantOf(guest)?.id;
}
