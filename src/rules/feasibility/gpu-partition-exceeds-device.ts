import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device, Partition } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { MigInstanceFacts } from '../../core/model/facts.generated.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { formatBytes } from '../../core/units/format.js';
import { defineRule, type Report, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { gpuUsers, mediatedTypeOf, migDemand, migInstance, migTypes } from '../support/gpu.js';
import { changing, fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { devicesOf } from '../support/vfs.js';
import { listed, relatedPlaces } from '../support/words.js';

const messages = {
  slices: 'The instances on {gpu} take {sum} compute slices; it has {max}.',
  memory: 'The instances on {gpu} take {sum} of its memory.',
  instances: '{gpu} is to hold {sum} instances of {type}; at most {max} fit.',
  framebuffer: 'The vGPUs on {gpu} take {sum} of framebuffer; it has {max}.',
  vgpus: '{gpu} is to serve {sum} vGPUs; it can serve {max}.',
} as const;

export const gpuPartitionExceedsDevice = defineRule({
  id: 'IOVT129',
  name: 'gpu-partition-exceeds-device',
  title: 'More GPU instances than the GPU can be divided into',
  severity: 'error',
  group: 'feasibility',
  messages,
  docs: {
    why: 'How a GPU can be divided is fixed by the product: seven compute slices on an A100 or H100, four on an A30, and each instance type takes fixed shares of memory, L2 cache and copy engines. The driver refuses what does not fit.',
    fix: 'Use fewer or smaller instances, or another GPU.',
    sources: [
      'NVIDIA Multi-Instance GPU User Guide, "Supported GPUs" and "Supported MIG Profiles"',
      'OpenStack Nova, virtual GPU',
      'Harvester, MIG validation webhook',
    ],
  },
  examples: {
    bad: [
      onHost({
        devices: {
          gpu0: {
            kind: 'gpu',
            gpu: { migSlices: 7, migInstances: { '3g.20gb': { slices: 3, memoryFraction: 0.5, max: 2 } } },
            partitions: { g0: { type: '3g.20gb' }, g1: { type: '3g.20gb' }, g2: { type: '3g.20gb' } },
          },
        },
      }),
      onHost({
        devices: {
          gpu0: { kind: 'gpu', gpu: { memory: '16 GiB' }, mediatedTypes: { 't4-8q': { framebuffer: '8 GiB', maxInstances: 2 } } },
        },
        guests: { a: { count: 3, devices: { gpu: { technique: 'mdev', from: 'gpu0/t4-8q' } } } },
      }),
    ],
    good: [
      onHost({
        devices: {
          gpu0: {
            kind: 'gpu',
            gpu: { migSlices: 7, migInstances: { '3g.20gb': { slices: 3, memoryFraction: 0.5, max: 2 } } },
            partitions: { g0: { type: '3g.20gb' }, g1: { type: '3g.20gb' } },
          },
        },
      }),
      onHost({
        devices: {
          gpu0: { kind: 'gpu', gpu: { memory: '16 GiB' }, mediatedTypes: { 't4-8q': { framebuffer: '8 GiB', maxInstances: 2 } } },
        },
        guests: { a: { count: 2, devices: { gpu: { technique: 'mdev', from: 'gpu0/t4-8q' } } } },
      }),
    ],
  },
  check(topology, report) {
    for (const device of devicesOf(topology)) {
      instances(topology, device, report);
      vgpus(topology, device, report);
    }
  },
});

function instances(topology: Topology, device: Device, report: Report<typeof messages>): void {
  const demand = [...migDemand(topology, device)].map(([type, n]) => ({ type, n, facts: migInstance(device, type) }));
  if (demand.length === 0) return;
  const slices = demand.reduce((sum, { n, facts }) => sum + n * ((facts && valueOf(facts.slices)) ?? 0), 0);
  const memory = demand.reduce((sum, { n, facts }) => sum + n * ((facts && valueOf(facts.memoryFraction)) ?? 0), 0);
  const max = valueOf(device.facts.gpu.migSlices);
  const places = placesOf(topology, device);
  const [last] = places.slice(-1);
  const at = last?.at ?? placeOfEntity(device);
  const extras = {
    entity: device,
    related: relatedPlaces(places.slice(0, -1), (place) => related('{name}', place.at, { name: place.name })),
    fixes: [...smallerInstances(topology, device), ...withoutSpare(topology, device)],
  };
  const args = { gpu: device.path };
  const overfull = demand.find(({ n, facts }) => facts !== undefined && n > (valueOf(facts.max) ?? Number.POSITIVE_INFINITY));
  // Tolerance: fractions such as 1/3 are written with few digits.
  if (max !== undefined && slices > max) report('slices', at, { ...args, sum: slices, max }, extras);
  else if (memory > 1.001) report('memory', at, { ...args, sum: `${Math.round(memory * 100)} %` }, extras);
  else if (overfull?.facts !== undefined)
    report('instances', at, { ...args, type: overfull.type, sum: overfull.n, max: valueOf(overfull.facts.max) ?? 0 }, extras);
}

/** The largest type of which the GPU holds as many as are asked for, for all that are asked for. Keeps every instance. */
function smallerInstances(topology: Topology, device: Device): Fix[] {
  const asked = [...migDemand(topology, device).values()].reduce((sum, n) => sum + n, 0);
  const type = migTypes(device)
    .flatMap((name) => {
      const facts = migInstance(device, name);
      const share = facts && valueOf(facts.memoryFraction);
      return facts !== undefined && share !== undefined && holds(device, facts, asked) ? [{ name, share }] : [];
    })
    .sort((a, b) => b.share - a.share)[0]?.name;
  const users = gpuUsers(topology, device).mig.filter(({ facts }) => facts.type.state === 'known');
  if (type === undefined || users.length + device.partitions.length > MOST_CHANGES) return [];
  return fixOf(
    'Make all of them {type}',
    { type },
    ...device.partitions.map((partition) => changing(partition.facts.type, partition, ['type'], type)),
    ...users.map((user) => changing(user.facts.type, user, ['type'], type)),
  );
}

/** By slices, by memory and by what the data sheet says outright. */
function holds(device: Device, facts: MigInstanceFacts, n: number): boolean {
  const slices = valueOf(device.facts.gpu.migSlices) ?? Number.POSITIVE_INFINITY;
  return (
    n * (valueOf(facts.slices) ?? 0) <= slices &&
    n * (valueOf(facts.memoryFraction) ?? 0) <= 1.001 &&
    n <= (valueOf(facts.max) ?? Number.POSITIVE_INFINITY)
  );
}

/** Instances that no guest has, from the last: as few as it takes. */
function withoutSpare(topology: Topology, device: Device): Fix[] {
  const users = gpuUsers(topology, device).mig;
  // Who names a type and no instance takes any of them.
  if (users.some(({ facts }) => valueOf(facts.from)?.target?.kind === 'device')) return [];
  const taken = new Set(users.map(({ facts }) => valueOf(facts.from)?.target));
  const left = [...device.partitions];
  const gone: Partition[] = [];
  while (!fitTogether(device, left) && gone.length < MOST_CHANGES) {
    const i = left.findLastIndex((partition) => !taken.has(partition));
    if (i < 0) return [];
    gone.push(...left.splice(i, 1));
  }
  return fixOf(
    'Leave out {instances}',
    { instances: listed(gone.map(({ path }) => path)) },
    ...gone.map((partition) => setting(device, ['partitions', partition.id], undefined)),
  );
}

function fitTogether(device: Device, partitions: readonly Partition[]): boolean {
  const types = partitions.map(({ facts }) => valueOf(facts.type) ?? '');
  const facts = types.flatMap((type) => migInstance(device, type) ?? []);
  const sum = (of: (each: MigInstanceFacts) => number | undefined) => facts.reduce((total, each) => total + (of(each) ?? 0), 0);
  return (
    sum(({ slices }) => valueOf(slices)) <= (valueOf(device.facts.gpu.migSlices) ?? Number.POSITIVE_INFINITY) &&
    sum(({ memoryFraction }) => valueOf(memoryFraction)) <= 1.001 &&
    types.every((type) => {
      const max = migInstance(device, type)?.max;
      return types.filter((other) => other === type).length <= ((max && valueOf(max)) ?? Number.POSITIVE_INFINITY);
    })
  );
}

const MOST_CHANGES = 16;

/** One copy less of the guest that comes last. */
function fewerCopies({ guest }: VirtualDevice): Fix[] {
  return guest.count < 2
    ? []
    : fixOf(
        'Run {n} of {guest}',
        { n: guest.count - 1, guest: guest.path },
        changing(guest.facts.count, guest, ['count'], guest.count - 1),
      );
}

function placesOf(topology: Topology, device: Device): { name: string; at: Place }[] {
  return [
    ...device.partitions.map((partition) => ({ name: partition.path, at: placeOfFact(partition.facts.type, partition) })),
    ...gpuUsers(topology, device).mig.map((user) => ({ name: user.path, at: placeOfFact(user.facts.from, user) })),
  ];
}

function vgpus(topology: Topology, device: Device, report: Report<typeof messages>): void {
  const users = gpuUsers(topology, device).mediated;
  const [last] = users.slice(-1);
  if (last === undefined) return;
  const byType = new Map<string, number>();
  let memory = 0;
  let total = 0;
  for (const user of users) {
    const type = mediatedTypeOf(user);
    if (type !== undefined) byType.set(type.id, (byType.get(type.id) ?? 0) + user.guest.count);
    memory += user.guest.count * (valueOf(user.facts.framebuffer) ?? (type && valueOf(type.facts.framebuffer)) ?? 0);
    total += user.guest.count;
  }
  const at = placeOfFact(last.facts.from, last);
  const extras = {
    entity: device,
    related: relatedPlaces(users.slice(0, -1), (user) =>
      related('{n} for {user}', placeOfFact(user.facts.from, user), { n: user.guest.count, user: user.path }),
    ),
    fixes: fewerCopies(last),
  };
  const overfull = device.mediatedTypes.find(
    (type) => (byType.get(type.id) ?? 0) > (valueOf(type.facts.maxInstances) ?? Number.POSITIVE_INFINITY),
  );
  const [most, framebuffer] = [valueOf(device.facts.gpu.vgpuMax), valueOf(device.facts.gpu.memory)];
  if (overfull !== undefined) {
    const args = { gpu: device.path, type: overfull.id, sum: byType.get(overfull.id) ?? 0, max: valueOf(overfull.facts.maxInstances) ?? 0 };
    report('instances', at, args, extras);
  } else if (most !== undefined && total > most) report('vgpus', at, { gpu: device.path, sum: total, max: most }, extras);
  else if (framebuffer !== undefined && memory > framebuffer)
    report('framebuffer', at, { gpu: device.path, sum: formatBytes(memory), max: formatBytes(framebuffer) }, extras);
}
