import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import { changing, fixOf, isInDocument, placeOfFact } from '../support/text.js';

const nic0 = { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 8 } };
const two = (a: object, b: object, more: object = {}) => ({
  devices: { nic0 },
  guests: {
    a: {
      ...more,
      devices: {
        eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, ...a },
        eth1: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 200, ...b },
      },
    },
  },
});

export const vfPoolAmbiguous = defineRule({
  id: 'IOVT512',
  name: 'vf-pool-ambiguous',
  title: 'Which VF a network gets is left open',
  severity: 'warning',
  group: 'operability',
  messages: {
    swapped: '{a} and {b} are drawn from one pool ({pool}) and belong to different networks: they may be swapped.',
    pinned: '{device} names {vf}, but {guest} is meant to run elsewhere as well, where that VF is another one.',
  },
  docs: {
    why: 'A pool gives out VFs, not networks: with two attachments from one pool, which VF belongs to which is not written down anywhere (KubeVirt before 0.53 mixed them up). A VF that is named by its number is bound to one host.',
    fix: 'Make a pool for each network, and draw from a port instead of naming a VF where the guest moves.',
    sources: ['KubeVirt issue 7444', 'libvirt formatdomain, network of type hostdev'],
  },
  examples: {
    bad: [onHost(two({ pool: 'sriov' }, { pool: 'sriov' })), onHost(two({ from: 'nic0/p0/vf3' }, {}, { placement: 'rescheduled' }))],
    good: [onHost(two({ pool: 'sriov_a' }, { pool: 'sriov_b' })), onHost(two({ from: 'nic0/p0/vf3' }, {}))],
  },
  check(topology, report) {
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      let pools: Map<string, VirtualDevice[]> | undefined;
      for (const device of guest.devices) {
        const pool = device.technique?.takes === 'vf' ? valueOf(device.facts.pool) : undefined;
        if (pool === undefined) continue;
        pools ??= new Map();
        push(pools, pool, device);
      }
      for (const [pool, [first, ...others]] of pools ?? []) {
        const other = others.find((device) => valueOf(device.facts.vlan) !== valueOf(first?.facts.vlan ?? device.facts.vlan));
        if (first === undefined || other === undefined) continue;
        const next = `${pool}_${other.id}`;
        report(
          'swapped',
          placeOfFact(other.facts.pool, other),
          { a: first.path, b: other.path, pool },
          {
            entity: other,
            related: [related('{a}', placeOfFact(first.facts.pool, first), { a: first.path })],
            fixes: fixOf('Draw it from "{next}"', { next }, changing(other.facts.pool, other, ['pool'], next)),
          },
        );
      }
      const moves = valueOf(guest.facts.placement) === 'rescheduled' || valueOf(guest.facts.migration) === 'live';
      for (const device of moves ? guest.devices : []) {
        const { from } = device.facts;
        const vf = valueOf(from)?.as('vf');
        if (vf === undefined || from.state !== 'known' || device.technique?.takes !== 'vf') continue;
        const pool = from.value.text.replace(/\/vf\d+$/, '');
        report(
          'pinned',
          placeOfFact(from, device),
          { device: device.path, vf: from.value.text, guest: guest.path },
          {
            entity: device,
            fixes:
              pool === from.value.text || !isInDocument(from.at)
                ? []
                : fixOf('Draw it from {pool}', { pool }, { kind: 'text', at: from.at, newText: JSON.stringify(pool) }),
          },
        );
      }
    }
  },
});
