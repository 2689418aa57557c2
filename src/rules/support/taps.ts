import type { NicPort } from '../../core/model/device.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { fabric, type Nic } from './l2.js';
import { push } from './maps.js';

/** A macvtap or macvlan, with what it stands on. */
export interface Tap {
  readonly nic: Nic;
  /** The switch of kind macvtap, if the document has one. */
  readonly entity: Switch | undefined;
  /** Where the mode is stated for it. */
  readonly mode: string | undefined;
}

const tapsOf = new WeakMap<Topology, ReadonlyMap<string, readonly Tap[]>>();

/** Taps by the port or VLAN interface that they stand on, or by their switch where nobody knows its port. */
export function tapsByLower(topology: Topology): ReadonlyMap<string, readonly Tap[]> {
  let known = tapsOf.get(topology);
  if (known === undefined) {
    const map = new Map<string, Tap[]>();
    for (const nic of fabric(topology).nics) {
      if (nic.device.technique?.name === 'ipvlan') continue;
      if (nic.at.kind === 'port')
        push(map, onVlan(nic.at.port.path, nic), { nic, entity: undefined, mode: valueOf(nic.device.facts.mode) });
      if (nic.at.kind !== 'switch' || nic.at.entity.switchKind !== 'macvtap') continue;
      const { entity } = nic.at;
      push(map, onVlan(lowerOf(entity).path, nic), { nic, entity, mode: valueOf(nic.device.facts.mode) ?? valueOf(entity.facts.mode) });
    }
    known = map;
    tapsOf.set(topology, known);
  }
  return known;
}

/** A macvlan with a VLAN stands on the VLAN interface of the port, and meets only what stands there as well. */
function onVlan(lower: string, { device }: Nic): string {
  const vlan = device.technique?.name === 'macvlan' ? (valueOf(device.facts.vlan) ?? 0) : 0;
  return vlan === 0 ? lower : `VLAN ${vlan} of ${lower}`;
}

/** The port below a macvtap switch. */
export function lowerOf(entity: Switch): Entity {
  const target = uplinksOf(entity)[0]?.as('nic-port', 'function', 'device', 'vf');
  const port: NicPort | undefined = target?.kind === 'device' ? target.ports[0] : target?.kind === 'function' ? target.port : undefined;
  return port ?? target ?? entity;
}
