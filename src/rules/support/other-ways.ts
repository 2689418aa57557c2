import type { Change, Fix } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { type Offer, replacing } from './attach.js';
import { freeVfs, referenceTo } from './elsewhere.js';
import { freshId } from './free.js';
import { isNic } from './l2.js';
import { hasSriovOffInFirmware, lacksIommu, lacksSriov } from './obstacles.js';
import { fixOf, setting } from './text.js';

/** Each is tried on a copy before it is offered, so there should not be many. */
const MOST = 6;

/** The offers to attach a device in another way that its host has: other switches, VFs, other controllers. */
export function otherWays(device: VirtualDevice, topology: Topology): Fix[] {
  const carries = device.technique?.carries ?? [];
  const ways = carries.includes('network') ? networkWays(device, topology) : carries.includes('storage') ? storageWays(device) : [];
  return ways.slice(0, MOST).flatMap(({ what, changes }) => fixOf('Use {what} for {device}', { what, device: device.path }, ...changes));
}

function networkWays(device: VirtualDevice, topology: Topology): Offer[] {
  const { host } = device.guest;
  const current = valueOf(device.facts.connect)?.target;
  const switches = host.switches.filter((entity) => entity !== current).flatMap((entity) => onSwitch(device, entity));
  const hasVfs = !lacksIommu(host) && !hasSriovOffInFirmware(host);
  const functions = hasVfs ? host.devices.filter(isNic).flatMap((nic) => nic.functions) : [];
  const vfs = functions
    .filter((fn) => !lacksSriov(fn) && freeVfs(topology, fn) >= device.guest.count)
    .map((fn): Offer => {
      const from = referenceTo(fn);
      return { what: `a VF of ${from}`, changes: [replacing(device, 'sriov-vf', { from, connect: undefined, backend: undefined })] };
    });
  return [...vfs, ...switches];
}

function onSwitch(device: VirtualDevice, entity: Switch): Offer[] {
  const isContainer = valueOf(device.guest.facts.kind) === 'container';
  const isUserSpace = switchKinds.get(entity.switchKind ?? '')?.runsIn === 'user-space';
  if (isContainer && (isUserSpace || entity.switchKind === 'macvtap')) return [];
  const technique = isContainer ? 'veth' : 'virtio-net';
  const values = { connect: entity.id, backend: isUserSpace ? 'vhost-user' : undefined };
  return [{ what: `${technique} on ${entity.id}`, changes: [replacing(device, technique, values)] }];
}

function storageWays(device: VirtualDevice): Offer[] {
  const { host, facts } = device.guest;
  const { name } = device.technique ?? {};
  if (valueOf(facts.kind) === 'container') return [];
  const technique = name === 'virtio-scsi' ? name : 'virtio-blk';
  const named = valueOf(device.facts.controller);
  const current = named !== undefined && 'text' in named ? named.target : undefined;
  const by = (id: string, kind: string | undefined, first: readonly (Change | undefined)[]): Offer => ({
    what: `${technique} served by ${id}`,
    changes: [...first, replacing(device, technique, { controller: id, backend: kind === 'vhost-user' ? kind : undefined })],
  });
  const existing = host.controllers
    .filter((controller) => controller !== current && ['iothread', 'vhost-user'].includes(controller.controllerKind ?? ''))
    .map(({ id, controllerKind }) => by(id, controllerKind, []));
  const id = freshId(host, `io-${device.guest.id}`);
  return [...existing, by(id, 'iothread', [setting(host, ['controllers', id], { kind: 'iothread' })])];
}
