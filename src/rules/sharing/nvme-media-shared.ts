import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { isLimited, type StorageUser, usersOfDrives } from '../support/served.js';
import { strangers, tenantNames, tenantsOf } from '../support/tenants.js';
import { fixOf, placeOfEntity, setting } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const ssd = (more: object = {}, b: { nvmSet?: string } = {}) => ({
  ssd0: { kind: 'nvme', namespaces: { ns1: { nvmSet: 'set1' }, ns2: b }, ...more },
});
const disk = (tenant: string, media: string, more: object = {}) => ({
  tenant,
  devices: { vda: { technique: 'virtio-blk', media, ...more } },
});
const guests = (more: object = {}) => ({ a: disk('blue', 'ssd0/ns1', more), b: disk('red', 'ssd0/ns2', more) });
const limit = { limit: { iops: '20k IOPS' } };
const CDROM = { technique: 'emulated-disk', bus: 'sata', presentedAs: 'cdrom', image: 'install.iso' };
const two = { tenants: { blue: {}, red: {} } };

export const nvmeMediaShared = defineRule({
  id: 'IOVT245',
  name: 'nvme-media-shared',
  title: 'Tenants share the media of one drive without limits',
  severity: 'warning',
  group: 'sharing',
  messages: {
    media: '{tenants} share the media of {drive}, and {free} may take all of it: writes of one raise the latency of the others.',
    zones: '{users} keep {n} zones of {drive} open, but it has {max}.',
  },
  docs: {
    why: 'A namespace divides addresses, not flash: all of them are served by the same dies and the same controller. NVM sets divide the media; limits bound what one guest takes. Open zones of a zoned drive are a hard limit: the write that opens one too many fails.',
    fix: 'Put the namespaces into different NVM sets or drives, or limit what each guest may take.',
    sources: ['NVM Express FAQ: what are NVM sets', 'QEMU docs/system/devices/nvme.rst'],
  },
  examples: {
    bad: [
      onHost({ devices: ssd({ storage: { readIops: '400k IOPS' } }), guests: guests() }, two),
      onHost(
        {
          devices: { ssd0: { kind: 'nvme' } },
          volumes: { vg0: { kind: 'lvm', on: 'ssd0' } },
          guests: { a: disk('blue', 'vg0', limit), b: disk('red', 'vg0') },
        },
        two,
      ),
      onHost({ devices: ssd({ storage: { maxOpenZones: 6 } }), guests: guests({ openZones: 4, ...limit }) }, two),
    ],
    good: [
      onHost({ devices: ssd({}, { nvmSet: 'set2' }), guests: guests() }, two),
      onHost({ devices: ssd(), guests: guests(limit) }, two),
      onHost({ devices: ssd(), guests: { a: disk('blue', 'ssd0/ns1', limit), b: disk('red', 'ssd0/ns2', CDROM) } }, two),
    ],
  },
  check(topology, report) {
    for (const [drive, users] of usersOfDrives(topology)) {
      const asked = users.reduce((sum, { device }) => sum + (valueOf(device.facts.openZones) ?? 0) * device.guest.count, 0);
      const max = valueOf(drive.facts.storage.maxOpenZones);
      if (max !== undefined && asked > max) {
        const zoned = users.filter(({ device }) => device.facts.openZones.state === 'known');
        const args = { users: listed(zoned.map(({ device }) => device.path)), n: asked, drive: drive.path, max };
        report('zones', placeOfEntity(drive), args, { entity: drive, severity: 'error', subjects: [], related: placesOf(zoned) });
      }
      // A CD-ROM is read now and then, and never written.
      const together = onSharedMedia(users.filter(({ device }) => valueOf(device.facts.presentedAs) !== 'cdrom'));
      const free = together.filter(({ device }) => !isLimited(device));
      if (strangers(together) === undefined || free.length === 0) continue;
      const tenants = tenantsOf(together);
      const args = { tenants: tenantNames(tenants), drive: drive.path, free: listed(free.map(({ device }) => device.path)) };
      report('media', placeOfEntity(drive), args, { entity: drive, related: placesOf(together), fixes: limits(drive, together, free) });
    }
  },
});

function placesOf(users: readonly StorageUser[]) {
  return relatedPlaces(users, ({ device, tenant }) =>
    related('{device} ({tenant})', placeOfEntity(device), { device: device.path, tenant: tenant?.id ?? 'no tenant' }),
  );
}

/** Users of one NVM set; what is in no set shares the media with everything. */
function onSharedMedia(users: readonly StorageUser[]): readonly StorageUser[] {
  const setOf = ({ medium }: StorageUser) => (medium.kind === 'namespace' ? valueOf(medium.facts.nvmSet) : undefined);
  const sets = new Set(users.map(setOf));
  if (sets.has(undefined)) return users;
  for (const set of sets) {
    const members = users.filter((user) => setOf(user) === set);
    if (strangers(members) !== undefined) return members;
  }
  return [];
}

const MOST = 8;

/** An equal share of what the data sheet says for each copy that has no limit. */
function limits(drive: Device, together: readonly StorageUser[], free: readonly StorageUser[]) {
  const rate = valueOf(drive.facts.storage.readIops);
  const copies = together.reduce((sum, { device }) => sum + device.guest.count, 0);
  if (rate === undefined || free.length > MOST || copies === 0) return [];
  const share = Math.floor(rate / copies / 1000);
  if (share < 1) return [];
  const iops = `${share}k IOPS`;
  return fixOf('Limit each to its share, {iops}', { iops }, ...free.map(({ device }) => setting(device, ['limit', 'iops'], iops)));
}
