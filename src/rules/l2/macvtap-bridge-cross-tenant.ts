import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric } from '../support/l2.js';
import { uniqueBy } from '../support/maps.js';
import { type Tap, tapsByLower } from '../support/taps.js';
import { escalated, strangers, tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const guests = (more: object = {}) => ({
  a: { tenant: 'blue', devices: { eth0: { technique: 'virtio-net', connect: 'tap0', ...more } } },
  b: { tenant: 'red', devices: { eth0: { technique: 'virtio-net', connect: 'tap0', ...more } } },
});
const onPort = (mode: string) => ({
  a: { tenant: 'blue', devices: { eth0: { technique: 'virtio-net', connect: 'nic0/p0', mode } } },
  b: { tenant: 'red', devices: { eth0: { technique: 'virtio-net', connect: 'nic0/p0', mode } } },
});
const container = (tenant: string, vlan: number) => ({
  kind: 'container',
  tenant,
  devices: { eth0: { technique: 'macvlan', connect: 'nic0/p0', mode: 'bridge', vlan } },
});
const devices = { nic0: { kind: 'nic', ports: { p0: {} } } };
const tap = (mode: string) => ({ tap0: { kind: 'macvtap', uplinks: ['nic0/p0'], mode } });
const two = { tenants: { blue: {}, red: {} } };

export const macvtapBridgeCrossTenant = defineRule({
  id: 'IOVT224',
  name: 'macvtap-bridge-cross-tenant',
  title: 'Taps of two tenants forward to each other',
  severity: 'error',
  group: 'l2',
  messages: {
    bridge: '{a} ({tenantA}) and {b} ({tenantB}) are {what} in bridge mode on {lower}: frames pass directly between them.',
  },
  docs: {
    why: 'In bridge mode the macvlan driver hands a frame for a sibling straight to it: no switch sees it, and no policy of one.',
    fix: 'Write "mode": "private", or put the tenants on ports or VLAN interfaces of their own.',
    sources: ['libvirt formatdomain, "Direct attachment to physical interface"', 'Linux drivers/net/macvlan.c'],
  },
  examples: {
    bad: [
      onHost({ devices, guests: { a: container('blue', 10), b: container('red', 10) } }, two),
      onHost({ devices, switches: tap('bridge'), guests: guests() }, two),
      onHost({ devices, guests: onPort('bridge') }, two),
    ],
    good: [
      onHost({ devices, guests: { a: container('blue', 10), b: container('red', 20) } }, two),
      onHost({ devices, switches: tap('private'), guests: guests() }, two),
      onHost({ devices, guests: onPort('private') }, two),
    ],
  },
  check(topology, report) {
    const { segments } = fabric(topology);
    for (const [lower, taps] of tapsByLower(topology)) {
      const bridged = taps.filter(({ mode }) => mode === 'bridge');
      const pair = strangers(bridged.map((each) => ({ ...each, tenant: each.nic.tenant })));
      if (pair === undefined) continue;
      const [a, b] = pair;
      const args = {
        a: a.nic.device.path,
        tenantA: a.tenant?.id ?? '',
        b: b.nic.device.path,
        tenantB: b.tenant?.id ?? '',
        lower,
        what: whatIs(a, b),
      };
      report('bridge', placeOf(b), args, {
        entity: b.nic.device,
        severity: escalated('error', topology, tenantsOf(bridged.map(({ nic }) => nic))),
        subjects: [b.nic.device.path, ...segments.filter((segment) => segment.nics.includes(b.nic)).map(({ key }) => key)],
        related: [related('{a}', placeOfEntity(a.nic.device), { a: a.nic.device.path })],
        fixes: toPrivate(bridged),
      });
    }
  },
});

function whatIs(...taps: readonly Tap[]): string {
  const isMacvlan = taps.map(({ nic }) => nic.device.technique?.name === 'macvlan');
  return isMacvlan.every((is) => is) ? 'macvlan interfaces' : isMacvlan.some((is) => is) ? 'a macvtap and a macvlan' : 'taps';
}

function placeOf({ nic, entity }: Tap) {
  const own = nic.device.facts.mode;
  return entity === undefined || own.state === 'known' ? placeOfFact(own, nic.device) : placeOfFact(entity.facts.mode, entity);
}

const MOST = 16;

/** The mode of the switch holds for all taps that do not say otherwise. */
function toPrivate(taps: readonly Tap[]) {
  const switches = uniqueBy(taps, ({ entity }) => entity).flatMap(({ entity }) => entity ?? []);
  const own = taps.filter(({ nic, entity }) => entity === undefined || valueOf(nic.device.facts.mode) !== undefined);
  if (own.length > MOST) return [];
  return fixOf(
    'Set "mode" to "private"',
    {},
    ...switches.map((entity) => changing(entity.facts.mode, entity, ['mode'], 'private')),
    ...own.map(({ nic: { device } }) => changing(device.facts.mode, device, ['mode'], 'private')),
  );
}
