import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { noDeviceStates } from '../support/stated.js';
import { areDifferent } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';

const fs = (tenant: string, path: string, more: object = {}) => ({
  tenant,
  memory: { shared: true },
  devices: { fs0: { technique: 'virtio-fs', path, ...more } },
});
const two = { tenants: { blue: {}, red: {} } };

export const sharedDirectoryCrossTenant = defineRule({
  id: 'IOVT246',
  name: 'shared-directory-cross-tenant',
  title: 'A directory of the host is shared between tenants',
  severity: 'error',
  group: 'sharing',
  messages: {
    same: '{path} is shared with {a} ({tenantA}) and {b} ({tenantB}){writable}.',
    nested: '{path} of {a} ({tenantA}) lies in {outer}, which {b} ({tenantB}) has{writable}.',
    coherence: '{a} and {b} share {path}, one of them writes, and the host page cache of "{cache}" keeps them from seeing each other.',
  },
  docs: {
    why: 'What one tenant writes another reads, and one daemon and one page cache serve both. Where all may only read it is a warning. Within one tenant a cache mode that keeps data in the guest makes writers and readers see different files.',
    fix: 'Share a directory of its own with each tenant; read-only where it must be common.',
    sources: ['QEMU docs/system/security.rst', 'libvirt docs/kbase/virtiofs.rst'],
  },
  examples: {
    bad: [
      onHost({ guests: { a: fs('blue', '/srv/data'), b: fs('red', '/srv/data') } }, two),
      onHost({ guests: { a: fs('blue', '/srv/data/blue'), b: fs('red', '/srv/data') } }, two),
      onHost({ guests: { a: fs('blue', '/srv/data', { cache: 'writeback' }), b: fs('blue', '/srv/data') } }, two),
    ],
    good: [
      onHost({ guests: { a: fs('blue', '/srv/blue'), b: fs('red', '/srv/red') } }, two),
      onHost({ guests: { a: fs('blue', '/srv/data'), b: fs('blue', '/srv/data') } }, two),
    ],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'path')) return;
    for (const host of topology.hosts) {
      const shares = host.guests
        .flatMap(({ devices }) => devices)
        .flatMap((device) => {
          const path = device.technique?.name === 'virtio-fs' ? valueOf(device.facts.path) : undefined;
          return path === undefined ? [] : [{ device, path, key: normal(path), tenant: tenantOf(device.guest) }];
        });
      // Sorted, a directory stands right before what lies in it.
      const sorted = [...shares].sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
      const open: typeof shares = [];
      const spoken = new Set<VirtualDevice>();
      for (const inner of sorted) {
        while (open.length > 0 && !isWithin(inner.key, (open.at(-1) as (typeof shares)[number]).key)) open.pop();
        const outer = open.find(({ tenant }) => areDifferent(tenant, inner.tenant));
        const isWritten = [outer, inner].some((share) => share !== undefined && valueOf(share.device.facts.readonly) !== true);
        if (outer !== undefined && !spoken.has(inner.device)) {
          spoken.add(inner.device);
          const args = {
            path: inner.path,
            a: inner.device.path,
            tenantA: inner.tenant?.id ?? '',
            b: outer.device.path,
            tenantB: outer.tenant?.id ?? '',
            outer: outer.path,
          };
          const writable = isWritten ? ', and can be written' : '';
          const isNested = outer.key !== inner.key;
          const shown = isNested
            ? args
            : { ...args, a: outer.device.path, tenantA: args.tenantB, b: inner.device.path, tenantB: args.tenantA };
          report(
            isNested ? 'nested' : 'same',
            placeOfFact(inner.device.facts.path, inner.device),
            { ...shown, writable },
            {
              entity: inner.device,
              severity: isWritten ? 'error' : 'warning',
              related: [related('{other}', placeOfFact(outer.device.facts.path, outer.device), { other: outer.device.path })],
            },
          );
        } else if (outer === undefined && isWritten) {
          const other = open.at(-1);
          const cached = other === undefined ? undefined : [other, inner].find(({ device }) => isCached(device));
          if (other !== undefined && cached !== undefined) {
            const { cache } = cached.device.facts;
            const args = { a: other.device.path, b: inner.device.path, path: inner.path, cache: valueOf(cache) ?? '' };
            report('coherence', placeOfFact(cache, cached.device), args, {
              entity: cached.device,
              severity: 'warning',
              fixes: fixOf('Set "cache" to "none"', {}, changing(cache, cached.device, ['cache'], 'none')),
            });
          }
        }
        open.push(inner);
      }
    }
  },
});

function normal(path: string): string {
  return `${path.replace(/\/+/g, '/').replace(/\/$/, '')}/`;
}

function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(outer);
}

function isCached({ facts }: VirtualDevice): boolean {
  const cache = valueOf(facts.cache);
  return cache === 'writeback' || cache === 'unsafe';
}
