import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, type Nic, nameOfAttachment, nicSetting } from '../support/l2.js';
import { freshMac, isVirtualMac, normalMac } from '../support/macs.js';
import { push } from '../support/maps.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';

const nic = (mac: string, more: object = {}, guest: object = {}) => ({
  ...guest,
  devices: { eth0: { technique: 'virtio-net', connect: 'br0', mac, ...more } },
});
const switches = { br0: { kind: 'linux-bridge', vlanFiltering: true } };

export const macDuplicate = defineRule({
  id: 'IOVT514',
  name: 'mac-duplicate',
  title: 'One MAC address twice in one network',
  severity: 'error',
  group: 'operability',
  messages: {
    two: 'MAC {mac} is that of {a} and of {b}, and both are in one network ({segment}).',
    copies: 'MAC {mac} is that of {device} in all {count} copies of its guest.',
  },
  docs: {
    why: 'A switch learns one port for an address: frames go now to the one, now to the other. It comes of VFs that were used before, of cloned guests, and of copied text.',
    fix: 'Give each its own address, or leave it out so that one is made. Members of a bond and failover pairs share one on purpose.',
    sources: ['SR-IOV CNI issue 125', 'OpenStack Neutron: MacAddressInUse'],
  },
  examples: {
    bad: [
      onHost({ switches, guests: { a: nic('52:54:00:00:00:01'), b: nic('52:54:00:00:00:01') } }),
      onHost({ switches, guests: { a: nic('52:54:00:00:00:01', {}, { count: 2 }) } }),
    ],
    good: [
      onHost({ switches, guests: { a: nic('52:54:00:00:00:01'), b: nic('52:54:00:00:00:02') } }),
      onHost({ switches, guests: { a: nic('52:54:00:00:00:01', { vlan: 100 }), b: nic('52:54:00:00:00:01', { vlan: 200 }) } }),
      onHost({ switches, guests: { a: nic('52:54:00:00:00:01'), b: nic('52:54:00:00:00:01', {}, { standby: true }) } }),
    ],
  },
  check(topology, report) {
    const { segments } = fabric(topology);
    const spoken = new Set<VirtualDevice>();
    for (const segment of segments) {
      const byMac = new Map<string, Nic[]>();
      for (const each of segment.nics) {
        const mac = valueOf(nicSetting(each.device, 'mac'));
        if (mac !== undefined && !isStandby(each) && !isVirtualMac(normalMac(mac)) && !isZero(mac)) push(byMac, normalMac(mac), each);
      }
      for (const [mac, users] of byMac) {
        const [first] = users;
        if (first === undefined) continue;
        const { device } = first;
        if (device.guest.count > 1 && !spoken.has(device)) {
          spoken.add(device);
          const fixes = fixOf('Leave it out, so that each copy gets its own', {}, setting(device, ['mac'], undefined));
          report(
            'copies',
            placeOfFact(nicSetting(device, 'mac'), device),
            { mac, device: device.path, count: device.guest.count },
            { entity: device, fixes },
          );
        }
        for (const other of users.slice(1)) {
          if (spoken.has(other.device) || belongTogether(device, other.device)) continue;
          spoken.add(other.device);
          const args = { mac, a: device.path, b: other.device.path, segment: nameOfAttachment(other.at) };
          const fresh = freshMac(topology, other.device);
          report('two', placeOfFact(nicSetting(other.device, 'mac'), other.device), args, {
            entity: other.device,
            related: [related('{a}', placeOfFact(nicSetting(device, 'mac'), device), { a: device.path })],
            fixes: fixOf('Give it {fresh}', { fresh }, changing(other.device.facts.mac, other.device, ['mac'], fresh)),
          });
        }
      }
    }
  },
});

function isStandby({ device }: Nic): boolean {
  return valueOf(device.guest.facts.standby) === true;
}

function isZero(mac: string): boolean {
  return /^[0:-]+$/.test(mac);
}

/** A failover pair, or members of one bond. */
function belongTogether(a: VirtualDevice, b: VirtualDevice): boolean {
  if (a.guest !== b.guest) return false;
  const links = (x: VirtualDevice, y: VirtualDevice) =>
    valueOf(x.facts.failoverFor)?.target === y || valueOf(x.facts.bondedWith)?.target === y;
  return links(a, b) || links(b, a);
}
