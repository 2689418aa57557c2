import type { Change, Severity } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, nicSetting } from '../support/l2.js';
import { noDeviceStates } from '../support/stated.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const host = (primary: object, standby: object) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } } },
  switches: { br0: { kind: 'linux-bridge', vlanFiltering: true, uplinks: ['nic0/p0'], fdbEntries: true } },
  guests: {
    a: {
      devices: {
        eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, mac: '52:54:00:00:00:01', ...primary },
        eth1: { technique: 'virtio-net', connect: 'br0', vlan: 100, mac: '52:54:00:00:00:01', failoverFor: 'eth0', ...standby },
      },
    },
  },
});

export const failoverPairInvalid = defineRule({
  id: 'IOVT504',
  name: 'failover-pair-invalid',
  title: 'A failover pair that cannot work',
  severity: 'error',
  group: 'operability',
  messages: { problem: '{standby} is to stand by for {primary}, but {problem}.' },
  docs: {
    why: 'The failover driver of the guest pairs a virtio device and a passed-through one by equal MAC addresses; both must lead into the same network, because traffic moves from one to the other when the function is unplugged for a migration. Each needs a PCIe slot of its own. A primary that is itself virtual is a warning: importers cannot always tell.',
    fix: 'Give both the same MAC and VLAN; the one that stands by is virtio, the other a VF.',
    sources: [
      'Linux Documentation/networking/net_failover.rst',
      'QEMU docs/system/virtio-net-failover.rst',
      'libvirt formatdomain, teaming',
    ],
  },
  examples: {
    bad: [
      onHost(host({}, { mac: '52:54:00:00:00:02' })),
      onHost(host({}, { vlan: 200 })),
      onHost({
        switches: { br0: { kind: 'linux-bridge' } },
        guests: {
          a: {
            devices: {
              eth0: { technique: 'virtio-net', connect: 'br0' },
              eth1: { technique: 'virtio-net', connect: 'br0', failoverFor: 'eth0' },
            },
          },
        },
      }),
    ],
    good: [onHost(host({}, {})), onHost(host({ vlan: 200 }, { vlan: 200 }))],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'failoverFor')) return;
    for (const standby of topology.virtualDevices) {
      const primary = valueOf(standby.facts.failoverFor)?.as('virtual-device');
      if (primary === undefined) continue;
      const found = problemOf(standby, primary);
      if (found === undefined) continue;
      report(
        'problem',
        found.at,
        { standby: standby.path, primary: primary.path, problem: found.problem },
        {
          entity: standby,
          severity: found.severity ?? 'error',
          related: [related('{primary}', placeOfEntity(primary), { primary: primary.path })],
          fixes: found.title === undefined ? [] : fixOf(found.title, {}, found.change),
        },
      );
    }

    function problemOf(standby: VirtualDevice, primary: VirtualDevice): Problem | undefined {
      const at = placeOfFact(standby.facts.failoverFor, standby);
      if (standby.guest !== primary.guest) return { at, problem: 'it belongs to another guest' };
      if (standby.technique !== undefined && !/^(virtio-net|netvsc)$/.test(standby.technique.name))
        return { at: placeOfFact(standby.facts.technique, standby), problem: 'what stands by has to be virtio-net' };
      if (primary.technique !== undefined && !TAKING.has(primary.technique.takes ?? ''))
        return { at, problem: `${primary.path} is not a passed-through function`, severity: 'warning' };
      const [ownMac, mac] = [valueOf(standby.facts.mac), valueOf(nicSetting(primary, 'mac'))];
      if (ownMac !== undefined && mac !== undefined && ownMac.toLowerCase() !== mac.toLowerCase()) {
        const change = changing(standby.facts.mac, standby, ['mac'], mac);
        return {
          at: placeOfFact(standby.facts.mac, standby),
          problem: 'their MAC addresses differ',
          title: 'Take the MAC of the VF',
          change,
        };
      }
      const [own, other] = [fabric(topology).nicOf(standby), fabric(topology).nicOf(primary)];
      if (own?.vlan === undefined || other?.vlan === undefined || own.vlan === other.vlan) return undefined;
      // A guest that tags its frames itself may be in the right VLAN all the same.
      if (own.tagged.length > 0 || other.tagged.length > 0) return undefined;
      const change = changing(standby.facts.vlan, standby, ['vlan'], other.vlan);
      return {
        at: placeOfFact(standby.facts.vlan, standby),
        problem: `they are in VLANs ${own.vlan} and ${other.vlan}`,
        title: 'Take the VLAN of the VF',
        change,
      };
    }
  },
});

const TAKING: ReadonlySet<string> = new Set(['vf', 'function', 'device-or-function']);

interface Problem {
  readonly at: ReturnType<typeof placeOfFact>;
  readonly problem: string;
  readonly title?: string;
  readonly severity?: Severity;
  readonly change?: Change | undefined;
}
