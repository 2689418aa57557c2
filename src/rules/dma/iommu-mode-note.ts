import { valueOf } from '../../core/model/fact.js';
import { defineRule } from '../rule.js';
import { assignments } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { isUntrusted } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';

const host = (iommu: object) => ({
  iommu: { state: 'on', ...iommu },
  devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
  guests: { a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
});
const tenants = { tenants: { blue: { trust: 'untrusted' } } };

/** `iommu=pt` and `iommu.strict` are parameters of Linux, where it runs on the hardware itself. */
const LINUX: ReadonlySet<string> = new Set(['kvm', 'qemu', 'container']);

export const iommuModeNote = defineRule({
  id: 'IOVT212',
  name: 'iommu-mode-note',
  title: 'What the mode of the IOMMU means here',
  severity: 'info',
  group: 'dma',
  mutedBy: ['assignment-needs-iommu'],
  messages: {
    passthrough:
      '{host} runs its IOMMU in passthrough mode: devices that the host drives reach all of its memory; devices of guests are translated all the same.',
    lazy: '{host} invalidates translations in batches: until then a device may still reach memory that was taken back.',
  },
  docs: {
    why: '`iommu=pt` makes devices of the host bypass translation, while VFIO still gives assigned devices a domain of their own: guests are no less apart, only the host is not protected from its own devices. Lazy invalidation trades a window after each unmap for throughput. Tools recommend both for speed without saying so. Said of Linux hosts on which an untrusted tenant has a device.',
    fix: 'Nothing, if the devices of the host are trusted. Where one is not: `"mode": "translated"`, or `"strict": true`.',
    sources: [
      'Linux Documentation/admin-guide/kernel-parameters, iommu and iommu.strict',
      'Linux drivers/vfio/vfio_iommu_type1.c',
      'Proxmox VE Administration Guide, "PCI(e) Passthrough"',
    ],
  },
  examples: {
    bad: [onHost(host({ mode: 'passthrough' }), tenants), onHost(host({ strict: false }), tenants)],
    good: [
      onHost(host({ mode: 'translated', strict: true }), tenants),
      onHost(host({ mode: 'passthrough' }), { tenants: { blue: { trust: 'trusted' } } }),
      onHost({ hypervisor: 'esxi', ...host({ mode: 'passthrough' }) }, tenants),
      onHost({ iommu: { state: 'on', mode: 'passthrough' }, guests: { a: { devices: { eth0: { technique: 'virtio-net' } } } } }),
    ],
  },
  check(topology, report) {
    for (const h of topology.hosts) {
      const { mode, strict } = h.facts.iommu;
      const isPassthrough = mode.state === 'known' && mode.value === 'passthrough';
      const isLazy = valueOf(strict) === false;
      if (!isPassthrough && !isLazy) continue;
      const matters = assignments(topology).vfio.some(({ member, tenant }) => member.device.host === h && isUntrusted(topology, tenant));
      if (!matters || !LINUX.has(valueOf(h.facts.hypervisor) ?? 'kvm')) continue;
      const subjects = [`IOMMU of ${h.path}`];
      if (isPassthrough) report('passthrough', placeOfFact(mode, h), { host: h.path }, { entity: h, subjects });
      if (isLazy) {
        const fixes = fixOf('Invalidate at once', {}, changing(strict, h, ['iommu', 'strict'], true));
        report('lazy', placeOfFact(strict, h), { host: h.path }, { entity: h, subjects, fixes });
      }
    }
  },
});
