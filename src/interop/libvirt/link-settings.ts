import { type DraftValue, draft } from '../draft.js';
import type { ImportLog } from '../import-log.js';
import { bitsPerSec, bytes } from '../quantities.js';
import type { XmlElement } from '../xml/element.js';
import { flagAttr, numberAttr } from './values.js';

/** Settings that an interface, a port group and a network can all have, as keys of a virtual device. */
export type LinkSettings = Readonly<Record<string, DraftValue | undefined>>;

/** `vlan`: one tag is an access port; several, or `trunk`, a trunk with at most one native VLAN. */
export function vlanSettings(element: XmlElement | undefined, log: ImportLog): LinkSettings {
  const vlan = element?.child('vlan');
  if (vlan === undefined) return {};
  const tags = vlan.children('tag').flatMap((tag) => {
    const id = numberAttr(tag, 'id', log);
    if (id !== undefined && id > 4094) log.invalid(tag, 'id', String(id), 'a VLAN id');
    return id === undefined || id > 4094 ? [] : [{ id, native: tag.attr('nativeMode') }];
  });
  const native = tags.find((tag) => tag.native !== undefined);
  const isTrunk = flagAttr(vlan, 'trunk') === true || tags.length > 1 || native !== undefined;
  if (!isTrunk) return { vlan: tags[0]?.id };
  return {
    vlan: native?.id,
    portMode: native === undefined ? 'trunk' : native.native === 'untagged' ? 'native-untagged' : 'native-tagged',
    trunks: tags.map(({ id }) => id),
  };
}

/**
 * `bandwidth`: inbound is towards the guest. Average and peak are in kilobytes per second, as libvirt hands them to tc and
 * to Open vSwitch; burst is in KiB.
 */
export function bandwidthSettings(element: XmlElement | undefined, log: ImportLog): LinkSettings {
  const bandwidth = element?.child('bandwidth');
  const inbound = bandwidth?.child('inbound');
  const outbound = bandwidth?.child('outbound');
  const rateOf = (direction: XmlElement | undefined) => {
    const average = numberAttr(direction, 'average', log);
    return average === undefined || average === 0 ? undefined : bitsPerSec(average * 8000);
  };
  const rate = rateOf(outbound);
  const receiveRate = rateOf(inbound);
  const burst = numberAttr(outbound, 'burst', log);
  for (const direction of [inbound, outbound]) {
    if (direction === undefined) continue;
    const peak = direction.attr('peak');
    if (peak !== undefined) log.reduce(direction, `A peak rate of ${peak} kB/s, at which bursts pass, is not modelled`);
    const floor = direction.attr('floor');
    if (floor !== undefined) log.reduce(direction, `A guaranteed rate of ${floor} kB/s on the way to the guest is not modelled`);
  }
  const inboundBurst = inbound?.attr('burst');
  if (inbound !== undefined && inboundBurst !== undefined)
    log.reduce(inbound, `A burst of ${inboundBurst} KiB towards the guest is not modelled`);
  if (rate === undefined && receiveRate === undefined) return {};
  return { limit: draft({ rate, burst: burst === undefined || burst === 0 ? undefined : bytes(burst * 1024), receiveRate, by: 'tc' }) };
}

/** What an interface and a port group say in the same words. */
export function linkSettings(element: XmlElement | undefined, log: ImportLog): LinkSettings {
  return { ...networkSettings(element, log), ...bandwidthSettings(element, log) };
}

/** What a network gives to all of its ports. Its bandwidth is that of all of them together, which is another thing. */
export function networkSettings(element: XmlElement | undefined, log: ImportLog): LinkSettings {
  const mtu = numberAttr(element?.child('mtu'), 'size', log);
  return {
    ...vlanSettings(element, log),
    isolated: flagAttr(element?.child('port'), 'isolated') === true ? true : undefined,
    mtu: mtu !== undefined && mtu >= 68 && mtu <= 65535 && mtu !== 1500 ? mtu : undefined,
  };
}

/** Later settings win over earlier ones, key by key. */
export function layered(...layers: readonly LinkSettings[]): LinkSettings {
  const result: Record<string, DraftValue | undefined> = {};
  for (const layer of layers) for (const [key, value] of Object.entries(layer)) if (value !== undefined) result[key] = value;
  return result;
}
