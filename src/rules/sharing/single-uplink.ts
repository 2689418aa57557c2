import type { Fix } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import { tenantOf } from '../../core/model/guest.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Place } from '../../core/text/source.js';
import { child } from '../../core/text/tree.js';
import { defineRule, related } from '../rule.js';
import { cardOf, type Uplink, uplinksBehind, uplinksOfDevice } from '../support/cards.js';
import { onHost } from '../support/examples.js';
import { hostUses } from '../support/host-uses.js';
import { isNic } from '../support/l2.js';
import { getOrMake } from '../support/maps.js';
import { fixOf, isInDocument, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const guest = (devices: { eth0: { technique: string; connect: string } }, more: object = { availability: 'ha' }) => ({
  a: { ...more, devices },
});
const nics = { nic0: { kind: 'nic', ports: { p0: {} } }, nic1: { kind: 'nic', ports: { p0: {} } } };
const bridge = (...uplinks: string[]) => ({ br0: { kind: 'linux-bridge', uplinks, bond: { mode: 'active-backup' } } });
const eth0 = { technique: 'virtio-net', connect: 'br0' };

export const singleUplink = defineRule({
  id: 'IOVT240',
  name: 'single-uplink',
  title: 'High availability hangs on one port',
  severity: 'warning',
  group: 'sharing',
  messages: {
    one: '{guest} was promised high availability, but reaches the network only through {uplink}.',
    several: '{guests} were promised high availability, but reach the network only through {uplink}.',
  },
  docs: {
    why: 'One cable, one transceiver or one switch port that fails cuts it off. A VF has no redundancy of its own: it is as available as the port of its PF.',
    fix: 'Add a second uplink on another card to the switch, or a second VF to bond in the guest.',
    sources: ['Linux Documentation/networking/bonding.rst', 'StarlingX: SR-IOV Ethernet interfaces'],
  },
  examples: {
    bad: [
      onHost({ devices: nics, switches: bridge('nic0/p0'), guests: guest({ eth0 }) }),
      onHost(
        { devices: nics, switches: bridge('nic0/p0'), guests: guest({ eth0 }, { tenant: 'gold' }) },
        { tenants: { gold: { availability: 'ha' } } },
      ),
    ],
    good: [
      onHost({ devices: nics, switches: bridge('nic0/p0', 'nic1/p0'), guests: guest({ eth0 }) }),
      onHost({ devices: nics, switches: bridge('nic0/p0'), guests: guest({ eth0 }, {}) }),
    ],
  },
  check(topology, report) {
    // Guests behind one switch hang on its port together; those with VFs of a port on that port.
    const groups = new Map<string, { uplink: Uplink; guests: Guest[] }>();
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      if (availabilityOf(guest) !== 'ha') continue;
      const [uplink, second] = new Set<Uplink>(guest.devices.flatMap((device) => [...uplinksOfDevice(device)]));
      if (uplink === undefined || second !== undefined) continue;
      getOrMake(groups, `${uplink.path} ${switchOf(guest)?.path ?? ''}`, () => ({ uplink, guests: [] as Guest[] })).guests.push(guest);
    }
    for (const { uplink, guests } of groups.values()) {
      const [first] = guests;
      if (first === undefined) continue;
      const args = { guest: first.path, guests: listed(guests.map(({ path }) => path)), uplink: uplink.path };
      const promise = promiseOf(first);
      report(guests.length === 1 ? 'one' : 'several', isOwnPromise(first) ? promise : placeOfEntity(first), args, {
        entity: first,
        fixes: secondUplink(first),
        related: [
          ...(isOwnPromise(first) ? [] : [related('promised here', promise)]),
          ...relatedPlaces(guests.slice(1), (guest) => related('{guest}', placeOfEntity(guest), { guest: guest.path })),
        ],
      });
    }
  },
});

function isOwnPromise(guest: Guest): boolean {
  return guest.facts.availability.state === 'known' || tenantOf(guest) === undefined;
}

/** Where high availability is promised to a guest: by itself, or by its tenant. */
function promiseOf(guest: Guest): Place {
  const tenant = tenantOf(guest);
  return isOwnPromise(guest) || tenant === undefined
    ? placeOfFact(guest.facts.availability, guest)
    : placeOfFact(tenant.facts.availability, tenant);
}

function switchOf(guest: Guest): Switch | undefined {
  return guest.devices.flatMap(({ facts }) => valueOf(facts.connect)?.as('switch') ?? [])[0];
}

/** A port of another card beside the one that the switch has. */
function secondUplink(guest: Guest): Fix[] {
  const entity = switchOf(guest);
  const [uplink] = entity === undefined ? [] : uplinksOf(entity);
  if (entity === undefined || uplink === undefined || entity.switchKind === 'macvtap') return [];
  const cards = new Set(uplink.target === undefined ? [] : uplinksBehind(uplink.target).map(cardOf));
  const used = hostUses(guest.host);
  const port = guest.host.devices
    .filter((device) => isNic(device) && !cards.has(device))
    .flatMap(({ ports }) => ports)
    .find(({ fn }) => fn !== undefined && !used.has(fn));
  if (port === undefined) return [];
  const next = `${port.device.id}/${port.id}`;
  const list = child(entity.node, 'uplinks');
  if (list?.type !== 'array' || !isInDocument(list)) return [];
  const bond = setting(entity, ['bond', 'mode'], 'active-backup');
  return fixOf('Add {next} to {switch}, as a bond', { next, switch: entity.id }, { kind: 'append', to: list, value: next }, bond);
}

function availabilityOf(guest: Guest): string | undefined {
  const tenant = tenantOf(guest);
  return valueOf(guest.facts.availability) ?? (tenant === undefined ? undefined : valueOf(tenant.facts.availability));
}
