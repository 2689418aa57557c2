import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { upstream } from '../../core/model/pcie.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { uniqueBy } from '../support/maps.js';
import { isUntrusted } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { nameOf } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

const host = (nic: object, more: object = {}) => ({
  pcie: { rp0: { kind: 'root-port', acs: true } },
  devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 }, ...nic } },
  guests: { a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
  ...more,
});
const tenants = { tenants: { blue: { trust: 'untrusted' } } };

export const atsUntrustedGuest = defineRule({
  id: 'IOVT211',
  name: 'ats-untrusted-guest',
  title: 'A guest drives a device that translates addresses itself',
  severity: 'warning',
  group: 'dma',
  messages: {
    ats: '{fn} goes to {tenant} with ATS on, and {port} lets requests pass that claim to be translated already.',
    pri: '{fn} goes to {tenant} with page requests (PRI) on: its guest can make the host serve page faults.',
  },
  docs: {
    why: 'With Address Translation Services a device keeps translations of its own and marks requests as already translated; the IOMMU lets those pass. Linux disables ATS and blocks such requests only for external devices or with `pci=noats`. With assignment it is not the card that is in doubt but who drives it. (`"acs": true` stands for what Linux enables, and that leaves translation blocking off.)',
    fix: 'Boot with `pci=noats`, or enable translation blocking on the port. Accelerators that need shared virtual memory need ATS; accept it for those with a reason.',
    sources: [
      'Linux Documentation/admin-guide/kernel-parameters, noats',
      'Linux drivers/pci/pci.c, pci_enable_acs',
      'Linux Documentation/arch/x86/sva',
    ],
  },
  examples: {
    bad: [onHost(host({ ats: true }), tenants), onHost(host({ pri: true }), tenants)],
    good: [
      onHost(host({ ats: true }, { kernel: { noats: true } }), tenants),
      onHost(
        host({ ats: true }, { pcie: { rp0: { kind: 'root-port', acs: { translationBlocking: true, sourceValidation: true } } } }),
        tenants,
      ),
      onHost(host({ ats: true }), { tenants: { blue: { trust: 'trusted' } } }),
    ],
  },
  check(topology, report) {
    const spoken = new Set<PhysicalFunction>();
    for (const assignment of assignments(topology).vfio) {
      const { member, tenant, device } = assignment;
      const fn = member.kind === 'vf' ? member.fn : member;
      const h = fn.device.host;
      if (spoken.has(fn) || !isUntrusted(topology, tenant) || valueOf(h.facts.kernel.noats) === true) continue;
      const port = upstream(fn.device);
      const passes = port !== undefined && valueOf(port.acs.translationBlocking) === false;
      const message = valueOf(fn.facts.ats) === true && passes ? 'ats' : valueOf(fn.facts.pri) === true ? 'pri' : undefined;
      if (message === undefined) continue;
      spoken.add(fn);
      const fact = message === 'ats' ? fn.facts.ats : fn.facts.pri;
      const users = usersOf(assignments(topology).vfio, fn);
      report(
        message,
        takenAt(device),
        { fn: nameOf(member), tenant: tenant?.id ?? '', port: port?.path ?? '' },
        {
          entity: device,
          related: [
            related(message === 'ats' ? 'ATS is on' : 'PRI is on', placeOfFact(fact, fn)),
            ...(port === undefined || message === 'pri' ? [] : [related('its port', placeOfFact(port.facts.acs, port))]),
            ...relatedPlaces(users.slice(1), ({ device: other, member: vf }) =>
              related('{vf} as well', takenAt(other), { vf: nameOf(vf) }),
            ),
          ],
          fixes:
            message === 'ats' || valueOf(fn.facts.ats) === true
              ? fixOf('Boot {host} with pci=noats', { host: h.id }, changing(h.facts.kernel.noats, h, ['kernel', 'noats'], true))
              : [],
        },
      );
    }
  },
});

/** One use for each virtual device. */
function usersOf(list: readonly Assignment[], fn: PhysicalFunction): Assignment[] {
  const own = list.filter(({ member }) => member === fn || (member.kind === 'vf' && member.fn === fn));
  return uniqueBy(own, ({ device }) => device);
}
