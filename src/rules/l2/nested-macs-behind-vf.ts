import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, nicSetting } from '../support/l2.js';
import { noGuestStates } from '../support/stated.js';
import { fixOf, placeOfFact, rewriting } from '../support/text.js';

const nic0 = { kind: 'nic', sriov: { vfs: 4 } };
const guest = (nested: boolean, more: object) => ({
  a: { nestedMacs: nested, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, ...more } } },
});

export const nestedMacsBehindVf = defineRule({
  id: 'IOVT229',
  name: 'nested-macs-behind-vf',
  title: 'A guest sends more MAC addresses than its VF may use',
  severity: 'warning',
  group: 'l2',
  messages: {
    untrusted: '{guest} has more MACs than its own behind {device}, but the VF is not trusted: it cannot add them.',
    spoof: '{guest} has more MACs than its own behind {device}, but the spoof check drops frames that carry them.',
  },
  docs: {
    why: 'Nested guests, containers on a bridge and VRRP send frames with MAC addresses that were not given to the VF. Without trust the driver may not add them, and with the spoof check on the NIC drops them: connections fail, often only after a while.',
    fix: 'Route or translate inside of the guest, give nested workloads VFs of their own, or grant trust on a port that no other tenant uses.',
    sources: [
      'Linux Documentation/networking/device_drivers/ethernet/intel/i40e.rst',
      'Linux Documentation/networking/device_drivers/ethernet/intel/ice.rst',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: guest(true, { trust: false }) }),
      onHost({ devices: { nic0 }, guests: guest(true, { spoofCheck: true, trust: true }) }),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: guest(true, { spoofCheck: false, trust: true }) }),
      onHost({ devices: { nic0 }, guests: guest(false, { spoofCheck: true, trust: false }) }),
    ],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'nestedMacs')) return;
    for (const [, nics] of fabric(topology).onFunction) {
      for (const { device, tenant } of nics) {
        const { guest } = device;
        if (valueOf(guest.facts.nestedMacs) !== true) continue;
        const trust = nicSetting(device, 'trust');
        const spoofCheck = nicSetting(device, 'spoofCheck');
        const untrusted = valueOf(trust) === false;
        if (!untrusted && valueOf(spoofCheck) !== true) continue;
        const isAlone = nics.every((other) => other.tenant === tenant);
        report(
          untrusted ? 'untrusted' : 'spoof',
          placeOfFact(untrusted ? trust : spoofCheck, device),
          { guest: guest.path, device: device.path },
          {
            entity: device,
            related: [related('more MACs than its own', placeOfFact(guest.facts.nestedMacs, guest))],
            fixes: isAlone
              ? fixOf(
                  'Grant trust and give up the spoof check; no other tenant uses the port',
                  {},
                  rewriting(device, { trust: true, spoofCheck: false }),
                )
              : [],
          },
        );
      }
    }
  },
});
