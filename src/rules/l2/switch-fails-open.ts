import { valueOf } from '../../core/model/fact.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric } from '../support/l2.js';
import { tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';

const nic = (tenant: string, vlan: number, more: object = {}) => ({
  tenant,
  devices: { eth0: { technique: 'virtio-net', connect: 'br0', vlan, ...more } },
});
const ovs = (more: object) => ({ br0: { kind: 'ovs-kernel', ...more } });
const two = { tenants: { blue: {}, red: {} } };

export const switchFailsOpen = defineRule({
  id: 'IOVT230',
  name: 'switch-fails-open',
  title: 'A switch without its controller forwards everything',
  severity: 'warning',
  group: 'l2',
  messages: {
    tenants: '{switch} keeps {n} tenants apart by its controller, but without it becomes a plain switch: "failMode" is standalone.',
    policy: '{switch} does what {device} requires by its controller, but without it becomes a plain switch: "failMode" is standalone.',
  },
  docs: {
    why: 'In standalone mode, the default, Open vSwitch turns into an ordinary learning switch when it loses its controller: the policy is gone, and with two uplinks loops can form.',
    fix: 'Write "failMode": "secure".',
    sources: ['Open vSwitch vswitchd/vswitch.xml, column fail_mode'],
  },
  examples: {
    bad: [
      onHost({ switches: ovs({ controller: true }), guests: { a: nic('blue', 1), b: nic('red', 2) } }, two),
      onHost({ switches: ovs({ controller: true, failMode: 'standalone' }), guests: { a: nic('blue', 1, { requires: ['acl'] }) } }, two),
    ],
    good: [
      onHost({ switches: ovs({ controller: true, failMode: 'secure' }), guests: { a: nic('blue', 1), b: nic('red', 2) } }, two),
      onHost({ switches: ovs({}), guests: { a: nic('blue', 1), b: nic('red', 2) } }, two),
    ],
  },
  check(topology, report) {
    for (const [entity, nics] of fabric(topology).onSwitch) {
      const isOvs = entity.switchKind === 'ovs-kernel' || entity.switchKind === 'ovs-dpdk';
      if (!isOvs || valueOf(entity.facts.controller) !== true || valueOf(entity.facts.failMode) !== 'standalone') continue;
      const n = tenantsOf(nics).length;
      const wanting = nics.find(({ device }) => (valueOf(device.facts.requires) ?? []).length > 0);
      if (n < 2 && wanting === undefined) continue;
      const { failMode, controller } = entity.facts;
      const place = placeOfFact(failMode.state === 'known' ? failMode : controller, entity);
      const extras = { entity, fixes: fixOf('Set "failMode" to "secure"', {}, changing(failMode, entity, ['failMode'], 'secure')) };
      if (wanting === undefined || n > 1) report('tenants', place, { switch: entity.path, n }, extras);
      else report('policy', place, { switch: entity.path, device: wanting.device.path }, extras);
    }
  },
});
