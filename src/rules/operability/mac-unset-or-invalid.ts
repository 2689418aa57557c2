import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, nicSetting } from '../support/l2.js';
import { freshMac } from '../support/macs.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';

const vf = (more: object) => ({
  devices: { nic0: { kind: 'nic', kernelDriver: 'mlx5_core', sriov: { vfs: 4 } } },
  guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, ...more } } } },
});
const tap = (mac: string) => ({
  switches: { br0: { kind: 'linux-bridge' } },
  guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'br0', mac } } } },
});

export const macUnsetOrInvalid = defineRule({
  id: 'IOVT515',
  name: 'mac-unset-or-invalid',
  title: 'A MAC address that cannot be used',
  severity: 'warning',
  group: 'operability',
  messages: {
    zero: '{device} has the MAC {mac}, which is none, while its spoof check is on: nothing that it sends would pass.',
    none: '{device} has the MAC {mac}, which is none: the guest makes one up at each start.',
    group: '{device} has the MAC {mac}, which is a group address: no interface can have it.',
  },
  docs: {
    why: 'The spoof check compares with the administrative address: with an address of zeros the driver warns and nothing fits. Without an address several guests may pick the same one. An address with the group bit (an odd first byte) is for groups of receivers and is refused, which is an error. Where no address is written, one is made when the guest is defined, and nothing is said.',
    fix: 'Write a locally administered address, such as one that begins with 52:54:00.',
    sources: [
      'Linux drivers/net/ethernet/mellanox/mlx5/core/esw/legacy.c',
      'IEEE 802, individual and group addresses',
      'KubeVirt API validation',
    ],
  },
  examples: {
    bad: [
      onHost(vf({ mac: '00:00:00:00:00:00', spoofCheck: true })),
      onHost(vf({ mac: '00:00:00:00:00:00' })),
      onHost(tap('53:54:00:00:00:01')),
    ],
    good: [onHost(vf({ mac: '52:54:00:00:00:01', spoofCheck: true })), onHost(tap('52:54:00:00:00:01')), onHost(vf({ spoofCheck: true }))],
  },
  check(topology, report) {
    for (const { device } of fabric(topology).nics) {
      const fact = nicSetting(device, 'mac');
      const mac = valueOf(fact);
      if (mac === undefined) continue;
      const isZero = /^[0:-]+$/.test(mac.trim());
      const isGroup = (Number.parseInt(mac.trim().slice(0, 2), 16) & 1) === 1;
      if (!isZero && !isGroup) continue;
      const fresh = freshMac(topology, device);
      const fixes = fixOf('Give it {fresh}', { fresh }, changing(device.facts.mac, device, ['mac'], fresh));
      const args = { device: device.path, mac };
      const place = placeOfFact(fact, device);
      const spoofCheck = nicSetting(device, 'spoofCheck');
      if (isGroup) report('group', place, args, { entity: device, severity: 'error', fixes });
      else if (valueOf(spoofCheck) === true)
        report('zero', place, args, { entity: device, related: [related('the spoof check', placeOfFact(spoofCheck, device))], fixes });
      else report('none', place, args, { entity: device, fixes });
    }
  },
});
