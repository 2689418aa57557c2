import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { gpuUsers } from '../support/gpu.js';
import { gpusApart } from '../support/gpu-apart.js';
import { areDifferent, escalated } from '../support/tenants.js';
import { devicesOf } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

const host = (a: string, b: string, more: object = {}, gpu: object = {}) => ({
  devices: { gpu0: { kind: 'gpu', ...gpu, mediatedTypes: { 't4-4q': { maxInstances: 4 } } } },
  guests: {
    a: { tenant: a, devices: { gpu: { technique: 'mdev', from: 'gpu0/t4-4q', ...more } } },
    b: { tenant: b, devices: { gpu: { technique: 'mdev', from: 'gpu0/t4-4q', ...more } } },
  },
});
const mig = { gpu: { migSlices: 7, migInstances: { '3g.20gb': { slices: 3, memoryFraction: 0.5, max: 2 } } } };
const tenants = { tenants: { blue: {}, red: {} } };

export const mdevVendorIsolation = defineRule({
  id: 'IOVT213',
  name: 'mdev-vendor-isolation',
  title: 'The vendor driver alone keeps tenants of a mediated device apart',
  severity: 'warning',
  group: 'dma',
  messages: {
    vendor: '{a} ({tenantA}) and {b} ({tenantB}) are mediated devices of {parent}: its driver, not the IOMMU, keeps their DMA apart.',
  },
  docs: {
    why: 'Mediated devices are protected either by the IOMMU or by the vendor driver, which then pins and translates memory on behalf of the guests. A bug in that driver is open to both tenants. It is an error where both are untrusted, or where an objective asks to isolate them.',
    fix: 'Use instances backed by SR-IOV or MIG where the device has them; otherwise accept it with a reason.',
    sources: ['Linux Documentation/driver-api/vfio-mediated-device', 'Linux drivers/vfio/mdev'],
  },
  examples: {
    bad: [onHost(host('blue', 'red'), tenants), onHost(host('blue', 'red', { isolation: 'vendor' }, mig), tenants)],
    good: [onHost(host('blue', 'blue'), tenants), onHost(host('blue', 'red', { isolation: 'iommu' }), tenants)],
  },
  check(topology, report) {
    for (const parent of devicesOf(topology)) {
      const users = gpuUsers(topology, parent).mediated.filter(({ facts }) => valueOf(facts.isolation) !== 'iommu');
      const pair = strangers(users);
      if (pair === undefined) continue;
      const [a, b] = pair;
      const named = users.flatMap(({ guest }) => tenantOf(guest) ?? []);
      report(
        'vendor',
        takenAt(b),
        { ...argsOf(a, b), parent: parent.path },
        {
          entity: b,
          severity: escalated('warning', topology, named),
          related: relatedPlaces(
            users.filter((user) => user !== b),
            (user) => related('{user}', takenAt(user), { user: user.path }),
          ),
          fixes: gpusApart(topology, parent, users),
        },
      );
    }
  },
});

function strangers(users: readonly VirtualDevice[]): readonly [VirtualDevice, VirtualDevice] | undefined {
  const first = users.find(({ guest }) => tenantOf(guest) !== undefined);
  const other = first === undefined ? undefined : users.find(({ guest }) => areDifferent(tenantOf(first.guest), tenantOf(guest)));
  return first === undefined || other === undefined ? undefined : [first, other];
}

function argsOf(a: VirtualDevice, b: VirtualDevice) {
  return { a: a.path, tenantA: tenantOf(a.guest)?.id ?? '', b: b.path, tenantB: tenantOf(b.guest)?.id ?? '' };
}
