import { poolOf } from '../../core/model/assign.js';
import type { Device, NicPort } from '../../core/model/device.js';
import type { Network, Tenant } from '../../core/model/document.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import { firstInstance, tenantOf } from '../../core/model/guest.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice, VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { hasExternalSwitch } from '../../techniques/external-switch.js';
import { push } from './maps.js';
import { areDifferent, strangers } from './tenants.js';

/** What a virtual NIC is attached to on layer 2. */
export type Attachment =
  | { readonly kind: 'switch'; readonly entity: Switch }
  /** A tap or macvlan stacked on a physical port without a vSwitch of the document. */
  | { readonly kind: 'port'; readonly port: NicPort }
  /** The switch of the hypervisor itself on a physical port, as Hyper-V and ESXi have it. */
  | { readonly kind: 'external'; readonly port: NicPort }
  /** A VF behind the switch inside the NIC. */
  | { readonly kind: 'vf'; readonly fn: PhysicalFunction };

/** One virtual NIC with its place on layer 2. */
export interface Nic {
  readonly device: VirtualDevice;
  readonly tenant: Tenant | undefined;
  readonly at: Attachment;
  /** The VLAN its untagged frames are in: 0 where nobody tags them. Undefined where it has only tagged frames. */
  readonly vlan: number | undefined;
  /** VLANs that it may tag itself; `all` where nothing limits them. */
  readonly tagged: readonly number[] | 'all';
}

/** VLAN and tenants of what meets there. */
export interface Segment {
  readonly key: string;
  readonly vlan: number;
  readonly nics: readonly Nic[];
}

export interface Fabric {
  readonly nics: readonly Nic[];
  readonly onSwitch: ReadonlyMap<Switch, readonly Nic[]>;
  /** VFs of NICs by the function they belong to, and taps by the port they stand on. */
  readonly onFunction: ReadonlyMap<PhysicalFunction, readonly Nic[]>;
  readonly onPort: ReadonlyMap<NicPort, readonly Nic[]>;
  readonly segments: readonly Segment[];
  /** vSwitches by the functions and ports that are their uplinks. */
  readonly switchesOn: ReadonlyMap<PhysicalFunction | NicPort, readonly Switch[]>;
  nicOf(device: VirtualDevice): Nic | undefined;
  /** What joins several switches and ports into one layer-2 network is called by one of them. */
  rootOf(path: string): string;
}

const fabrics = new WeakMap<Topology, Fabric>();

/** Who meets whom on layer 2: vSwitches, switches inside NICs, and the networks that join their ports. */
export function fabric(topology: Topology): Fabric {
  let known = fabrics.get(topology);
  if (known === undefined) {
    known = makeFabric(topology);
    fabrics.set(topology, known);
  }
  return known;
}

function makeFabric(topology: Topology): Fabric {
  const joined = new Joined();
  const switchesOn = new Map<PhysicalFunction | NicPort, Switch[]>();
  for (const entity of topology.hosts.flatMap(({ switches }) => switches)) {
    for (const { target } of uplinksOf(entity)) {
      const node = target === undefined ? undefined : nodeOf(target);
      // Frames inside of a tunnel are in no VLAN of the network below, and a router ends layer 2.
      const ends = (valueOf(entity.facts.tunnel) ?? 'none') !== 'none' || entity.switchKind === 'linux-router';
      if (node !== undefined && !ends) joined.join(entity.path, node);
      for (const below of target === undefined ? [] : carriersOf(target)) push(switchesOn, below, entity);
    }
  }
  for (const network of topology.networks) for (const node of nodesOf(network)) joined.join(network.path, node);
  const nics = topology.virtualDevices.flatMap((device) => nicFrom(device) ?? []);
  const onSwitch = new Map<Switch, Nic[]>();
  const onFunction = new Map<PhysicalFunction, Nic[]>();
  const onPort = new Map<NicPort, Nic[]>();
  const segments = new Map<string, { key: string; vlan: number; nics: Nic[] }>();
  const byDevice = new Map<VirtualDevice, Nic>();
  for (const nic of nics) {
    byDevice.set(nic.device, nic);
    if (nic.at.kind === 'switch') push(onSwitch, nic.at.entity, nic);
    else if (nic.at.kind === 'vf') push(onFunction, nic.at.fn, nic);
    else push(onPort, nic.at.port, nic);
    const root = joined.root(nodeOfAttachment(nic.at));
    for (const vlan of vlansOfNic(nic)) {
      const key = `${root} VLAN ${vlan}`;
      const segment = segments.get(key);
      if (segment === undefined) segments.set(key, { key, vlan, nics: [nic] });
      else segment.nics.push(nic);
    }
  }
  return {
    nics,
    onSwitch,
    onFunction,
    onPort,
    switchesOn,
    segments: [...segments.values()],
    nicOf: (device) => byDevice.get(device),
    rootOf: (path) => joined.root(path),
  };
}

/** Those that are stated, each once. */
function vlansOfNic({ vlan, tagged }: Nic): Iterable<number> {
  const listed = tagged === 'all' ? [] : tagged;
  if (listed.length === 0) return vlan === undefined ? [] : [vlan];
  return new Set(vlan === undefined ? listed : [vlan, ...listed]);
}

function nicFrom(device: VirtualDevice): Nic | undefined {
  if (device.technique?.carries.includes('network') !== true) return undefined;
  const at = attachmentOf(device);
  if (at === undefined) return undefined;
  const { vlan, tagged } = at.kind === 'external' || at.kind === 'switch' ? vlansOfPort(device, at) : vlansOf(device, at);
  return { device, tenant: tenantOf(device.guest), at, vlan, tagged };
}

function attachmentOf(device: VirtualDevice): Attachment | undefined {
  const target = valueOf(device.facts.connect)?.as('switch', 'nic-port', 'device');
  if (device.technique?.takes === 'vf') {
    const [fn] = poolOf(device);
    if (fn === undefined || !isNic(fn.device)) return undefined;
    // Behind a switchdev NIC policy sits on the representor: the port of a vSwitch.
    if (valueOf(fn.facts.sriov.eswitch) === 'switchdev') {
      return target?.kind === 'switch' ? { kind: 'switch', entity: target } : undefined;
    }
    return { kind: 'vf', fn };
  }
  if (device.technique?.takes !== undefined) return undefined;
  if (target?.kind === 'switch') return { kind: 'switch', entity: target };
  const port = target?.kind === 'device' ? target.ports[0] : target;
  return port === undefined ? undefined : { kind: hasExternalSwitch(device) ? 'external' : 'port', port };
}

/** No VLAN stated means untagged, as with every hypervisor and NIC. */
function vlansOf(device: VirtualDevice, at: Extract<Attachment, { kind: 'port' | 'vf' }>): Pick<Nic, 'vlan' | 'tagged'> {
  const vlan = valueOf(nicSetting(device, 'vlan')) ?? 0;
  const trunks = valueOf(device.facts.trunks) ?? [];
  // A macvlan stands on the VLAN interface of the port; a macvtap tags nothing.
  if (at.kind === 'port') return { vlan: isContainerTap(device) ? vlan : 0, tagged: [] };
  const mode = valueOf(nicSetting(device, 'vlanMode'));
  if (mode === 'guest') return { vlan, tagged: trunks.length > 0 ? trunks : 'all' };
  return { vlan: mode === 'none' ? 0 : vlan, tagged: [] };
}

function vlansOfPort({ facts }: VirtualDevice, at: Extract<Attachment, { kind: 'switch' | 'external' }>): Pick<Nic, 'vlan' | 'tagged'> {
  if (at.kind === 'switch' && !enforcesVlans(at.entity)) return { vlan: 0, tagged: [] };
  // A Linux bridge has ports without a VLAN in 1 (vlan_default_pvid), which leaves it untagged.
  const own = (id: number) => (id === 1 && at.kind === 'switch' && at.entity.switchKind === 'linux-bridge' ? 0 : id);
  const vlan = own(valueOf(facts.vlan) ?? 0);
  const trunks = (valueOf(facts.trunks) ?? []).map(own);
  const tagged = trunks.length > 0 ? trunks : 'all';
  switch (valueOf(facts.portMode) ?? 'access') {
    case 'trunk':
      return { vlan: undefined, tagged };
    case 'native-tagged':
    case 'native-untagged':
      return { vlan, tagged };
    default:
      return { vlan, tagged: [] };
  }
}

function isContainerTap({ technique }: VirtualDevice): boolean {
  return technique?.name === 'macvlan' || technique?.name === 'ipvlan';
}

/** A setting of a VF stands on the virtual device that takes it, or on the VF. */
export function nicSetting<
  K extends 'vlan' | 'vlanMode' | 'spoofCheck' | 'trust' | 'promisc' | 'mac' | 'minRate' | 'maxRate' | 'migratable',
>(device: VirtualDevice, key: K): VirtualDevice['facts'][K] {
  const own = device.facts[key];
  if (device.technique?.takes !== 'vf' || own.state !== 'unknown') return own;
  return (firstVf(device)?.facts[key] ?? own) as VirtualDevice['facts'][K];
}

const firstVfs = new WeakMap<VirtualDevice, { readonly vf: VirtualFunction | undefined }>();

/** The VF of the first copy; settings of VFs are asked for again and again. */
function firstVf(device: VirtualDevice): VirtualFunction | undefined {
  let known = firstVfs.get(device);
  if (known === undefined) {
    known = { vf: firstCopy(device)?.vf };
    firstVfs.set(device, known);
  }
  return known.vf;
}

/** The copy that stands for all, without laying out the others. */
export function firstCopy(device: VirtualDevice): VirtualDeviceInstance | undefined {
  return firstInstance(device.guest).devices[device.guest.devices.indexOf(device)];
}

/** Whether VLANs of ports mean anything: a tap has none, and a bridge only with filtering on. */
export function enforcesVlans(entity: Switch): boolean {
  if (entity.switchKind === 'macvtap') return false;
  return entity.switchKind !== 'linux-bridge' || valueOf(entity.facts.vlanFiltering) !== false;
}

/** Rules of its own decide who reaches whom: a controller, or connection tracking for security groups. */
export function hasPolicy(entity: Switch): boolean {
  return valueOf(entity.facts.controller) === true || valueOf(entity.facts.conntrack) === true;
}

export function isNic({ deviceKind }: Device): boolean {
  return deviceKind === 'nic' || deviceKind === 'dpu';
}

/** The name of what a NIC is attached to. */
export function nameOfAttachment(at: Attachment): string {
  return at.kind === 'switch' ? at.entity.path : at.kind === 'vf' ? (at.fn.port ?? at.fn.device).path : at.port.path;
}

function nodeOfAttachment(at: Attachment): string {
  return at.kind === 'switch' ? at.entity.path : at.kind === 'vf' ? (at.fn.port ?? at.fn).path : at.port.path;
}

/**
 * Two NICs of different tenants in a segment that nothing keeps apart. What one switch or port keeps apart (rules of its own,
 * isolated ports, the mode of taps) does not meet beyond it either; what a bridge without VLANs joins is a matter of that bridge.
 */
export function meetingIn({ nics }: Segment): readonly [Nic, Nic] | undefined {
  const places = new Map<unknown, Nic[]>();
  for (const nic of nics) push(places, placeOf(nic.at), nic);
  const apart: Nic[] = [];
  for (const [place, own] of places) {
    const pair = strangers(own);
    if (pair !== undefined && !areApart(own)) return pair;
    // One for each tenant speaks for the rest of its kind.
    for (const tenant of new Set(own.map((nic) => nic.tenant))) {
      const nic = own.find((each) => each.tenant === tenant) as Nic;
      const other = apart.find((each) => areDifferent(each.tenant, tenant) && placeOf(each.at) !== place);
      if (other !== undefined) return [other, nic];
    }
    for (const tenant of new Set(own.map((nic) => nic.tenant))) apart.push(own.find((each) => each.tenant === tenant) as Nic);
  }
  return undefined;
}

/** What is attached here together. */
function placeOf(at: Attachment): unknown {
  return at.kind === 'switch' ? at.entity : at.kind === 'vf' ? at.fn : at.kind === 'port' ? `tap ${at.port.path}` : at.port;
}

function areApart(nics: readonly Nic[]): boolean {
  const at = nics[0]?.at;
  if (at === undefined || at.kind === 'port') return true;
  if (at.kind !== 'switch') return false;
  const { entity } = at;
  if (entity.switchKind === 'macvtap' || hasPolicy(entity)) return true;
  const hasVlans = nics.some(({ device }) => (valueOf(device.facts.vlan) ?? 0) > 0);
  return (hasVlans && !enforcesVlans(entity)) || nics.every(({ device }) => valueOf(device.facts.isolated) === true);
}

/** The port (or function, where nobody lists ports) that stands for an uplink. */
function nodeOf(target: Entity): string | undefined {
  switch (target.kind) {
    case 'nic-port':
    case 'switch':
    case 'network':
      return target.path;
    case 'function':
      return (target.port ?? target).path;
    case 'vf':
      return (target.fn.port ?? target.fn).path;
    case 'device':
      return (target.ports[0] ?? target.functions[0] ?? target).path;
    default:
      return undefined;
  }
}

function nodesOf(network: Network): string[] {
  return (valueOf(network.facts.uplinks) ?? []).flatMap(({ target }) => {
    // A device as a whole is plugged in with all of its ports.
    if (target?.kind === 'device' && target.ports.length > 0) return target.ports.map(({ path }) => path);
    return target === undefined ? [] : (nodeOf(target) ?? []);
  });
}

/** The PF and the port that an uplink uses; a VF as uplink leaves its PF to itself. */
function carriersOf(target: Entity): (PhysicalFunction | NicPort)[] {
  switch (target.kind) {
    case 'nic-port':
      return target.fn === undefined ? [target] : [target, target.fn];
    case 'function':
      return target.port === undefined ? [target] : [target, target.port];
    case 'device':
      return target.ports.length > 1 ? [] : [...target.functions, ...target.ports];
    default:
      return [];
  }
}

/** Sets that grow together. */
class Joined {
  readonly #above = new Map<string, string>();

  root(key: string): string {
    let at = key;
    for (let next = this.#above.get(at); next !== undefined; next = this.#above.get(at)) at = next;
    for (let on = key; on !== at; ) {
      const next = this.#above.get(on) as string;
      this.#above.set(on, at);
      on = next;
    }
    return at;
  }

  join(a: string, b: string): void {
    const [ra, rb] = [this.root(a), this.root(b)];
    if (ra !== rb) this.#above.set(ra, rb);
  }
}
