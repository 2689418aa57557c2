import type { Controller } from '../../core/model/controller.js';
import type { Workload } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { type CpuSet, cpuSetOf, formatCpuSet, union } from '../../core/units/cpu-set.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { freeCpusBeside } from '../support/free.js';
import { push } from '../support/maps.js';
import { servedByControllers } from '../support/served.js';
import { splitByTenant } from '../support/split.js';
import { tenantNames, tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity, placeOfFact, rewriting, setting } from '../support/text.js';
import { counted, listed, relatedPlaces } from '../support/words.js';

const disk = (media: string, controller = 'io1', more: object = {}) => ({ technique: 'virtio-blk', controller, media, ...more });
const drives = { ssd0: { kind: 'nvme', namespaces: { ns1: {}, ns2: {} } } };
const spdk = (cpus: string) => ({
  numa: { n0: { cpus: '0-15' } },
  devices: drives,
  controllers: { spdk: { kind: 'vhost-user', cpus } },
  guests: {
    a: { tenant: 'blue', memory: { shared: true }, devices: { vda: disk('ssd0/ns1', 'spdk', { backend: 'vhost-user' }) } },
    b: { tenant: 'red', memory: { shared: true }, devices: { vda: disk('ssd0/ns2', 'spdk', { backend: 'vhost-user' }) } },
  },
});
const oneGuest = (second: string) => ({
  devices: drives,
  controllers: { io1: { kind: 'iothread', cpus: '5' }, io2: { kind: 'iothread', cpus: '6' } },
  guests: { a: { devices: { vda: disk('ssd0/ns1'), vdb: disk('ssd0/ns2', second) } } },
});
const load = {
  workloads: { log: { on: 'a/vda', size: '4 KiB', rate: '1k IOPS' }, dump: { on: 'a/vdb', size: '1 MiB', rate: 'saturate' } },
  objectives: { quick: { metric: 'latency.p99', of: 'log', max: '500 us' } },
};
const two = { tenants: { blue: {}, red: {} } };

export const sharedIoThread = defineRule({
  id: 'IOVT239',
  name: 'shared-io-thread',
  title: 'Disks that should not disturb each other are served on one CPU',
  severity: 'warning',
  group: 'sharing',
  messages: {
    tenants: '{controller} serves {disks} of {tenants} with {cpus}: load of one delays the others.',
    bulk: '{controller} serves {critical}, whose latency {objective} promises, and {bulk}, which takes all that it can get.',
  },
  docs: {
    why: 'An iothread is one event loop of one QEMU process; named by disks of several guests it is one thread in each of them, and all run on its CPUs. A reactor of SPDK polls its controllers from one core, and a vhost worker serves its queues in turn: a request that comes behind a long one waits for it.',
    fix: 'Give the critical disk a controller of its own, or the controller more CPUs than tenants.',
    sources: ['SPDK doc/vhost.md', 'libvirt formatdomain, IOThreads', 'Linux include/uapi/linux/vhost.h, VHOST_NEW_WORKER'],
  },
  examples: {
    bad: [onHost(spdk('4'), two), onHost(oneGuest('io1'), load)],
    good: [onHost(spdk('4-5'), two), onHost(oneGuest('io2'), load)],
  },
  check(topology, report) {
    const promises = promisesOf(topology);
    for (const [controller, served] of servedByControllers(topology)) {
      const tenants = tenantsOf(served);
      const cpus = valueOf(controller.facts.cpus);
      const places = () => relatedPlaces(served, ({ device }) => related('{device}', placeOfEntity(device), { device: device.path }));
      const isThread = controller.controllerKind !== 'vios' && controller.controllerKind !== 'dpu';
      if (isThread && cpus !== undefined && tenants.length > 1 && cpus.size < tenants.length) {
        const disks = listed(served.map(({ device }) => device.path));
        const args = { controller: controller.path, disks, tenants: tenantNames(tenants), cpus: counted(cpus.size, 'CPU') };
        report('tenants', placeOfFact(controller.facts.cpus, controller), args, {
          entity: controller,
          related: places(),
          fixes: [...splitByTenant(topology, { entity: controller, served }), ...moreCpus(controller, cpus, tenants.length)],
        });
        continue;
      }
      if ((cpus?.size ?? 1) > 1 || served.length < 2) continue;
      const critical = served.find(({ device }) => promises.latency.has(device));
      const bulk = served.find(({ device }) => promises.bulk.has(device) && !promises.latency.has(device));
      if (critical === undefined || bulk === undefined) continue;
      report(
        'bulk',
        placeOfFact(bulk.device.facts.controller, bulk.device),
        {
          controller: controller.path,
          critical: critical.device.path,
          objective: promises.latency.get(critical.device)?.[0] ?? '',
          bulk: bulk.device.path,
        },
        { entity: bulk.device, related: places(), fixes: controller.controllerKind === 'iothread' ? ownThread(critical.device) : [] },
      );
    }
  },
});

/** Disks whose latency an objective promises, and disks that a workload fills. */
function promisesOf(topology: Topology) {
  const latency = new Map<VirtualDevice, string[]>();
  const bulk = new Set<VirtualDevice>();
  const on = (workload: Workload) => valueOf(workload.facts.on)?.as('virtual-device');
  for (const objective of topology.objectives) {
    const target = valueOf(objective.facts.of)?.as('workload', 'virtual-device');
    const device = target?.kind === 'workload' ? on(target) : target;
    if (device !== undefined && valueOf(objective.facts.metric)?.startsWith('latency') === true) push(latency, device, objective.path);
  }
  for (const workload of topology.workloads) {
    const device = on(workload);
    const rate = valueOf(workload.facts.rate);
    if (device !== undefined && (rate?.word === 'saturate' || (valueOf(workload.facts.depth) ?? 0) >= BULK_DEPTH)) bulk.add(device);
  }
  return { latency, bulk };
}

/** A queue this deep is kept full by copies and scans, not by requests that somebody waits for. */
const BULK_DEPTH = 32;

/** A CPU for each tenant; which of them serves whom is up to the process. */
function moreCpus(controller: Controller, cpus: CpuSet, tenants: number) {
  const free = freeCpusBeside(controller.host, cpus).slice(0, tenants - cpus.size);
  if (cpus.size + free.length < tenants || controller.controllerKind === 'iothread') return [];
  const text = formatCpuSet(union(cpus, cpuSetOf(free.map((cpu) => [cpu, cpu] as const))));
  return fixOf(
    'Run {controller} on CPUs {cpus}',
    { controller: controller.path, cpus: text },
    changing(controller.facts.cpus, controller, ['cpus'], text),
  );
}

function ownThread(device: VirtualDevice) {
  const { host } = device.guest;
  const names = new Set(host.controllers.map(({ id }) => id));
  let id = `io-${device.guest.id}`;
  for (let n = 2; names.has(id); n++) id = `io-${device.guest.id}-${n}`;
  return fixOf(
    'Give {device} an iothread of its own',
    { device: device.path },
    setting(host, ['controllers', id], { kind: 'iothread' }),
    rewriting(device, { controller: id }),
  );
}
