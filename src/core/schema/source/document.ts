import { deviceDefinitions } from './device.js';
import {
  byId,
  count,
  either,
  flag,
  fraction,
  list,
  number,
  object,
  oneOfWords,
  quantity,
  reference,
  type Schema,
  text,
  use,
  valueDefinitions,
} from './dsl.js';
import { hostDefinitions } from './host.js';
import { virtualizationDefinitions } from './virtualization.js';
import type { Vocabulary } from './vocabulary.js';

const severityWords = { off: 'Not reported.', hint: 'Hint.', info: 'Information.', warning: 'Warning.', error: 'Error.' };

const tenant: Schema = object('An owner of guests: a trust and accounting boundary.', {
  title: text('A name for people.', 'Trading desk'),
  description: text('Who it is.', 'Customer A'),
  trust: oneOfWords(
    'Whether others need protection from it.',
    {
      untrusted: 'Its guests may be hostile.',
      trusted: 'Its guests are as trustworthy as the platform.',
      platform: 'It is the operator of the host.',
    },
    { default: 'untrusted', source: 'the safe assumption' },
  ),
  parent: reference(['tenant'], 'Tenant it is part of.', 'acme'),
  availability: oneOfWords('What it was promised.', {
    standard: 'It may be down until something is repaired.',
    ha: 'No single failure may cut it off.',
  }),
  color: { type: 'string', pattern: '^#[0-9a-fA-F]{6}$', description: 'Colour in diagrams.', examples: ['#3b82f6'] },
});

const network: Schema = object('A physical network outside the hosts.', {
  title: text('A name for people.', 'Top-of-rack switch'),
  uplinks: list(reference(['nic-port', 'device'], 'A NIC port.', 'h1/nic0/p0'), 'NIC ports that are plugged into it.', ['h1/nic0/p0']),
  rate: quantity('bit-rate', 'Rate of each of its ports.', { examples: ['100 Gbit/s'] }),
  latency: quantity('duration', 'Time a frame spends in it.', { default: '1 us', source: 'assumed, not measured' }),
  mtu: count('Largest payload of a frame.', { minimum: 68, maximum: 65535, default: 1500 }),
  vepa: flag('Its ports send a frame back where it came from, where that is its way (802.1Qbg, VEPA).'),
  vlans: list(count('VLAN id.', { maximum: 4094, examples: [100] }), 'VLANs it carries. All if left out.', [100, 200]),
});

const sizeOrMix: Schema = either(
  'Size of one packet (Ethernet frame with FCS) or I/O, or a mix of sizes.',
  [
    use('operation-size'),
    { type: 'string', enum: ['imix'] },
    list(
      object(
        'One size of a mix.',
        {
          size: quantity('operation-size', 'Size.', { examples: ['64 B'] }),
          share: number('Its share against the others.', { examples: [7] }),
        },
        { required: ['size'] },
      ),
      'A mix.',
      [
        { size: '64 B', share: 7 },
        { size: '1518 B', share: 1 },
      ],
    ),
  ],
  '1500 B',
  'imix',
);

const endpoint = (what: string, ...examples: string[]): Schema =>
  reference(['virtual-device', 'network', 'guest', 'host'], what, ...examples);

const workload: Schema = object('Traffic or I/O that virtual devices carry. `*` in a reference makes one flow for each device.', {
  title: text('A name for people.', 'Customer uploads'),
  from: endpoint('Where packets come from: a device, a network, or the host itself.', 'web[*]/eth0', 'tor', 'h1'),
  to: endpoint('Where packets go. From one network to another they pass the switches of a host.', 'tor', 'hpc/eth0', 'h1'),
  on: reference(['virtual-device'], 'Storage, GPU or other device that is used.', 'web[*]/vda'),
  size: sizeOrMix,
  rate: quantity('demand', 'Open loop: what each flow offers. "saturate" offers as much as can pass.', {
    examples: ['2 Gbit/s', '50k IOPS', 'saturate'],
  }),
  arrival: oneOfWords(
    'Open loop: how arrivals are spaced.',
    {
      poisson: 'Independent of each other.',
      constant: 'Evenly.',
      'on-off': 'In bursts, see `burst`.',
      trace: 'As recorded, see `trace`.',
    },
    { default: 'poisson' },
  ),
  burst: object('On-off arrivals: lengths of the phases. The rate is the mean over both.', {
    on: quantity('duration', 'Mean length of a burst.', { examples: ['2 ms'] }),
    off: quantity('duration', 'Mean length of a pause.', { examples: ['8 ms'] }),
  }),
  trace: object(
    'Recorded arrivals: CSV with a header, columns `time_s` and, if sizes differ, `size_b`.',
    {
      file: text('Path of the CSV file, relative to this file.', 'capture.csv'),
      repeat: flag('Start again at its end.', true),
    },
    { required: ['file'] },
  ),
  depth: count('Closed loop: requests each flow keeps outstanding.', { minimum: 1, maximum: 1000000, examples: [16] }),
  think: quantity('duration', 'Closed loop: pause of a client between answer and next request.', { default: '0 s' }),
  read: fraction('Storage: fraction of reads.', { default: 1 }),
  access: oneOfWords('Storage: order of addresses.', { random: 'Random.', sequential: 'Sequential.' }, { default: 'random' }),
  cacheHit: fraction('Storage: reads that the host page cache answers.', { default: 0 }),
  work: quantity('duration', 'GPU and accelerators: time one job takes on the whole device alone.', { examples: ['3 ms'] }),
  transfer: quantity('size', 'GPU and accelerators: data one job moves over PCIe.', { examples: ['4 MiB'] }),
  direction: oneOfWords(
    'GPU and accelerators: which way the data of a job goes.',
    { 'to-device': 'The device reads it from memory.', 'from-device': 'The device writes it to memory.', both: 'In and out.' },
    { default: 'to-device' },
  ),
  reply: object('Request and response: what comes back.', {
    size: quantity('operation-size', 'Size of the response.', { examples: ['1500 B'] }),
  }),
  flows: count('Five-tuples it consists of: decides cache hits in a vSwitch and spread over queues.', { minimum: 1, default: 1 }),
  protocol: oneOfWords('Protocol.', { udp: 'UDP or raw frames.', tcp: 'TCP: large segments where offloads allow.' }, { default: 'udp' }),
  priority: count('Traffic class or I/O priority; 0 is the most urgent. The device decides if left out.', { maximum: 7, examples: [0] }),
  workingSet: quantity('size', 'Memory its buffers cycle through: decides IOTLB hits.', { examples: ['2 MiB'] }),
  of: reference(['tenant'], 'Tenant it is accounted to, where it is not the owner of the guest.', 'blue'),
});

const objective: Schema = object('An assertion about the design. It passes, fails, or is unknown.', {
  title: text('A name for people.', 'Gold service: tail latency'),
  metric: oneOfWords('What is measured.', {
    throughput: 'Achieved data or operations per second, each flow.',
    'latency.mean': 'Mean latency.',
    'latency.p50': 'Median latency.',
    'latency.p90': '90th percentile.',
    'latency.p99': '99th percentile.',
    'latency.p99.9': '99.9th percentile.',
    loss: 'Fraction of packets lost.',
    utilisation: 'Fraction of time a resource is busy.',
    interference: 'Throughput a tenant or workload loses when another saturates.',
    fairness: 'Jain index of the shares.',
    cpu: 'CPUs of the host spent on I/O virtualization.',
  }),
  of: reference(
    ['workload', 'tenant', 'guest', 'virtual-device', 'host', 'device', 'switch', 'controller', 'nic-port', 'pcie-port'],
    'What it is measured on.',
    'web-io',
    'blue',
  ),
  by: reference(['workload', 'tenant', 'guest'], 'Interference: the one who loads.', 'red'),
  max: either('Upper limit.', [use('metric-value'), { type: 'number', minimum: 0 }], '500 us', 0.2),
  min: either('Lower limit.', [use('metric-value'), { type: 'number', minimum: 0 }], '35 Gbit/s', 0.95),
  isolate: list(reference(['tenant'], 'A tenant.', 'blue'), 'Two tenants that must be isolated.', ['blue', 'red']),
  from: either(
    'From what they are isolated.',
    [{ $ref: '#/$defs/isolation-aspect' }, { type: 'array', items: { $ref: '#/$defs/isolation-aspect' }, minItems: 1 }],
    'dma',
    ['dma', 'l2'],
  ),
  grade: either(
    'Least grade that is accepted.',
    [
      { type: 'string', pattern: '^(S[0-5]|F[0-3]|P[0-4])$' },
      { type: 'array', items: { type: 'string', pattern: '^(S[0-5]|F[0-3]|P[0-4])$' }, minItems: 1 },
    ],
    'S4',
    ['S3', 'F2'],
  ),
  forbidHop: list(text('A kind or a reference.', 'ovs-dpdk'), 'Techniques, kinds or components that the path may not pass.', [
    'linux-bridge',
  ]),
  maxHops: count('Most components between the guest and the wire or medium.', { minimum: 1, examples: [4] }),
  numaLocal: flag('The path stays on the NUMA node of the guest.'),
  survives: list(
    reference(['device', 'nic-port', 'pcie-port', 'switch', 'controller', 'function', 'network'], 'A component.', 'nic0'),
    'Components whose failure, one at a time, must not cut it off.',
    ['nic0'],
  ),
});

const isolationAspect: Schema = oneOfWords('A way in which tenants touch.', {
  dma: 'Memory through devices.',
  interrupt: 'Interrupts.',
  l2: 'Frames on one segment.',
  software: 'A process or kernel they both use.',
  firmware: 'Firmware they both talk to.',
  state: 'State that one leaves to the other.',
  reset: 'Resets that hit both.',
  queue: 'Queues and schedulers they share.',
  link: 'Links they share.',
  core: 'CPU cores they share.',
  cache: 'Caches they share.',
  media: 'Storage media they share.',
});

const scenario: Schema = object(
  'A named set of changes that is compared with the base design.',
  {
    title: text('A name for people.', 'All on SR-IOV'),
    description: text('What it tries.', 'Moves the web tier to VFs.'),
    set: {
      type: 'object',
      description: 'Path of a property to its value: `h1/web/eth0.technique`. `null` removes it.',
      additionalProperties: {},
      examples: [{ 'h1/web/eth0.technique': 'sriov-vf' }],
    },
  },
  { required: ['set'] },
);

/** A cost as a value, or as a value with its source: one definition for each dimension that costs have. */
const calibratedCosts = (vocabulary: Vocabulary): Record<string, Schema> =>
  Object.fromEntries(
    [...new Set(Object.values(vocabulary.costs).map((cost) => cost.dimension))].map((dimension) => [
      `calibrated-${dimension}`,
      either(
        'A measured cost, with its source if you want it kept.',
        [
          { $ref: `#/$defs/${dimension}` },
          object(
            'A value and where it was measured.',
            {
              value: { $ref: `#/$defs/${dimension}`, description: 'The value.', examples: ['550 ns'] },
              source: text('Where it was measured.', 'fio on h1, 2026-03-01'),
            },
            { required: ['value'] },
          ),
        ],
        '550 ns',
      ),
    ]),
  );

const calibration = (vocabulary: Vocabulary): Schema => {
  const properties = Object.fromEntries(
    Object.entries(vocabulary.costs).map(([id, cost]) => [
      id,
      { $ref: `#/$defs/calibrated-${cost.dimension}`, description: cost.description, default: cost.default, 'x-source': cost.source },
    ]),
  );
  return object('Costs measured on your own machines. They replace the defaults of the cost model.', {
    costs: object('Cost by id.', properties, { examples: [{ 'vhost-net.tx-packet': '550 ns' }] }),
    source: text('Where the values come from.', 'fio and iperf3 on h1, 2026-03-01'),
    pcie: object('How PCIe traffic is counted.', {
      efficiency: oneOfWords(
        'What acknowledgements, flow control and SKP sets leave of a link.',
        {
          calibrated: '0.945, as large transfers on real links reach.',
          guideline: 'The latency limits of the PCIe specification, as published models use them: about 0.92.',
        },
        { default: 'calibrated', source: 'pcie-bench data (SIGCOMM 2018); SPDK commit a73acd9fa5' },
      ),
      nic: oneOfWords(
        'Descriptors, doorbells and interrupts of a NIC.',
        {
          driver: 'As the driver batches them: kernel or poll-mode.',
          simple: 'One of each for every packet.',
          'simple-2018': 'The same as pcie-bench published it: the fetch of the receive descriptor is forgotten upstream.',
        },
        { default: 'driver' },
      ),
    }),
  });
};

const ruleSeverity: Schema = oneOfWords('Severity of a rule in this design.', severityWords);

const rulesSchema = (vocabulary: Vocabulary): Schema =>
  object(
    'Severity of rules in this design.',
    Object.fromEntries(
      Object.entries(vocabulary.rules).map(([name, rule]) => [
        name,
        { $ref: '#/$defs/rule-severity', description: rule.description, default: rule.severity },
      ]),
    ),
    { examples: [{ 'numa-remote-device': 'info' }] },
  );

const suppression: Schema = object(
  'One accepted finding.',
  {
    rule: { type: 'string', description: 'Rule by name or number.', examples: ['iommu-group-split', 'IOVT204'] },
    at: text('The entity it is accepted for; `*` stands for any ids. Everywhere if left out.', 'h1/gpu0', 'h1/web[*]/eth0'),
    reason: {
      type: 'string',
      pattern: '\\S',
      description: 'Why it is accepted. Listed in reports.',
      examples: ['Both guests belong to one customer.'],
    },
  },
  { required: ['rule', 'reason'] },
);

const policy: Schema = object('What the platform allows.', {
  approvedDevices: list(
    { type: 'string', pattern: '^[0-9a-f]{4}:([0-9a-f]{4}|\\*)$', description: 'PCI vendor and device id.', examples: ['15b3:101d'] },
    'Devices that may be assigned to guests. Any if left out.',
    ['15b3:101d'],
  ),
  approvedDrivers: list(text('A driver.', 'vfio-pci'), 'Host drivers that functions of guests may be bound to. Any if left out.', [
    'vfio-pci',
  ]),
  approvedTechniques: list(text('A technique.', 'virtio-net'), 'Techniques that virtual devices may use. Any if left out.', [
    'virtio-net',
    'sriov-vf',
  ]),
  approvedEswitchModes: list({ type: 'string', enum: ['legacy', 'switchdev'] }, 'Modes that NICs with VFs may be in. Any if left out.', [
    'switchdev',
  ]),
  sharedSegments: list(
    object('A segment that tenants share on purpose.', {
      tenants: list(reference(['tenant'], 'A tenant.', 'blue'), 'Tenants.', ['blue', 'red']),
      vlan: count('VLAN id.', { maximum: 4094, examples: [300] }),
      switch: reference(['switch', 'network', 'nic-port'], 'Where.', 'br-int'),
      reason: text('Why.', 'Common services'),
    }),
    'Declared exceptions.',
    [{ tenants: ['blue', 'red'], vlan: 300 }],
  ),
  oversubscription: number('Demand to capacity of links that is accepted.', { default: 1 }),
});

const simulation: Schema = object('How simulations of this design run unless the call says otherwise.', {
  engine: oneOfWords('Engine.', { des: 'Discrete events.', fluid: 'Rates only.' }, { default: 'des' }),
  seed: count('Seed of all random streams.', { default: 1 }),
  duration: quantity('duration', 'Simulated time of one run, at most.', { examples: ['1 s'] }),
  precision: fraction('Half width of the 95 % interval, relative, at which a run stops.', { default: 0.05 }),
  budget: quantity('duration', 'Real time after which a run stops.', { default: '10 s' }),
});

/** The whole schema of the language. */
export function documentSchema(vocabulary: Vocabulary): Schema {
  const template: Schema = {
    description: 'A partial guest or virtual device. It is a guest if it has keys that only guests have.',
    if: {
      anyOf: ['kind', 'count', 'tenant', 'vcpus', 'cpus', 'memory', 'devices', 'emulatorCpus', 'viommu', 'migration'].map((key) => ({
        required: [key],
      })),
    },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { $ref: '#/$defs/guest' },
    else: { $ref: '#/$defs/virtual-device' },
    examples: [{ technique: 'virtio-net', backend: 'vhost-net' }],
  };
  const root = object(
    '',
    {
      $schema: { type: 'string', description: 'Schema of this file, for editors without the extension.', examples: ['./iovt.schema.json'] },
      iovt: { type: 'string', enum: ['1'], description: 'Version of the language.', examples: ['1'] },
      name: text('Name of the design.', 'two tenants on one host'),
      description: text('What it is for.', 'Compares vhost-user with SR-IOV.'),
      include: list(
        { type: 'string', description: 'Path relative to this file.', examples: ['r640.host.iovt'] },
        'Files merged by id before this one.',
        ['r640.host.iovt'],
      ),
      tenants: byId('tenant', 'Owners of guests.', { blue: { title: 'trading', trust: 'untrusted' } }),
      hosts: byId('host', 'Physical servers.', { h1: { hypervisor: 'kvm' } }),
      networks: byId('network', 'Physical networks outside the hosts.', { tor: { uplinks: ['h1/nic0/p0'], rate: '100 Gbit/s' } }),
      profiles: byId('profile', 'Device profiles of your own.', { 'my-nic': { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } } } }),
      templates: byId('template', 'Partial guests and virtual devices that others extend.', { 'fast-nic': { technique: 'sriov-vf' } }),
      workloads: byId('workload', 'Traffic and I/O.', { 'web-out': { from: 'web[*]/eth0', to: 'tor', rate: '2 Gbit/s' } }),
      objectives: byId('objective', 'What is promised.', { tail: { metric: 'latency.p99', of: 'web-out', max: '500 us' } }),
      scenarios: byId('scenario', 'Variants of the design.', { sriov: { set: { 'h1/web/eth0.technique': 'sriov-vf' } } }),
      calibration: use('calibration'),
      rules: use('rules'),
      suppress: list(use('suppression'), 'Findings that are accepted, each with a reason.', [
        { rule: 'shared-pf-cross-tenant', reason: 'accepted in review' },
      ]),
      policy: use('policy'),
      simulation: use('simulation'),
    },
    { required: ['iovt'] },
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'IOVT topology',
    ...root,
    description:
      'A design of I/O virtualization: hosts with their PCIe trees and devices, the virtualization layer, guests, tenants, workloads and objectives.',
    $defs: {
      ...valueDefinitions(),
      ...hostDefinitions,
      ...deviceDefinitions,
      ...virtualizationDefinitions(vocabulary),
      tenant,
      network,
      workload,
      objective,
      'isolation-aspect': isolationAspect,
      scenario,
      template,
      ...calibratedCosts(vocabulary),
      calibration: calibration(vocabulary),
      'rule-severity': ruleSeverity,
      rules: rulesSchema(vocabulary),
      suppression,
      policy,
      simulation,
    },
  };
}
