import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { firstInstance } from '../../core/model/guest.js';
import { chainOf, type MappingNode } from '../../core/model/mapping.js';
import { type NumaNode, numaNodeOf, type PciePort } from '../../core/model/pcie.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { nodesOfGuest } from '../support/numa.js';
import { devicesOfObjective } from '../support/objectives.js';
import { otherWays } from '../support/other-ways.js';
import { movesTo } from '../support/slots.js';
import { isInDocument, placeOfEntity, placeOfFact } from '../support/text.js';
import { listed } from '../support/words.js';

const host = {
  numa: { n0: { cpus: '0-7' }, n1: { cpus: '8-15' } },
  devices: {
    nic0: { kind: 'nic', numa: 'n1', ports: { p0: {} } },
    nic1: { kind: 'nic', numa: 'n0', ports: { p0: {} }, sriov: { vfs: 4 } },
  },
  switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] } },
  guests: { a: { cpus: '0-3', devices: { eth0: { technique: 'virtio-net', backend: 'vhost-net', connect: 'br0' } } } },
};
const objective = (more: object) => ({ objectives: { o: { of: 'a/eth0', ...more } } });

export const sloPathHopForbidden = defineRule({
  id: 'IOVT602',
  name: 'slo-path-hop-forbidden',
  title: 'A path passes what its objective forbids',
  severity: 'error',
  group: 'objectives',
  messages: {
    hop: '"{objective}": {device} passes {hop} ({what}), which is forbidden.',
    own: '"{objective}": {device} is {what}, which is forbidden.',
    many: '"{objective}": {device} passes {n} components, and {most} are allowed.',
    remote: '"{objective}": {device} passes {hop} on {node}, but {guest} runs on {own}.',
  },
  docs: {
    why: 'What a path passes decides whom a guest has to trust and how long its packets take: a bug in a kernel back end is one in the host kernel, one in a user-space process is not.',
    fix: 'Attach the device in another way, or allow the component.',
    sources: [
      'Kata Containers: virtualization and device back ends',
      'OpenStack Nova: Attaching physical PCI devices to guests, NUMA policies',
    ],
  },
  examples: {
    bad: [
      onHost(host, objective({ forbidHop: ['linux-bridge'] })),
      onHost(host, objective({ maxHops: 2 })),
      onHost(host, objective({ numaLocal: true })),
    ],
    good: [onHost(host, objective({ forbidHop: ['ovs-dpdk'] })), onHost(host, objective({ maxHops: 12 }))],
  },
  check(topology, report) {
    for (const objective of topology.objectives) {
      const forbidden = new Set(valueOf(objective.facts.forbidHop) ?? []);
      const most = valueOf(objective.facts.maxHops);
      const isLocal = valueOf(objective.facts.numaLocal) === true;
      if (forbidden.size === 0 && most === undefined && !isLocal) continue;
      for (const device of new Set(devicesOfObjective(objective))) {
        const hops = hopsOf(device);
        const args = { objective: objective.path, device: device.path };
        const found = hops.find(({ names }) => names.some((name) => forbidden.has(name)));
        const extras = (at: Place, fixes = otherWays(device, topology)) => ({
          entity: objective,
          related: isInDocument(at) ? [related('{device}', at, { device: device.path })] : [],
          fixes,
        });
        if (found !== undefined) {
          const what = found.names.find((name) => forbidden.has(name)) ?? '';
          report(
            found.path === device.path ? 'own' : 'hop',
            placeOfFact(objective.facts.forbidHop, objective),
            { ...args, hop: found.path, what },
            extras(found.at),
          );
        }
        if (most !== undefined && hops.length > most)
          report('many', placeOfFact(objective.facts.maxHops, objective), { ...args, n: hops.length, most }, extras(placeOfEntity(device)));
        const remote = isLocal ? remoteHop(device) : undefined;
        if (remote !== undefined) {
          const { card, ...names } = remote;
          const nodes = nodesOfGuest(device.guest);
          const near = (slot: PciePort) => [...nodes].includes(numaNodeOf(slot) as NumaNode);
          const fixes = [...movesTo(card, near), ...otherWays(device, topology)];
          report('remote', placeOfFact(objective.facts.numaLocal, objective), { ...args, ...names }, extras(placeOfEntity(device), fixes));
        }
      }
    }
  },
});

interface Hop {
  readonly path: string;
  readonly at: Place;
  /** Everything that a text may call it by. */
  readonly names: readonly string[];
}

/** The device itself and the components on its way, NUMA nodes left out: those are places, not hops. */
function hopsOf(device: VirtualDevice): Hop[] {
  const { facts } = device;
  const own = [device.technique?.name, valueOf(facts.backend), valueOf(facts.model)].filter((name) => name !== undefined);
  const nodes = chainFrom(device).filter(({ kind }) => kind !== 'numa-node' && kind !== 'pcie-port');
  return [
    { path: device.path, at: placeOfEntity(device), names: own },
    ...nodes.map((node) => ({ path: node.path, at: placeOfEntity(node), names: namesOf(node) })),
  ];
}

function chainFrom(device: VirtualDevice): MappingNode[] {
  const instance = firstInstance(device.guest).devices[device.guest.devices.indexOf(device)];
  return instance === undefined ? [] : chainOf(instance);
}

function namesOf(node: MappingNode): string[] {
  const kind =
    node.kind === 'switch'
      ? node.switchKind
      : node.kind === 'controller'
        ? node.controllerKind
        : node.kind === 'device'
          ? node.deviceKind
          : undefined;
  return [node.kind, node.id, node.path, ...(kind === undefined ? [] : [kind])];
}

function remoteHop(device: VirtualDevice) {
  const own = nodesOfGuest(device.guest);
  if (own.size === 0) return undefined;
  for (const node of chainFrom(device)) {
    const there = node.kind === 'device' ? numaNodeOf(node) : undefined;
    if (there !== undefined && !own.has(there))
      return {
        card: node as Device,
        hop: node.path,
        node: there.path,
        guest: device.guest.path,
        own: listed([...own].map(({ path }) => path)),
      };
  }
  return undefined;
}
