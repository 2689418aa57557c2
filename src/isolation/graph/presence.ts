import { type Fact, firstKnown, valueOf } from '../../core/model/fact.js';
import type { VirtualFunction } from '../../core/model/function.js';
import type { Tristate } from '../../core/model/iommu-groups.js';
import type { Switch } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';

/** Where a virtual device stands on layer 2, and what it may pretend. The VLAN 0 stands for untagged frames. */
export interface Presence {
  readonly device: VirtualDevice;
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
  /** Its frames leave the switch inside a tunnel, so that its VLAN means nothing beyond. */
  readonly isTunnelled: boolean;
  /** Equal for devices that stand alike, so that each kind is looked at once. */
  readonly key: string;
}

/** The presence of a VF, or of hardware virtio rings on one: what the e-switch was told of it. */
export function presenceOfVf(device: VirtualDevice, vf: VirtualFunction | undefined, legacy: Tristate): Presence {
  const { facts } = device;
  const either = <T>(own: Fact<T>, other: Fact<T> | undefined): T | undefined => valueOf(firstKnown(own, ...(other ? [other] : [])));
  const vlan = either(facts.vlan, vf?.facts.vlan);
  const mode = either(facts.vlanMode, vf?.facts.vlanMode) ?? (vlan === undefined ? 'none' : 'vst');
  const trunks = valueOf(facts.trunks) ?? [];
  const spoofCheck = either(facts.spoofCheck, vf?.facts.spoofCheck);
  const isTrusted = either(facts.trust, vf?.facts.trust) === true;
  const isPromiscuous = either(facts.promisc, vf?.facts.promisc) === true;
  const how = [
    ...(mode === 'vst' ? [] : [mode === 'guest' ? 'it tags its own frames' : 'no VLAN is enforced on it']),
    ...(spoofCheck === false ? ['its spoof check is off'] : spoofCheck === undefined ? ['nobody states its spoof check'] : []),
    ...(isTrusted ? ['it is trusted'] : []),
    ...(isPromiscuous ? ['it is promiscuous'] : []),
  ];
  // In switchdev mode the policy of the representor takes the place of the attributes of the driver.
  const maySpoof: Tristate =
    isTrusted || isPromiscuous || (legacy === true && spoofCheck === false)
      ? true
      : legacy === false || spoofCheck === true
        ? false
        : undefined;
  return withKey({
    device,
    vlans: mode === 'vst' ? [vlan ?? 0] : trunks.length > 0 ? trunks : vlan === undefined ? [0] : [vlan],
    mayTag: mode !== 'vst' && trunks.length === 0,
    maySpoof,
    how: how.join(', '),
    isVf: true,
    isIsolated: false,
    isNicLegacy: legacy !== false,
    isTunnelled: false,
  });
}

/** The presence of a port of a software switch. */
export function presenceOfPort(device: VirtualDevice, on: Switch | undefined, kind: string): Presence {
  const { facts } = device;
  const vlan = valueOf(facts.vlan);
  const trunks = valueOf(facts.trunks) ?? [];
  const mode = facts.portMode.state === 'known' ? facts.portMode.value : undefined;
  const isTrunk = mode === 'trunk' || mode === 'native-tagged' || mode === 'native-untagged';
  const isOvs = kind.startsWith('ovs');
  // Open vSwitch: neither `tag` nor `trunks` set makes a port that carries every VLAN.
  const carriesAll = (isTrunk || (isOvs && mode === undefined)) && trunks.length === 0 && (isTrunk || vlan === undefined);
  const isTap = kind === 'macvtap';
  const vlans = isTap ? [0] : [...(vlan === undefined || mode === 'trunk' ? [] : [vlan]), ...(vlan === undefined || isTrunk ? trunks : [])];
  return withKey({
    device,
    vlans: vlans.length > 0 ? vlans : [0],
    mayTag: isTap || carriesAll || passesTags(on, kind),
    maySpoof: false,
    how: isTap
      ? 'a macvtap does not tag'
      : carriesAll
        ? 'its port carries every VLAN'
        : passesTags(on, kind) !== false
          ? `${on?.path ?? kind} does not filter VLANs`
          : '',
    isVf: false,
    isIsolated:
      valueOf(facts.isolated) === true && (kind === 'linux-bridge' || isOvs) && on !== undefined && valueOf(facts.hairpin) !== true,
    isNicLegacy: false,
    isTunnelled: (valueOf(on?.facts.tunnel ?? NO_TUNNEL) ?? 'none') !== 'none',
  });
}

const NO_TUNNEL: Fact<string> = { state: 'unknown' };

/** A bridge that does not filter lets tags of guests pass to the wire. */
function passesTags(on: Switch | undefined, kind: string): Tristate {
  if (kind !== 'linux-bridge' || on === undefined) return false;
  const filters = valueOf(on.facts.vlanFiltering);
  return filters === undefined ? undefined : !filters;
}

/** The presence of a guest that has the port for itself. */
export function presenceOfOwner(device: VirtualDevice): Presence {
  const all = { vlans: [0], mayTag: true, maySpoof: false, how: 'it has the port for itself' } as const;
  return withKey({ device, ...all, isVf: false, isIsolated: false, isNicLegacy: false, isTunnelled: false });
}

function withKey(presence: Omit<Presence, 'key'>): Presence {
  const { vlans, mayTag, maySpoof, isVf, isIsolated, isNicLegacy, isTunnelled, how } = presence;
  return Object.assign(presence, {
    key: `${vlans.join()} ${mayTag} ${maySpoof} ${isVf} ${isIsolated} ${isNicLegacy} ${isTunnelled} ${how}`,
  });
}
