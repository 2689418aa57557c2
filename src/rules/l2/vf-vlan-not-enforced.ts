import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, type Nic, nicSetting } from '../support/l2.js';
import { getOrMake } from '../support/maps.js';
import { areDifferent, isUntrusted } from '../support/tenants.js';
import { fixOf, placeOfEntity, placeOfFact, rewriting } from '../support/text.js';
import { vlanFor } from '../support/vlans.js';
import { listed } from '../support/words.js';

const nic0 = { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } };
const vf = (tenant: string, more: object) => ({ tenant, devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', ...more } } });
const two = { tenants: { blue: {}, red: {} } };

export const vfVlanNotEnforced = defineRule({
  id: 'IOVT217',
  name: 'vf-vlan-not-enforced',
  title: 'An untrusted guest tags its own frames on a shared port',
  severity: 'warning',
  group: 'l2',
  mutedBy: ['vlan-shared-across-tenants'],
  messages: {
    free: '{device} ({tenant}) chooses its own VLAN tags on {port}, which also serves {others}.',
    pause:
      '{device} ({tenant}) chooses its own VLAN tags on {port}, which also serves {others}, and may send pause frames: flow control is on.',
    untagged: '{device} ({tenant}) has no VLAN on {port}, which also serves {others}: nothing drops control frames that it sends.',
  },
  docs: {
    why: 'Vendors ask to tag the VFs of guests from the PF, so that frames which a guest should not send, pause frames among them, are dropped. With pause frames one guest slows the port for all others.',
    fix: 'Give the VF a VLAN ("vlan", "vlanMode": "vst"), or switch flow control of the port off.',
    sources: [
      'Linux Documentation/networking/device_drivers/ethernet/intel/ice.rst',
      'Smolyar, Ben-Yehuda, Tsafrir: Securing Self-Virtualizing Ethernet Devices, USENIX Security 2015',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: { a: vf('blue', { vlanMode: 'guest' }), b: vf('red', { vlan: 200 }) } }, two),
      onHost({ devices: { nic0 }, guests: { a: vf('blue', {}), b: vf('red', { vlan: 200 }) } }, two),
      onHost(
        {
          devices: { nic0: { ...nic0, ports: { p0: { flowControl: true } } } },
          guests: { a: vf('blue', { vlanMode: 'guest' }), b: vf('red', { vlan: 200 }) },
        },
        two,
      ),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: { a: vf('blue', { vlan: 100 }), b: vf('red', { vlan: 200 }) } }, two),
      onHost({ devices: { nic0 }, guests: { a: vf('blue', { vlanMode: 'guest' }), b: vf('blue', { vlan: 200 }) } }, two),
    ],
  },
  check(topology, report) {
    const { onFunction, onSwitch, switchesOn } = fabric(topology);
    for (const [fn, nics] of onFunction) {
      const behind: Nic[] = [...nics, ...(switchesOn.get(fn) ?? []).flatMap((entity) => onSwitch.get(entity) ?? [])];
      const strangers = new Map<Tenant, string>();
      for (const nic of nics) {
        const { device, tenant } = nic;
        const isFree = nic.tagged === 'all' || nic.tagged.length > 0;
        if ((!isFree && nic.vlan !== 0) || tenant === undefined || !isUntrusted(topology, tenant)) continue;
        const others = getOrMake(strangers, tenant, () =>
          listed(behind.filter((other) => areDifferent(other.tenant, tenant)).map((other) => other.device.path)),
        );
        if (others === '') continue;
        const vlan = vlanFor(topology, tenant);
        const port = fn.port ?? fn.device;
        const hasPause = fn.port !== undefined && valueOf(fn.port.facts.flowControl) === true;
        const mode = nicSetting(device, 'vlanMode');
        report(
          isFree ? (hasPause ? 'pause' : 'free') : 'untagged',
          mode.state === 'known' ? placeOfFact(mode, device) : placeOfEntity(device),
          { device: device.path, tenant: tenant.id, port: port.path, others },
          {
            entity: device,
            fixes:
              vlan === undefined
                ? []
                : fixOf('Put it into VLAN {vlan}', { vlan }, rewriting(device, { vlanMode: 'vst', vlan, trunks: undefined })),
          },
        );
      }
    }
  },
});
