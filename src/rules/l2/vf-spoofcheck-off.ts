import { valueOf } from '../../core/model/fact.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, nicSetting } from '../support/l2.js';
import { areDifferent, isUntrusted } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';

const vf = (tenant: string, more: object = {}) => ({
  tenant,
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: tenant === 'blue' ? 100 : 200, ...more } },
});
const nic0 = { kind: 'nic', sriov: { vfs: 4 } };
const two = { tenants: { blue: {}, red: {} } };

export const vfSpoofcheckOff = defineRule({
  id: 'IOVT215',
  name: 'vf-spoofcheck-off',
  title: 'A VF may send with any source address',
  severity: 'warning',
  group: 'l2',
  messages: {
    alone: '{device} ({tenant}) may send with any source MAC: the spoof check of its VF is off.',
    shared: '{device} ({tenant}) may send with any source MAC, also that of {other}: the spoof check of its VF on {nic} is off.',
  },
  docs: {
    why: 'With the check on, the NIC drops frames whose source MAC (and VLAN) is not the one given to the VF. Off, a guest can pass for another one. It is an error where the tenant is untrusted and another tenant has a VF of the same function.',
    fix: 'Write "spoofCheck": true. A guest that needs several MAC addresses can route, or take a VF for each.',
    sources: [
      'Linux Documentation/networking/device_drivers/ethernet/intel/ice.rst',
      'Linux Documentation/networking/device_drivers/ethernet/intel/i40e.rst',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: { a: vf('blue', { spoofCheck: false }), b: vf('red') } }, two),
      onHost({ devices: { nic0 }, guests: { a: vf('blue', { spoofCheck: false }) } }, { tenants: { blue: { trust: 'untrusted' } } }),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: { a: vf('blue', { spoofCheck: true }), b: vf('red', { spoofCheck: true }) } }, two),
      onHost({ devices: { nic0 }, guests: { a: vf('blue', { spoofCheck: false }) } }, { tenants: { blue: { trust: 'trusted' } } }),
    ],
  },
  check(topology, report) {
    const { onFunction } = fabric(topology);
    for (const [fn, nics] of onFunction) {
      for (const { device, tenant } of nics) {
        const fact = nicSetting(device, 'spoofCheck');
        if (valueOf(fact) !== false || tenant === undefined) continue;
        const other = nics.find((nic) => areDifferent(nic.tenant, tenant));
        const untrusted = isUntrusted(topology, tenant);
        if (!untrusted && other === undefined) continue;
        const args = { device: device.path, tenant: tenant.id };
        const extras = {
          entity: device,
          severity: untrusted && other !== undefined ? ('error' as const) : ('warning' as const),
          fixes: fixOf('Switch the spoof check on', {}, changing(fact, device, ['spoofCheck'], true)),
        };
        const place = placeOfFact(fact, device);
        if (other === undefined) report('alone', place, args, extras);
        else report('shared', place, { ...args, other: other.device.path, nic: fn.device.path }, extras);
      }
    }
  },
});
