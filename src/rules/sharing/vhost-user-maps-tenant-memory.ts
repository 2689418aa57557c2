import type { Fix } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { type Owned, type Process, userSpaceProcesses } from '../support/served.js';
import { areDifferent, tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const guests = (more: object = {}) => ({
  a: {
    tenant: 'blue',
    memory: { shared: true },
    ...more,
    devices: { vda: { technique: 'virtio-blk', backend: 'vhost-user', controller: 'spdk', media: 'ssd0' } },
  },
});
const host = (owner: object, more: object = {}) => ({
  devices: { ssd0: { kind: 'nvme' } },
  controllers: { spdk: { kind: 'vhost-user', cpus: '4', ...owner } },
  guests: guests(more),
});
const two = { tenants: { blue: {}, red: {} } };

export const vhostUserMapsTenantMemory = defineRule({
  id: 'IOVT236',
  name: 'vhost-user-maps-tenant-memory',
  title: 'A back end can address all memory of guests that are not its own',
  severity: 'info',
  group: 'sharing',
  mutedBy: ['shared-vswitch-process'],
  messages: {
    shared: '{process} maps the whole memory of {guests}; nothing restricts it to their rings.',
    foreign: '{process} belongs to {owner} and maps the whole memory of guests of others: {guests}.',
  },
  docs: {
    why: 'A vhost-user back end is handed all of the memory of a guest. Only a virtual IOMMU in the guest, together with IOMMU support of the back end, restricts it to what the guest mapped for I/O. It is a warning where the back end is run by another tenant.',
    fix: 'Write "vhostIommu": true for the switch and give the guests a virtual IOMMU, or let each tenant run a back end of its own.',
    sources: ['Open vSwitch Documentation/topics/dpdk/vhost-user.rst, vhost IOMMU support', 'QEMU docs/interop/vhost-user.rst'],
  },
  examples: {
    bad: [onHost(host({ tenant: 'red' }), two), onHost(host({ tenant: 'red' }, { viommu: 'none' }), two)],
    good: [onHost(host({ tenant: 'blue' }), two), onHost(host({}), two), onHost(host({ tenant: 'red' }, { viommu: 'intel' }), two)],
  },
  check(topology, report) {
    for (const { entity, served } of userSpaceProcesses(topology)) {
      const owner = entity.kind === 'controller' ? valueOf(entity.facts.tenant)?.as('tenant') : undefined;
      // Both are needed: a back end that asks, and a virtual IOMMU in the guest that answers.
      const asks = entity.kind === 'switch' ? valueOf(entity.facts.vhostIommu) === true : true;
      const open = served.filter(({ device }) => !asks || valueOf(device.guest.facts.viommu) === 'none');
      const foreign = open.filter(({ tenant }) => areDifferent(owner, tenant));
      const isShared = tenantsOf(served).length > 1;
      const users = foreign.length > 0 ? foreign : isShared ? open : [];
      if (users.length === 0) continue;
      const guests = listed(users.map(({ device }) => device.guest.path));
      const extras = {
        entity,
        related: relatedPlaces(users, ({ device }) => related('{device}', placeOfEntity(device), { device: device.path })),
      };
      if (foreign.length > 0 && owner !== undefined && entity.kind === 'controller') {
        report(
          'foreign',
          placeOfFact(entity.facts.tenant, entity),
          { process: entity.path, owner: owner.id, guests },
          { ...extras, severity: 'warning', fixes: [...ownedBy(entity, served), ...behindIommus(entity, users)] },
        );
        continue;
      }
      report('shared', placeOfEntity(entity), { process: entity.path, guests }, { ...extras, fixes: behindIommus(entity, users) });
    }
  },
});

/** Where all that it serves is one tenant's, that tenant can run it. */
function ownedBy(entity: Process['entity'], served: readonly Owned[]): Fix[] {
  const [owner, ...others] = tenantsOf(served);
  if (entity.kind !== 'controller' || owner === undefined || others.length > 0) return [];
  return fixOf(
    'Let {owner} run {process}',
    { owner: owner.id, process: entity.path },
    changing(entity.facts.tenant, entity, ['tenant'], owner.id),
  );
}

/** Both ends of it: a back end that asks, and a virtual IOMMU in each guest. */
function behindIommus(entity: Process['entity'], users: readonly Owned[]): Fix[] {
  const guests = [...new Set(users.map(({ device }) => device.guest))];
  const without = guests.filter(({ facts }) => valueOf(facts.viommu) === 'none');
  const asks = entity.kind !== 'switch' || valueOf(entity.facts.vhostIommu) === true;
  if (without.length > MOST_GUESTS) return [];
  return fixOf(
    'Let {process} reach only what guests map for it, by a virtual IOMMU',
    { process: entity.path },
    ...(entity.kind === 'switch' && !asks ? [changing(entity.facts.vhostIommu, entity, ['vhostIommu'], true)] : []),
    ...without.map((guest) => changing(guest.facts.viommu, guest, ['viommu'], 'intel')),
  );
}

/** Changed at once; in larger designs a template is the better place. */
const MOST_GUESTS = 16;
