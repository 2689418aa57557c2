import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Tenant } from '../../core/model/document.js';
import type { Switch } from '../../core/model/switch.js';
import type { Place } from '../../core/text/source.js';
import { type CpuSet, cpuSetOf, formatCpuSet, union } from '../../core/units/cpu-set.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { freeCpusBeside } from '../support/free.js';
import { push } from '../support/maps.js';
import { listOf, nicOfPin, type Pin, type Poller, pinsOf, pollers } from '../support/pmd.js';
import { strangers, tenantNames, tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { counted, listed, relatedPlaces } from '../support/words.js';

const nic = (tenant: string, vlan: number) => ({
  tenant,
  memory: { shared: true },
  devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0', vlan } },
});
const guests = { a: nic('blue', 100), b: nic('red', 200) };
const dpdk = (more: object) => ({ br0: { kind: 'ovs-dpdk', ...more } });
const two = { tenants: { blue: {}, red: {} } };

export const sharedPmdCore = defineRule({
  id: 'IOVT237',
  name: 'shared-pmd-core',
  title: 'One polling core serves several tenants',
  severity: 'warning',
  group: 'sharing',
  messages: {
    few: '{switch} polls ports of {n} tenants with {cpus}: load of one delays the others.',
    pinned: 'CPU {cpu} of {switch} polls {ports} of {tenants}: load of one delays the others.',
  },
  docs: {
    why: 'A polling thread takes its queues in turn. What it does for a busy port, and retries to a guest whose ring is full, is time that the others wait. With fewer polling CPUs than tenants, at least one CPU serves two of them.',
    fix: 'Pin the queues of tenants to different CPUs ("rxqAffinity"), or add a CPU.',
    sources: ['Open vSwitch Documentation/topics/dpdk/pmd.rst', 'Open vSwitch Documentation/topics/dpdk/vhost-user.rst, tx-retries'],
  },
  examples: {
    bad: [
      onHost({ numa: { n0: { cpus: '0-7' } }, switches: dpdk({ cpus: '2' }), guests }, two),
      onHost({ switches: dpdk({ cpus: '2-3', rxqAffinity: { 'a/eth0:0': 2, 'b/eth0:0': 2 } }), guests }, two),
    ],
    good: [
      onHost({ switches: dpdk({ cpus: '2-3' }), guests }, two),
      onHost({ switches: dpdk({ cpus: '2-3', rxqAffinity: { 'a/eth0:0': 2, 'b/eth0:0': 3 } }), guests }, two),
    ],
  },
  check(topology, report) {
    for (const poller of pollers(topology)) {
      const { entity, nics, cpus } = poller;
      const tenants = tenantsOf(nics);
      if (tenants.length < 2) continue;
      const extras = {
        entity,
        related: relatedPlaces(nics, ({ device, tenant }) =>
          related('{device} ({tenant})', placeOfEntity(device), { device: device.path, tenant: tenant?.id ?? 'no tenant' }),
        ),
      };
      const shared = sharedPin(poller);
      if (shared !== undefined) {
        const { cpu, ports, at, owners } = shared;
        report(
          'pinned',
          at,
          { cpu, switch: entity.path, ports: listed(ports), tenants: owners },
          { ...extras, fixes: repinned(poller, shared) },
        );
      } else if (cpus !== undefined && cpus.size < tenants.length) {
        report(
          'few',
          placeOfFact(entity.facts.cpus, entity),
          { switch: entity.path, n: tenants.length, cpus: counted(cpus.size, 'CPU') },
          { ...extras, fixes: moreCpus(entity, cpus, tenants.length - cpus.size) },
        );
      }
    }
  },
});

/** CPUs that nobody has, one for each tenant that is short of one. */
function moreCpus(entity: Switch, cpus: CpuSet, n: number): Fix[] {
  const free = freeCpusBeside(entity.host, cpus).slice(0, n);
  return free.length < n ? [] : fixOf('Poll on CPU {cpus} as well', { cpus: text(free) }, pollOn(entity, cpus, free));
}

/** The queues of every tenant but the first to a CPU on which no other tenant has one; where there is none, to one that is free. */
function repinned({ entity, nics, cpus }: Poller, { users }: SharedPin): Fix[] {
  const [first] = tenantsOf(users);
  const moved = users.filter(({ tenant }) => tenant !== first);
  const pinned = new Set(pinsOf(entity).map(({ cpu }) => cpu));
  const own = cpus === undefined ? [] : listOf(cpus).filter((cpu) => !pinned.has(cpu));
  const free = cpus === undefined ? [] : freeCpusBeside(entity.host, cpus);
  const tenants = tenantsOf(moved);
  const targets = tenants.map((tenant) => {
    const has = pinsOf(entity).find((pin) => nicOfPin(pin, nics)?.tenant === tenant && !users.some((user) => user.pin === pin));
    const foreign = has === undefined || pinsOf(entity).some((pin) => pin.cpu === has.cpu && nicOfPin(pin, nics)?.tenant !== tenant);
    return foreign ? (own.shift() ?? free.shift()) : has.cpu;
  });
  const added = targets.filter((cpu) => cpu !== undefined && cpus !== undefined && !listOf(cpus).includes(cpu)) as number[];
  if (targets.includes(undefined) || cpus === undefined) return [];
  return fixOf(
    'Poll the queues of {tenants} on CPU {cpus}',
    { tenants: tenantNames(tenants), cpus: text(targets as number[]) },
    ...(added.length === 0 ? [] : [pollOn(entity, cpus, added)]),
    ...moved.map(({ tenant, pin }) => setting(entity, ['rxqAffinity', pin.key], targets[tenants.indexOf(tenant as Tenant)] as number)),
  );
}

function pollOn(entity: Switch, cpus: CpuSet, more: readonly number[]) {
  return changing(entity.facts.cpus, entity, ['cpus'], formatCpuSet(union(cpus, setOf(more))));
}

function text(cpus: readonly number[]): string {
  return formatCpuSet(setOf(cpus));
}

function setOf(cpus: readonly number[]): CpuSet {
  return cpuSetOf(cpus.map((cpu) => [cpu, cpu] as const));
}

interface SharedPin {
  readonly cpu: number;
  readonly ports: readonly string[];
  readonly owners: string;
  readonly at: Place;
  readonly users: readonly { readonly tenant: Tenant | undefined; readonly port: string; readonly pin: Pin }[];
}

function sharedPin({ entity, nics }: Poller): SharedPin | undefined {
  const byCpu = new Map<number, { tenant: Tenant | undefined; port: string; pin: Pin }[]>();
  for (const pin of pinsOf(entity)) push(byCpu, pin.cpu, { tenant: nicOfPin(pin, nics)?.tenant, port: pin.port, pin });
  for (const [cpu, users] of byCpu) {
    if (strangers(users) === undefined) continue;
    const owned = users.filter(({ tenant }) => tenant !== undefined);
    const at = placeOfFact(entity.facts.rxqAffinity, entity);
    return { cpu, ports: owned.map(({ port }) => port), owners: tenantNames(tenantsOf(owned)), at, users: owned };
  }
  return undefined;
}
