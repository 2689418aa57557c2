import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import type { Owned } from '../support/served.js';
import { noDeviceStates } from '../support/stated.js';
import { escalated, strangers, tenantNames, tenantsOf } from '../support/tenants.js';
import { fixOf, placeOfFact, rewriting } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const shmem = (tenant: string, path: string, more: object = {}) => ({
  tenant,
  devices: { shm: { technique: 'shmem', path, size: '4 MiB', ...more } },
});
const two = { tenants: { blue: {}, red: {} } };

export const sharedMemoryCrossTenant = defineRule({
  id: 'IOVT249',
  name: 'shared-memory-cross-tenant',
  title: 'Guests of several tenants map the same memory',
  severity: 'error',
  group: 'sharing',
  messages: { shared: 'Guests of {tenants} map the shared memory {path}: what one writes the others see, with nothing in between.' },
  docs: {
    why: 'A shared-memory device (ivshmem) is memory that several guests have in their address space. There is no protocol and no check between them: each can read and change all of it, and interrupt the others where doorbells are on.',
    fix: 'Give each tenant an object of its own, or let them talk over a network that can be filtered.',
    sources: ['QEMU docs/system/devices/ivshmem.rst'],
  },
  examples: {
    bad: [
      onHost({ guests: { a: shmem('blue', '/dev/shm/x'), b: shmem('red', '/dev/shm/x') } }, two),
      onHost({ guests: { a: shmem('blue', 'ring'), b: shmem('blue', 'ring'), c: shmem('red', 'ring') } }, two),
    ],
    good: [
      onHost({ guests: { a: shmem('blue', '/dev/shm/x'), b: shmem('red', '/dev/shm/y') } }, two),
      onHost({ guests: { a: shmem('blue', 'ring'), b: shmem('blue', 'ring') } }, two),
    ],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'path')) return;
    for (const host of topology.hosts) {
      const byPath = new Map<string, Owned[]>();
      for (const device of host.guests.flatMap(({ devices }) => devices)) {
        const path = device.technique?.name === 'shmem' ? valueOf(device.facts.path) : undefined;
        if (path !== undefined) push(byPath, path, { device, tenant: tenantOf(device.guest) });
      }
      for (const [path, users] of byPath) {
        const pair = strangers(users);
        if (pair === undefined) continue;
        const [, other] = pair;
        const tenants = tenantsOf(users);
        const own = users.filter(({ tenant }) => tenant === other.tenant);
        report(
          'shared',
          placeOfFact(other.device.facts.path, other.device),
          { tenants: tenantNames(tenants), path },
          {
            entity: other.device,
            severity: escalated('error', topology, tenants),
            related: relatedPlaces(users, ({ device }) =>
              related('{device}', placeOfFact(device.facts.path, device), { device: device.path }),
            ),
            fixes: fixOf(
              'Give {tenant} an object of its own',
              { tenant: other.tenant?.id ?? '' },
              ...own.map(({ device }) => rewriting(device, { path: `${path}-${other.tenant?.id ?? ''}` })),
            ),
          },
        );
      }
    }
  },
});
