import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { maxRateOf, rateText, sharedPorts } from '../support/rates.js';
import { fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';

const nic0 = (mode: string) => ({
  kind: 'nic',
  ports: {
    p0: {
      rate: '10 Gbit/s',
      trafficClasses: [
        { priority: [0], mode },
        { priority: [1, 2, 3], mode: 'ets' },
      ],
    },
  },
  sriov: { vfs: 4 },
});
const vf = (priority: number, more: object = {}) => ({
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, priority, ...more } },
});

export const strictPriorityStarvation = defineRule({
  id: 'IOVT309',
  name: 'strict-priority-starvation',
  title: 'A strict priority can take the whole link',
  severity: 'warning',
  group: 'performance',
  messages: { starve: '{high} is in a strict class of {port} and has no maximum: {low}, in a class behind it, can starve.' },
  docs: {
    why: 'A strict class is served as long as it has something to send; classes behind it get what is left, which may be nothing.',
    fix: 'Limit what the strict class may send ("maxRate"), or share the link by weights.',
    sources: ['Linux Documentation/networking/devlink/devlink-port.rst, rate objects'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: nic0('strict') }, guests: { a: vf(0), b: vf(1) } }),
      onHost({ devices: { nic0: nic0('strict') }, guests: { a: vf(0), b: vf(3, { maxRate: '1 Gbit/s' }) } }),
    ],
    good: [
      onHost({ devices: { nic0: nic0('strict') }, guests: { a: vf(0, { maxRate: '2 Gbit/s' }), b: vf(1) } }),
      onHost({ devices: { nic0: nic0('ets') }, guests: { a: vf(0), b: vf(1) } }),
    ],
  },
  check(topology, report) {
    for (const { port, rate, vfs, behind } of sharedPorts(topology)) {
      const classes = (valueOf(port.facts.trafficClasses) ?? []).map((each) => ({
        strict: valueOf(each.mode) === 'strict',
        priorities: valueOf(each.priority) ?? [],
      }));
      if (!classes.some(({ strict }) => strict)) continue;
      const placed = [...vfs, ...behind].flatMap(({ device }) => {
        const { priority } = device.facts;
        const position = priority.state === 'known' ? classes.findIndex(({ priorities }) => priorities.includes(priority.value)) : -1;
        return position < 0 ? [] : [{ device, position }];
      });
      const high = placed.find(({ device, position }) => classes[position]?.strict === true && maxRateOf(device).state === 'unknown');
      const low = high === undefined ? undefined : placed.find(({ position }) => position > high.position);
      if (high === undefined || low === undefined) continue;
      report(
        'starve',
        placeOfFact(high.device.facts.priority, high.device),
        { high: high.device.path, port: port.path, low: low.device.path },
        {
          entity: high.device,
          related: [related('can starve', placeOfEntity(low.device))],
          fixes:
            rate === undefined
              ? []
              : fixOf('Limit it to half of the port', {}, setting(high.device, ['maxRate'], rateText(rate / 2 / high.device.guest.count))),
        },
      );
    }
  },
});
