import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { defineRule, related } from '../rule.js';
import { assignments, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { uniqueBy } from '../support/maps.js';
import { isUntrusted } from '../support/tenants.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';
import { nameOf } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

const host = (iommu: object, more: object = {}) => ({
  iommu: { state: 'on', ...iommu },
  devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
  guests: { a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
  ...more,
});
const tenants = { tenants: { blue: { trust: 'untrusted' } } };

export const interruptIsolationMissing = defineRule({
  id: 'IOVT210',
  name: 'interrupt-isolation-missing',
  title: 'An assigned device can raise any interrupt',
  severity: 'error',
  group: 'dma',
  mutedBy: ['assignment-needs-iommu'],
  messages: {
    off: '{host} does not remap interrupts, so {fn} lets {guest} raise any interrupt of the host.',
    unsafe: '{host} allows unsafe interrupts, so {fn} lets {guest} raise any interrupt of the host.',
  },
  docs: {
    why: 'An interrupt is a write to a special address. Without remapping, whoever drives the device chooses which interrupt is raised, on which CPU. VFIO refuses such a host unless `allow_unsafe_interrupts` is set; setting it accepts the risk. This is about x86: on Arm the interrupt controller (GICv3 ITS) knows which device writes. It is a warning where no guest with a device belongs to an untrusted tenant.',
    fix: 'Enable interrupt remapping in firmware (with x2APIC on Intel) and drop `allow_unsafe_interrupts`; or keep the host to one trust domain.',
    sources: [
      'Linux drivers/vfio/vfio_iommu_type1.c, allow_unsafe_interrupts',
      'Linux Documentation/admin-guide/kernel-parameters, intremap',
      'Proxmox VE Administration Guide, "PCI(e) Passthrough"',
    ],
  },
  examples: {
    bad: [onHost(host({ interruptRemapping: false }), tenants), onHost(host({}, { vfio: { allowUnsafeInterrupts: true } }), tenants)],
    good: [
      onHost(host({ interruptRemapping: true }), tenants),
      onHost(host({}), tenants),
      onHost(host({ kind: 'arm-smmu', interruptRemapping: false }), tenants),
      onHost(host({ interruptRemapping: true }, { vfio: { allowUnsafeInterrupts: true } }), tenants),
    ],
  },
  check(topology, report) {
    for (const h of topology.hosts) {
      const { interruptRemapping: remapping } = h.facts.iommu;
      if (!isOnX86(h)) continue;
      const { allowUnsafeInterrupts: unsafe } = h.facts.vfio;
      const isUnsafe = valueOf(unsafe) === true && valueOf(remapping) !== true;
      if (valueOf(remapping) !== false && !isUnsafe) continue;
      const given = assignments(topology).vfio.filter(({ member }) => member.device.host === h);
      const hostile = given.filter(({ tenant }) => isUntrusted(topology, tenant));
      const once = uniqueBy(hostile.length > 0 ? hostile : given, ({ device }) => device);
      const [first] = once;
      if (first === undefined) continue;
      const fixes = fixOf(
        'State that interrupts are remapped',
        {},
        changing(remapping, h, ['iommu', 'interruptRemapping'], true),
        ...(valueOf(unsafe) === true && unsafe.state === 'known' ? [setting(h, ['vfio', 'allowUnsafeInterrupts'], undefined)] : []),
      );
      report(
        isUnsafe ? 'unsafe' : 'off',
        placeOfFact(isUnsafe ? unsafe : remapping, h),
        { host: h.path, fn: nameOf(first.member), guest: first.instance.guest.path },
        {
          entity: h,
          subjects: [`IOMMU of ${h.path}`],
          severity: hostile.length > 0 ? 'error' : 'warning',
          related: relatedPlaces(once, ({ device, member }) => related('{fn}', takenAt(device), { fn: nameOf(member) })),
          fixes,
        },
      );
    }
  },
});

/** Elsewhere other parts keep interrupts apart: on Arm the ITS of the GICv3. Source: Linux drivers/irqchip/irq-gic-v3-its.c. */
function isOnX86({ facts }: Host): boolean {
  const kind = valueOf(facts.iommu.kind);
  return kind === undefined ? valueOf(facts.arch) === 'x86_64' : kind === 'intel-vtd' || kind === 'amd-vi';
}
