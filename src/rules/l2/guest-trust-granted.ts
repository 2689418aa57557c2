import { valueOf } from '../../core/model/fact.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, nicSetting } from '../support/l2.js';
import { areDifferent, isUntrusted } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';

const vf = (tenant: string, vlan: number, more: object = {}) => ({
  tenant,
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan, ...more } },
});
const nic = (more: object = {}) => ({ nic0: { kind: 'nic', sriov: { vfs: 4, ...more } } });
const two = { tenants: { blue: {}, red: {} } };

export const guestTrustGranted = defineRule({
  id: 'IOVT216',
  name: 'guest-trust-granted',
  title: 'A guest may change its own layer-2 filters',
  severity: 'warning',
  group: 'l2',
  messages: {
    trust: '{device} ({tenant}) is trusted: it may change its MAC and listen to frames that are not for it.',
    promisc: '{device} ({tenant}) is promiscuous: it receives frames that are not for it.',
    all: '{device} ({tenant}) can make {nic} show it all frames of the port, those of {other} among them.',
  },
  docs: {
    why: 'A trusted VF may ask for promiscuous mode and change its MAC address; with true promiscuous mode the NIC then shows it the traffic of other VFs, which is an error where those belong to another tenant.',
    fix: 'Write "trust": false. What is lost: MAC changes of bonds, VRRP and bridges inside of the guest. Grant trust only on a port that no other tenant uses.',
    sources: [
      'Linux Documentation/networking/device_drivers/ethernet/intel/ice.rst',
      'OpenStack Nova: Attaching physical PCI devices to guests (trusted VFs)',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: nic(), guests: { a: vf('blue', 100, { trust: true }), b: vf('red', 200) } }, two),
      onHost({ devices: nic({ truePromisc: true }), guests: { a: vf('blue', 100, { trust: true }), b: vf('red', 200) } }, two),
      onHost({ devices: nic(), guests: { a: vf('blue', 100, { promisc: true }), b: vf('red', 200) } }, two),
    ],
    good: [
      onHost({ devices: nic(), guests: { a: vf('blue', 100, { trust: false }), b: vf('red', 200) } }, two),
      onHost({ devices: nic(), guests: { a: vf('ops', 100, { trust: true }) } }, { tenants: { ops: { trust: 'platform' } } }),
    ],
  },
  check(topology, report) {
    for (const [fn, nics] of fabric(topology).onFunction) {
      for (const { device, tenant } of nics) {
        if (!isUntrusted(topology, tenant) || tenant === undefined) continue;
        const trust = nicSetting(device, 'trust');
        const promisc = nicSetting(device, 'promisc');
        const [key, fact] = valueOf(trust) === true ? (['trust', trust] as const) : (['promisc', promisc] as const);
        if (valueOf(fact) !== true) continue;
        const other = nics.find((nic) => areDifferent(nic.tenant, tenant));
        const args = { device: device.path, tenant: tenant.id };
        const extras = { entity: device, fixes: fixOf('Take "{key}" away', { key }, changing(fact, device, [key], false)) };
        const place = placeOfFact(fact, device);
        if (other !== undefined && valueOf(fn.facts.sriov.truePromisc) === true)
          report('all', place, { ...args, nic: fn.device.path, other: other.device.path }, { ...extras, severity: 'error' });
        else report(key, place, args, extras);
      }
    }
  },
});
