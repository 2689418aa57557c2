import type { Device, Namespace } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Volume } from '../../core/model/volume.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import type { Owned } from '../support/served.js';
import { strangers } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const ssd0 = { kind: 'nvme', namespaces: { ns1: {}, ns2: {} } };
const disk = (tenant: string, media: string, more: object = {}) => ({
  tenant,
  devices: { vda: { technique: 'virtio-blk', media, ...more } },
});
const volumes = { vg0: { kind: 'lvm', on: 'ssd0/ns1' } };
const two = { tenants: { blue: {}, red: {} } };

export const nvmeNamespaceShared = defineRule({
  id: 'IOVT244',
  name: 'nvme-namespace-shared',
  title: 'Two guests write to one disk',
  severity: 'error',
  group: 'sharing',
  messages: {
    tenants: '{medium} is attached to {a} ({tenantA}) and to {b} ({tenantB}), and at least one can write.',
    guests: '{medium} is attached to {a} and to {b}, and at least one can write: the file system on it will break.',
    copies: '{medium} is attached to all {count} copies of {a}, which can write: the file system on it will break.',
  },
  docs: {
    why: 'A namespace, LUN or image that two guests have at once shows each the data of the other, and a file system that is not made for it is destroyed by the second writer. Between tenants it is an error, within one a warning.',
    fix: 'Give each guest a namespace or image of its own, attach it read-only everywhere, or write "shareable": true where a cluster file system is on it.',
    sources: ['QEMU docs/system/devices/nvme.rst', 'QEMU docs/system/security.rst', 'libvirt formatdomain, shareable'],
  },
  examples: {
    bad: [
      onHost({ devices: { ssd0 }, guests: { a: disk('blue', 'ssd0/ns1'), b: disk('red', 'ssd0/ns1') } }, two),
      onHost(
        { devices: { ssd0 }, volumes, guests: { a: disk('blue', 'vg0', { image: 'data' }), b: disk('red', 'vg0', { image: 'data' }) } },
        two,
      ),
      onHost({
        devices: { ssd0 },
        volumes,
        guests: { a: { count: 2, devices: { vda: { technique: 'virtio-blk', media: 'vg0', image: 'data' } } } },
      }),
    ],
    good: [
      onHost({ devices: { ssd0 }, guests: { a: disk('blue', 'ssd0/ns1'), b: disk('red', 'ssd0/ns2') } }, two),
      onHost({ devices: { ssd0 }, volumes, guests: { a: disk('blue', 'vg0'), b: disk('red', 'vg0') } }, two),
      onHost(
        {
          devices: { ssd0 },
          guests: { a: disk('blue', 'ssd0/ns1', { readonly: true }), b: disk('red', 'ssd0/ns1', { readonly: true }) },
        },
        two,
      ),
    ],
  },
  check(topology, report) {
    for (const { name, users, isWhole } of media(topology)) {
      const running = users.filter(({ device }) => valueOf(device.guest.facts.standby) !== true);
      const writer = running.find(({ device }) => !isReadonly(device));
      if (writer === undefined || running.every(({ device }) => valueOf(device.facts.shareable) === true)) continue;
      const pair = strangers(running);
      if (pair !== undefined) {
        const [a, b] = pair;
        const args = { medium: name, a: a.device.path, tenantA: a.tenant?.id ?? '', b: b.device.path, tenantB: b.tenant?.id ?? '' };
        report('tenants', placeOfFact(b.device.facts.media, b.device), args, {
          entity: b.device,
          related: relatedPlaces(
            running.filter((user) => user !== b),
            placeOf,
          ),
          fixes: [...freeNamespace(topology, b.device), ...allReadonly(running)],
        });
        continue;
      }
      // Whole namespaces are also handed out in slices that nobody writes down; an image is one image.
      if (isWhole) continue;
      const [a, b] = running;
      if (a === undefined) continue;
      if (b === undefined) {
        if (a.device.guest.count > 1)
          report(
            'copies',
            placeOfFact(a.device.facts.image, a.device),
            { medium: name, count: a.device.guest.count, a: a.device.guest.path },
            {
              entity: a.device,
              severity: 'warning',
            },
          );
        continue;
      }
      report(
        'guests',
        placeOfFact(b.device.facts.image, b.device),
        { medium: name, a: a.device.path, b: b.device.path },
        {
          entity: b.device,
          severity: 'warning',
          related: [placeOf(a)],
          fixes: allReadonly(running),
        },
      );
    }
  },
});

function placeOf({ device }: Owned) {
  return related('{device}', placeOfFact(device.facts.media, device), { device: device.path });
}

interface Medium {
  readonly name: string;
  readonly isWhole: boolean;
  readonly users: readonly Owned[];
}

/** Namespaces and disks that are attached as a whole, and images by their volume and name. */
function media(topology: Topology): Medium[] {
  const whole = new Map<Namespace | Device, Owned[]>();
  const images = new Map<string, { volume: Volume; image: string; users: Owned[] }>();
  for (const device of topology.virtualDevices) {
    const target = valueOf(device.facts.media)?.as('namespace', 'volume', 'device');
    if (target === undefined || device.technique?.carries.includes('storage') !== true || device.technique.takes !== undefined) continue;
    const user = { device, tenant: tenantOf(device.guest) };
    const image = valueOf(device.facts.image);
    if (target.kind === 'volume') {
      if (image === undefined) continue;
      const key = `${target.path} ${image}`;
      const found = images.get(key);
      if (found === undefined) images.set(key, { volume: target, image, users: [user] });
      else found.users.push(user);
    } else if (image === undefined && device.facts.size.state === 'unknown') {
      push(whole, target, user);
    }
  }
  return [
    ...[...whole].map(([target, users]) => ({ name: target.path, isWhole: true, users })),
    ...[...images.values()].map(({ volume, image, users }) => ({ name: `${image} on ${volume.path}`, isWhole: false, users })),
  ];
}

function isReadonly({ facts }: VirtualDevice): boolean {
  return valueOf(facts.readonly) === true || valueOf(facts.presentedAs) === 'cdrom' || /\.iso$/i.test(valueOf(facts.image) ?? '');
}

function freeNamespace(topology: Topology, device: VirtualDevice) {
  const target = valueOf(device.facts.media)?.as('namespace');
  if (target === undefined) return [];
  const taken = new Set(topology.virtualDevices.map(({ facts }) => valueOf(facts.media)?.target));
  for (const volume of device.guest.host.volumes)
    for (const member of [volume.facts.on].flatMap((fact) => valueOf(fact) ?? []))
      taken.add('target' in member ? member.target : undefined);
  const free = target.device.namespaces.find((other) => !taken.has(other));
  if (free === undefined) return [];
  const next = `${free.device.id}/${free.id}`;
  return fixOf('Take "{next}", which is free', { next }, changing(device.facts.media, device, ['media'], next));
}

const MOST = 8;

function allReadonly(users: readonly Owned[]) {
  if (users.length > MOST) return [];
  return fixOf(
    'Attach it read-only everywhere',
    {},
    ...users.map(({ device }) => changing(device.facts.readonly, device, ['readonly'], true)),
  );
}
