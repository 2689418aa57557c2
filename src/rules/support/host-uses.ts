import type { Device, NicPort } from '../../core/model/device.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';
import { devicesAbove } from '../../core/model/pcie.js';
import { uplinksOf } from '../../core/model/switch.js';
import { membersOf } from '../../core/model/volume.js';
import type { Place } from '../../core/text/source.js';
import { placeOfEntity } from './text.js';

/** What of the host works with a function itself: a vSwitch, a volume, a controller, a guest's disk or tap. */
export interface HostUse {
  readonly user: Entity;
  /** As a message says it: "is an uplink of h1/br0". */
  readonly how: string;
  readonly at: Place;
}

type Member = PhysicalFunction | VirtualFunction;

const usesOf = new WeakMap<Host, ReadonlyMap<Member, HostUse>>();

/** The first use that the host makes of each function. */
export function hostUses(host: Host): ReadonlyMap<Member, HostUse> {
  let uses = usesOf.get(host);
  if (uses === undefined) {
    uses = collect(host);
    usesOf.set(host, uses);
  }
  return uses;
}

function collect(host: Host): Map<Member, HostUse> {
  const uses = new Map<Member, HostUse>();
  const use = (target: Entity | undefined, user: Entity, how: string, at: Place = placeOfEntity(user)) => {
    for (const member of target === undefined ? [] : functionsBehind(target)) if (!uses.has(member)) uses.set(member, { user, how, at });
  };
  for (const entity of host.switches)
    for (const { target, at } of uplinksOf(entity)) use(target, entity, `is an uplink of ${entity.path}`, at);
  for (const controller of host.controllers)
    for (const { target, at } of valueOf(controller.facts.devices) ?? [])
      use(target, controller, `is served from by ${controller.path}`, at);
  for (const volume of host.volumes) for (const member of membersOf(volume)) use(member, volume, `holds ${volume.path}`);
  for (const guest of host.guests) {
    for (const device of guest.devices) {
      const media = valueOf(device.facts.media);
      // With a function of its own the guest reaches the medium past the host.
      if (media !== undefined && device.technique?.takes === undefined)
        use(media.target, device, `holds the data of ${device.path}`, media.at);
      const connect = valueOf(device.facts.connect);
      if (connect?.target?.kind === 'nic-port') use(connect.target, device, `carries ${device.path}`, connect.at);
    }
  }
  return uses;
}

/** The functions through which the host reaches an entity. */
export function functionsBehind(target: Entity): readonly Member[] {
  switch (target.kind) {
    case 'function':
    case 'vf':
      return [target];
    case 'nic-port':
      return ofPort(target);
    case 'device':
      return ofDevice(target);
    case 'namespace':
    case 'partition':
    case 'mediated-type':
      return ofDevice(target.device);
    default:
      return [];
  }
}

/** Whoever works with a disk works with the adapter that it hangs on. */
function ofDevice(device: Device): readonly Member[] {
  const above = devicesAbove(device);
  return above.length === 0 ? device.functions : [...device.functions, ...above.flatMap(({ functions }) => functions)];
}

function ofPort(port: NicPort): readonly Member[] {
  return port.fn === undefined ? [] : [port.fn];
}
