import fc from 'fast-check';

type Entry = Record<string, unknown>;

/** Ids `prefix0`, `prefix1`, … for a list of values. */
function keyed<T>(prefix: string, values: readonly T[]): Record<string, T> {
  return Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));
}

const maybe = <T>(value: T, chance: number) => fc.integer({ min: 0, max: 99 }).map((n) => (n < chance ? value : undefined));

/** One of the names that exist, or one that does not. */
const nameOf = (prefix: string, count: number) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.nat({ max: Math.max(0, count - 1) }).map((n) => `${prefix}${n}`) },
    { weight: 1, arbitrary: fc.constant('nowhere') },
  );

const port = (numa: number, ports: number) =>
  fc.record(
    {
      kind: fc.constantFrom('root-port', 'switch-upstream', 'switch-downstream', 'pci-bridge'),
      numa: nameOf('n', numa),
      at: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: nameOf('rp', ports) }),
      link: fc.constantFrom('gen4 x16', 'gen3 x4'),
      acs: fc.boolean(),
      multifunction: fc.boolean(),
    },
    { requiredKeys: [] },
  );

const device = (numa: number, ports: number) => {
  const place = {
    at: fc.option(nameOf('rp', ports), { nil: undefined }),
    numa: fc.option(nameOf('n', numa), { nil: undefined }),
    title: fc.string({ maxLength: 60 }),
  };
  return fc.oneof(
    fc.record({
      ...place,
      kind: fc.constant('nic'),
      ports: fc.integer({ min: 1, max: 3 }).map((n) => keyed('p', Array(n).fill({ rate: '25 Gbit/s' }))),
      sriov: fc.record({ vfs: fc.integer({ min: 0, max: 20 }) }),
    }),
    fc.record({
      ...place,
      kind: fc.constant('nvme'),
      namespaces: fc.integer({ min: 0, max: 3 }).map((n) => keyed('ns', Array(n).fill({ size: '1 TB' }))),
    }),
    fc.record({
      ...place,
      kind: fc.constantFrom('gpu', 'hba', 'usb'),
      functions: fc.constantFrom(undefined, { f0: { index: 0 }, f1: { index: 1, sriov: { vfs: 2 } } }),
    }),
    fc.record({ kind: fc.constant('disk'), at: fc.nat({ max: 3 }).map((n) => `dev${n}`) }),
  );
};

const virtualDevice = fc.oneof(
  fc.record({
    technique: fc.constant('virtio-net'),
    backend: fc.constantFrom('vhost-net', 'vhost-user', 'qemu', undefined),
    connect: nameOf('sw', 3),
    vlan: maybe(100, 30),
  }),
  fc.record({
    technique: fc.constant('virtio-blk'),
    media: fc.oneof(
      nameOf('vol', 2),
      fc.nat({ max: 4 }).map((n) => `dev${n}`),
      fc.constant('dev1/ns0'),
    ),
    controller: fc.oneof(fc.constant(undefined), nameOf('io', 2), fc.constant(['io0', 'io1'])),
  }),
  fc.record({
    technique: fc.constant('sriov-vf'),
    from: fc.oneof(
      fc.nat({ max: 4 }).map((n) => `dev${n}`),
      fc.constant('dev0/p0'),
      fc.constant('dev0/p0/vf3'),
    ),
  }),
  fc.record({ technique: fc.constantFrom('passthrough', 'mdev', 'vdpa-hw'), from: fc.nat({ max: 4 }).map((n) => `dev${n}`) }),
  fc.record({
    technique: fc.constantFrom('veth', 'macvlan', 'e1000', 'emulated-nic'),
    connect: fc.oneof(nameOf('sw', 3), fc.constant('dev0/p0'), nameOf('net', 2)),
  }),
);

/** A guest that refers to what `host` may have. */
export const guest: fc.Arbitrary<Entry> = fc.record({
  kind: fc.constantFrom('vm', 'container'),
  tenant: fc.option(nameOf('t', 3), { nil: undefined }),
  count: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) }),
  vcpus: maybe(4, 60),
  cpus: maybe('2-5', 30),
  devices: fc.array(virtualDevice, { maxLength: 4 }).map((list) => keyed('d', list)),
});

const host: fc.Arbitrary<Entry> = fc.record({
  numa: fc.integer({ min: 0, max: 2 }).map((n) =>
    keyed(
      'n',
      Array.from({ length: n }, (_, i) => ({ cpus: `${i * 8}-${i * 8 + 7}` })),
    ),
  ),
  pcie: fc.array(port(2, 4), { maxLength: 5 }).map((list) => keyed('rp', list)),
  devices: fc.array(device(2, 5), { maxLength: 6 }).map((list) => keyed('dev', list)),
  switches: fc
    .array(
      fc.record({
        kind: fc.constantFrom('linux-bridge', 'ovs-kernel', 'ovs-dpdk'),
        uplinks: fc.array(fc.oneof(fc.constantFrom('dev0/p0', 'dev0/p1', 'dev1/p0', 'dev0', 'h1/dev0/p0'), nameOf('sw', 3)), {
          maxLength: 3,
        }),
        cpus: maybe('2-3', 40),
      }),
      { maxLength: 3 },
    )
    .map((list) => keyed('sw', list)),
  controllers: fc
    .array(
      fc.record({
        kind: fc.constantFrom('iothread', 'vhost-user', 'dpu'),
        cpus: maybe('5', 40),
        device: maybe('dev0', 30),
        devices: maybe(['dev1', 'vol0'], 30),
      }),
      { maxLength: 2 },
    )
    .map((list) => keyed('io', list)),
  volumes: fc
    .array(
      fc.record({
        kind: fc.constantFrom('lvm', 'zfs', 'remote'),
        on: fc.array(fc.oneof(fc.constantFrom('dev0', 'dev1', 'dev1/ns0', 'dev2'), nameOf('vol', 2)), { maxLength: 3 }),
      }),
      { maxLength: 2 },
    )
    .map((list) => keyed('vol', list)),
  guests: fc.array(guest, { maxLength: 6 }).map((list) => keyed('g', list)),
});

/** Designs that mostly make sense: references lead somewhere, or nowhere, or round in circles. */
export const design = fc.record({
  iovt: fc.constant('1'),
  tenants: fc.constant(keyed('t', [{}, { title: 'Second' }, { color: '#3b82f6' }])),
  hosts: fc.array(host, { minLength: 1, maxLength: 3 }).map((list) => keyed('h', list)),
  networks: fc
    .array(
      fc.record({
        uplinks: fc.array(fc.constantFrom('h0/dev0/p0', 'h0/dev0/p1', 'h1/dev0/p0', 'h0/dev1/p0', 'h2/dev0'), { maxLength: 4 }),
        rate: maybe('100 Gbit/s', 60),
      }),
      { maxLength: 2 },
    )
    .map((list) => keyed('net', list)),
});

export type Design = typeof design extends fc.Arbitrary<infer T> ? T : never;
