import { poolOf } from '../../core/model/assign.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { keyPlace, property } from '../../core/text/tree.js';
import { defineRule, type Report, related } from '../rule.js';
import { assignments } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf, isInDocument, placeOfEntity, placeOfFact } from '../support/text.js';
import { devicesOf, takersByFunction } from '../support/vfs.js';
import { counted, relatedPlaces } from '../support/words.js';

const messages = {
  perVf: '{device} asks for {queues}, but a VF of {nic} has {max}.',
  perVfOfMany: '{device} asks for {queues}, but a VF of {nic} has {max} while {vfs} are enabled.',
  listed: '"{vfs}" of {pf} is to have {queues}, but a VF has {max}.',
  nvme: '{device} asks for {queues}; with the admin queue that is more than the {max} queue resources of one VF of {nic}.',
  pool: 'VFs of {nic} ask for {queues} together, but the device has {max}.',
} as const;

export const queuesExceedBackend = defineRule({
  id: 'IOVT120',
  name: 'queues-exceed-backend',
  title: 'More queues than the VF or the device has',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages,
  docs: {
    why: 'How many queues a VF has depends on the controller, and on some shrinks with the number of VFs: an 82599 gives 4 pairs up to 32 VFs and 2 beyond, an XL710 up to 16. What is asked for beyond that is refused, or silently cut.',
    fix: 'Ask for what there is, or enable fewer VFs where that frees queues.',
    sources: ['DPDK doc/guides/nics/intel_vf.rst', 'Intel Ethernet Controller X710 datasheet', 'QEMU hw/nvme/ctrl.c'],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', maxQueuesPerVf: 4, sriov: { vfs: 8 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', queues: 8 } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', queuesByVfs: { '32': 4, '64': 2 }, sriov: { vfs: 48 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', queues: 4 } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', queuePool: 32, sriov: { vfs: 8 } } },
        guests: { a: { count: 6, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', queues: 8 } } } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', queuesByVfs: { '32': 4, '64': 2 }, sriov: { vfs: 16 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', queues: 4 } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', queuePool: 64, sriov: { vfs: 8 } } },
        guests: { a: { count: 6, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', queues: 8 } } } },
      }),
    ],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) checkTaker(device, report);
    for (const device of devicesOf(topology)) {
      for (const fn of device.functions) checkSettings(fn, report);
      checkPool(topology, device, report);
    }
  },
});

function checkTaker(device: VirtualDevice, report: Report<typeof messages>): void {
  const queues = valueOf(device.facts.queues);
  if (queues === undefined || device.technique?.takes !== 'vf') return;
  for (const fn of poolOf(device)) {
    const limit = queuesOfVf(fn);
    if (limit === undefined || queues <= limit.max) continue;
    const nic = fn.device;
    const args = { device: device.path, queues: pairs(queues), nic: nic.path, max: limit.max, vfs: fn.numVfs };
    report(
      limit.isNvme ? 'nvme' : limit.dependsOnCount ? 'perVfOfMany' : 'perVf',
      placeOfFact(device.facts.queues, device),
      withLimit(args, limit),
      {
        entity: device,
        related: [related('{nic}', placeOfEntity(nic), { nic: nic.path })],
        fixes: fixOf('Ask for {n}', { n: pairs(limit.max) }, changing(device.facts.queues, device, ['queues'], limit.max)),
      },
    );
    return;
  }
}

/** Settings of VFs that a function lists. */
function checkSettings(fn: PhysicalFunction, report: Report<typeof messages>): void {
  const limit = queuesOfVf(fn);
  if (limit === undefined) return;
  for (const range of fn.vfRanges) {
    const queues = property(range.property.value, 'queues');
    const value = queues?.value;
    if (queues === undefined || value?.type !== 'number' || (value.value as number) <= limit.max || !isInDocument(value)) continue;
    const args = { vfs: range.property.key, pf: fn.path, queues: pairs(value.value as number), max: limit.max };
    const fixes = fixOf('Set {n}', { n: pairs(limit.max) }, { kind: 'text', at: value, newText: String(limit.max) });
    report('listed', value, args, { entity: fn, related: [related('set here', keyPlace(range.property))], fixes });
  }
}

function checkPool(topology: Topology, device: Device, report: Report<typeof messages>): void {
  const pool = valueOf(device.facts.queuePool);
  if (pool === undefined) return;
  const takers = takersByFunction(topology);
  const given = assignments(topology);
  const users = new Set(device.functions.flatMap((fn) => takers.get(fn) ?? []));
  const asked = [...users].map((user) => ({
    user,
    queues: (valueOf(user.facts.queues) ?? 0) * given.countOn(user, device),
  }));
  const sum = asked.reduce((total, { queues }) => total + queues, 0);
  if (sum <= pool) return;
  const largest = [...asked].sort((a, b) => b.queues - a.queues);
  const [first] = largest;
  if (first === undefined) return;
  report(
    'pool',
    placeOfFact(first.user.facts.queues, first.user),
    { nic: device.path, queues: pairs(sum), max: pool },
    {
      entity: device,
      related: relatedPlaces(largest, ({ user, queues }) =>
        related('{n} for {user}', placeOfFact(user.facts.queues, user), { n: queues, user: user.path }),
      ),
    },
  );
}

interface Limit {
  readonly max: number;
  readonly dependsOnCount: boolean;
  readonly isNvme: boolean;
  /** NVMe: queue resources of a VF, the admin queue among them. */
  readonly resources?: number;
}

/** Queue pairs that a VF can have. */
function queuesOfVf(fn: PhysicalFunction): Limit | undefined {
  const { device } = fn;
  const resources = valueOf(device.facts.storage.vqMaxPerVf);
  if (device.deviceKind === 'nvme' && resources !== undefined) {
    return { max: Math.max(0, resources - 1), dependsOnCount: false, isNvme: true, resources };
  }
  const fixed = valueOf(device.facts.maxQueuesPerVf);
  const steps = Object.entries(valueOf(device.facts.queuesByVfs) ?? {})
    .map(([upTo, queues]) => ({ upTo: Number(upTo), queues }))
    .sort((a, b) => a.upTo - b.upTo);
  const step = fn.facts.sriov.vfs.state === 'unknown' ? undefined : steps.find(({ upTo }) => fn.numVfs <= upTo);
  if (step !== undefined) return { max: Math.min(step.queues, fixed ?? step.queues), dependsOnCount: true, isNvme: false };
  return fixed === undefined ? undefined : { max: fixed, dependsOnCount: false, isNvme: false };
}

function withLimit<T extends { readonly max: number }>(args: T, limit: Limit): T {
  return limit.resources === undefined ? args : { ...args, max: limit.resources };
}

function pairs(n: number): string {
  return counted(n, 'queue pair');
}
