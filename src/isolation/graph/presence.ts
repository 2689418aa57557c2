import type { Device, NicPort } from '../../core/model/device.js';
import type { Network } from '../../core/model/document.js';
import { type Fact, firstKnown, valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Tristate } from '../../core/model/iommu-groups.js';
import { assignedTarget } from '../../core/model/mapping.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { hasExternalSwitch } from '../../techniques/external-switch.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { S } from '../grade.js';
import { cardServing } from './held.js';

/** What forwards frames between those that are attached to it. */
export type Place = Switch | NicPort | PhysicalFunction | Device | Network;

/** Where a virtual device stands on layer 2, and what it may pretend. The VLAN 0 stands for untagged frames. */
export interface Presence {
  readonly device: VirtualDevice;
  /** Those who share it meet there, and are not looked at once more beyond. */
  readonly place: Place;
  /** VLANs whose frames it gets and sends. */
  readonly vlans: readonly number[];
  /** It chooses tags itself: guest tagging, a trunk without a list. */
  readonly mayTag: Tristate;
  /** It may send frames under the address of another one, or read what is not its own. Matters where nothing else but the NIC looks. */
  readonly maySpoof: Tristate;
  /** Why, as a reason can end: "spoof check off". */
  readonly how: string;
  readonly isVf: boolean;
  readonly isIsolated: boolean;
  readonly isNicLegacy: boolean;
  /** Its frames leave the switch inside a tunnel of this kind, so that its VLAN means nothing beyond. */
  readonly tunnel: string | undefined;
  /** A router stands between its switch and the wire, which ends layer 2. */
  readonly isRouted: boolean;
  /** What runs the flow rules or security groups in front of it, which no document spells out; its rank on the security scale. */
  readonly policy: number | undefined;
  /** Behind an e-switch that forwards by rules alone, and on no switch of the document that would set them. */
  readonly isUnwired: boolean;
  /** It has the port for itself, and the switch outside alone decides in which VLAN it is. */
  readonly isOwner: boolean;
  /** Equal for devices that stand alike, so that each kind is looked at once. */
  readonly key: string;
}

/** The presence of a virtual device on layer 2; none where it carries no frames. */
export function presenceOf(device: VirtualDevice, vf: VirtualFunction | undefined): Presence | undefined {
  if (vf !== undefined) return isNetwork(vf.device) ? presenceOfVf(device, vf) : undefined;
  const connect = valueOf(device.facts.connect)?.as('switch', 'nic-port', 'device', 'network');
  if (device.technique?.name === 'dpu-virtio' && connect?.kind !== 'switch') return presenceOnCard(device, connect);
  if (connect?.kind === 'switch') return presenceOfPort(device, connect, connect, connect.switchKind ?? '');
  const port = connect?.kind === 'device' ? (connect.ports[0] ?? connect) : connect;
  if (port !== undefined) return presenceOfPort(device, undefined, port, hasExternalSwitch(device) ? 'external' : 'macvtap');
  const taken = assignedTarget(device);
  const card = taken === undefined ? undefined : taken.kind === 'device' ? taken : taken.device;
  // Who has the port for itself sends what it likes.
  return card !== undefined && isNetwork(card) && device.technique?.carries.includes('network') === true
    ? presenceOfOwner(device, taken?.kind === 'function' || taken?.kind === 'nic-port' ? taken : card)
    : undefined;
}

export function isNetwork(device: Device): boolean {
  return device.deviceKind === 'nic' || device.deviceKind === 'dpu' || device.ports.length > 0;
}

/** The switch of which the representor of a VF is a port. */
export function switchOfVf(device: VirtualDevice, vf: VirtualFunction | undefined): Switch | undefined {
  const connect = valueOf(device.facts.connect)?.as('switch');
  if (connect !== undefined) return connect;
  return device.guest.host.switches.find((candidate) =>
    (valueOf(candidate.facts.representors) ?? []).some(({ target }) => target === vf || target === device),
  );
}

/** The presence of a VF, or of hardware virtio rings on one: what the e-switch was told of it. */
function presenceOfVf(device: VirtualDevice, vf: VirtualFunction): Presence {
  const { facts } = device;
  const either = <T>(own: Fact<T>, other: Fact<T>): T | undefined => valueOf(firstKnown(own, other));
  const isLegacy = valueOf(vf.fn.facts.sriov.eswitch) !== 'switchdev';
  const vlan = either(facts.vlan, vf.facts.vlan);
  const mode = either(facts.vlanMode, vf.facts.vlanMode) ?? (vlan === undefined ? 'none' : 'vst');
  const trunks = valueOf(facts.trunks) ?? [];
  const spoofCheck = either(facts.spoofCheck, vf.facts.spoofCheck);
  const isTrusted = either(facts.trust, vf.facts.trust) === true;
  const isPromiscuous = either(facts.promisc, vf.facts.promisc) === true;
  const how = [
    ...(mode === 'vst' ? [] : [mode === 'guest' ? 'it tags its own frames' : 'no VLAN is enforced on it']),
    ...(spoofCheck === false ? ['its spoof check is off'] : spoofCheck === undefined ? ['nobody states its spoof check'] : []),
    ...(isTrusted ? ['it is trusted'] : []),
    ...(isPromiscuous ? ['it is promiscuous'] : []),
  ];
  // In switchdev mode the policy of the representor takes the place of the attributes of the driver.
  const maySpoof: Tristate =
    isTrusted || isPromiscuous || (isLegacy && spoofCheck === false) ? true : !isLegacy || spoofCheck === true ? false : undefined;
  const on = switchOfVf(device, vf);
  return withKey({
    device,
    place: on ?? vf.fn,
    vlans: mode === 'vst' ? [vlan ?? 0] : trunks.length > 0 ? trunks : vlan === undefined ? [0] : [vlan],
    // Linux has no list of the VLANs that a VF may tag: what it should not use is not refused.
    mayTag: mode !== 'vst',
    maySpoof,
    how: how.join(', '),
    isVf: true,
    isIsolated: false,
    isNicLegacy: isLegacy,
    tunnel: tunnelOf(on),
    isRouted: isRouted(on),
    policy: policyOf(on),
    isUnwired: !isLegacy && on === undefined,
    isOwner: false,
  });
}

/** The presence of a port of a software switch. */
function presenceOfPort(device: VirtualDevice, on: Switch | undefined, place: Place, kind: string): Presence {
  const { facts } = device;
  const isOvs = kind.startsWith('ovs');
  const isBridge = kind === 'linux-bridge';
  const isTap = kind === 'macvtap';
  // A Linux bridge puts ports without a VLAN into 1, which leaves it untagged (vlan_default_pvid).
  const own = (vlan: number) => (isBridge && vlan === 1 ? 0 : vlan);
  const stated = valueOf(facts.vlan);
  const vlan = stated === undefined ? undefined : own(stated);
  const trunks = (valueOf(facts.trunks) ?? []).map(own);
  const mode = facts.portMode.state === 'known' ? facts.portMode.value : undefined;
  const isTrunk = mode === 'trunk' || mode === 'native-tagged' || mode === 'native-untagged';
  // Open vSwitch: neither `tag` nor `trunks` set makes a port that carries every VLAN.
  const carriesAll = (isTrunk || (isOvs && mode === undefined)) && trunks.length === 0 && (isTrunk || vlan === undefined);
  // An interface of a container stands on the VLAN interface of the port (eth0.10); a macvtap of a machine on the port itself.
  const isStacked = isTap && (device.technique?.name === 'macvlan' || device.technique?.name === 'ipvlan');
  const vlans = isTap
    ? [isStacked ? (stated ?? 0) : 0]
    : [...(vlan === undefined || mode === 'trunk' ? [] : [vlan]), ...(vlan === undefined || isTrunk ? trunks : [])];
  return withKey({
    device,
    place,
    vlans: vlans.length > 0 ? vlans : [0],
    mayTag: isTap ? vlans[0] === 0 : carriesAll || passesTags(on, kind),
    maySpoof: false,
    how: isTap
      ? isStacked
        ? 'its port does not tag'
        : 'a macvtap does not tag'
      : carriesAll
        ? 'its port carries every VLAN'
        : passesTags(on, kind) !== false
          ? `${on?.path ?? kind} does not filter VLANs`
          : '',
    isVf: false,
    isIsolated: valueOf(facts.isolated) === true && (isBridge || isOvs) && on !== undefined && valueOf(facts.hairpin) !== true,
    isNicLegacy: false,
    tunnel: tunnelOf(on),
    isRouted: isRouted(on),
    policy: policyOf(on),
    isUnwired: false,
    isOwner: false,
  });
}

/** Behind a DPU: its switch has the VLAN of the device, and the guest no say in it. */
function presenceOnCard(device: VirtualDevice, connect: { readonly kind: string } | undefined): Presence | undefined {
  const card = cardServing(device);
  if (card === undefined || valueOf(device.facts.media) !== undefined) return undefined;
  const taken = assignedTarget(device);
  const port = connect?.kind === 'nic-port' ? (connect as NicPort) : taken?.kind === 'nic-port' ? taken : undefined;
  const [only, ...others] = card.functions;
  const vlan = valueOf(device.facts.vlan);
  const trunks = valueOf(device.facts.trunks) ?? [];
  return withKey({
    device,
    place: port?.fn ?? (taken?.kind === 'function' ? taken : only !== undefined && others.length === 0 ? only : card),
    vlans: vlan !== undefined ? [vlan] : trunks.length > 0 ? trunks : [0],
    mayTag: vlan === undefined && trunks.length === 0,
    maySpoof: false,
    how: vlan === undefined ? 'no VLAN is enforced on it' : '',
    isVf: true,
    isIsolated: false,
    isNicLegacy: false,
    tunnel: undefined,
    isRouted: false,
    policy: undefined,
    isUnwired: false,
    isOwner: false,
  });
}

/** The presence of a guest that has the port for itself. */
function presenceOfOwner(device: VirtualDevice, place: Place): Presence {
  return withKey({
    device,
    place,
    vlans: [0],
    mayTag: true,
    maySpoof: false,
    how: 'it has the port for itself',
    isVf: false,
    isIsolated: false,
    isNicLegacy: false,
    tunnel: undefined,
    isRouted: false,
    policy: undefined,
    isUnwired: false,
    isOwner: true,
  });
}

/** A bridge that does not filter lets tags of guests pass to the wire. */
function passesTags(on: Switch | undefined, kind: string): Tristate {
  if (kind !== 'linux-bridge' || on === undefined) return false;
  const filters = valueOf(on.facts.vlanFiltering);
  return filters === undefined ? undefined : !filters;
}

const tunnels = new WeakMap<Switch, { readonly tunnel: string | undefined }>();

/** Of the switch itself, or of what all its frames leave by (a bridge for guests that is patched to one that tunnels). */
function tunnelOf(on: Switch | undefined): string | undefined {
  if (on === undefined) return undefined;
  const known = tunnels.get(on);
  if (known !== undefined) return known.tunnel;
  tunnels.set(on, { tunnel: undefined }); // for switches that go in circles
  const own = valueOf(on.facts.tunnel);
  const above = new Set(uplinksOf(on).map(({ target }) => (target?.kind === 'switch' ? tunnelOf(target) : undefined)));
  const tunnel = own !== undefined && own !== 'none' ? own : above.size === 1 ? [...above][0] : undefined;
  tunnels.set(on, { tunnel });
  return tunnel;
}

function policyOf(on: Switch | undefined): number | undefined {
  if (on === undefined || !(valueOf(on.facts.controller) === true || valueOf(on.facts.conntrack) === true)) return undefined;
  const runsIn = switchKinds.get(on.switchKind ?? '')?.runsIn;
  return runsIn === 'user-space' ? S.process : runsIn === 'nic' ? S.device : S.kernel;
}

const routed = new WeakMap<Switch, { readonly isRouted: boolean }>();

/** Whether all that leaves a switch towards the wire is routed. */
function isRouted(on: Switch | undefined): boolean {
  if (on === undefined) return false;
  const known = routed.get(on);
  if (known !== undefined) return known.isRouted;
  routed.set(on, { isRouted: false });
  const above = uplinksOf(on);
  const isEnd =
    on.switchKind === 'linux-router' || (above.length > 0 && above.every(({ target }) => target?.kind === 'switch' && isRouted(target)));
  routed.set(on, { isRouted: isEnd });
  return isEnd;
}

function withKey(presence: Omit<Presence, 'key'>): Presence {
  const { vlans, mayTag, maySpoof, isVf, isIsolated, isNicLegacy, tunnel, isRouted: ends, policy, isUnwired, isOwner, how } = presence;
  return Object.assign(presence, {
    key: `${vlans.join()} ${mayTag} ${maySpoof} ${isVf} ${isIsolated} ${isNicLegacy} ${tunnel} ${ends} ${policy} ${isUnwired} ${isOwner} ${how}`,
  });
}
