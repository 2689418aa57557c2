import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import { assignedTarget } from '../../core/model/mapping.js';
import { type NumaNode, numaNodeOf } from '../../core/model/pcie.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { cpuSetOf, formatCpuSet } from '../../core/units/cpu-set.js';
import { defineRule, related } from '../rule.js';
import { takenAt } from '../support/assignments.js';
import { freeCpus } from '../support/cpus.js';
import { moveElsewhere } from '../support/elsewhere.js';
import { onHost } from '../support/examples.js';
import { nodeOfDevice, nodesOfGuest } from '../support/numa.js';
import { movesTo } from '../support/slots.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { listed } from '../support/words.js';

const host = (node: string, guest: object, more: object = {}) => ({
  numa: { n0: { cpus: '0-7' }, n1: { cpus: '8-15' } },
  pcie: { rp0: { kind: 'root-port', numa: node, acs: true } },
  devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 } }, ...more },
  guests: { a: { ...guest, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100 } } } },
});

export const numaRemoteDevice = defineRule({
  id: 'IOVT301',
  name: 'numa-remote-device',
  title: 'A device and its guest are on different NUMA nodes',
  severity: 'warning',
  group: 'performance',
  messages: {
    remote: '{device} is on {node}, but {guest} runs on {own}: every DMA and every interrupt crosses between sockets.',
  },
  docs: {
    why: 'DMA to the other node and interrupts from it cost latency and share the link between the sockets. OpenStack and the Topology Manager of Kubernetes exist to avoid this; with a best-effort policy they still place guests like that. It is an error where the guest says "numaPolicy": "required".',
    fix: 'Pin the guest to the node of the device, or take a device on the node of the guest.',
    sources: [
      'OpenStack Nova: Attaching physical PCI devices to guests, NUMA policies',
      'Linux Documentation/ABI/testing/sysfs-bus-pci, numa_node',
      'Neugebauer et al.: Understanding PCIe performance, SIGCOMM 2018',
    ],
  },
  examples: {
    bad: [
      onHost(host('n1', { cpus: '0-3' }, { nic1: { kind: 'nic', numa: 'n0', sriov: { vfs: 4 } } })),
      onHost(host('n1', { memory: { size: '8 GiB', nodes: 'n0' }, numaPolicy: 'required' })),
    ],
    good: [onHost(host('n0', { cpus: '0-3' })), onHost(host('n1', { cpus: '6-9' })), onHost(host('n1', {}))],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) {
      const physical = physicalOf(device);
      const node = physical === undefined ? undefined : nodeOfDevice(physical);
      const own = nodesOfGuest(device.guest);
      if (physical === undefined || node === undefined || own.size === 0 || own.has(node)) continue;
      const { cpus, memory } = device.guest.facts;
      const pinned = cpus.state === 'known' ? cpus : memory;
      report(
        'remote',
        takenAt(device),
        { device: physical.path, node: node.path, guest: device.guest.path, own: listed([...own].map(({ path }) => path)) },
        {
          entity: device,
          severity: valueOf(device.guest.facts.numaPolicy) === 'required' ? 'error' : 'warning',
          related: [related('where {guest} runs', placeOfFact(pinned, device.guest), { guest: device.guest.path })],
          fixes: [
            ...moveElsewhere(device, topology, (fn) => {
              const there = numaNodeOf(fn.device);
              return there !== undefined && own.has(there);
            }),
            ...movesTo(physical, (slot) => [...own].some((there) => there === numaNodeOf(slot))),
            ...pinTo(device.guest, node),
          ],
        },
      );
    }
  },
});

/** CPUs of the other node that nobody has, as many as the guest is pinned to now, and memory there. */
function pinTo(guest: Guest, node: NumaNode): Fix[] {
  const { host, facts, memory } = guest;
  const pinned = facts.cpus.state === 'known' ? facts.cpus.value : undefined;
  // One set for each vCPU is more than numbers: who wrote it meant something by the order.
  if (pinned !== undefined && !('ranges' in pinned)) return [];
  const free = freeCpus(host, node).filter((cpu) => cpu !== 0);
  const cpus = free.slice(0, pinned?.size ?? 0);
  if (cpus.length < (pinned?.size ?? 0)) return [];
  const text = formatCpuSet(cpuSetOf(cpus.map((cpu) => [cpu, cpu] as const)));
  return fixOf(
    pinned === undefined ? 'Keep the memory of {guest} on {node}' : 'Pin {guest} to CPUs {cpus} of {node}',
    { guest: guest.path, cpus: text, node: node.path },
    ...(pinned === undefined ? [] : [changing(facts.cpus, guest, ['cpus'], text)]),
    ...(memory.nodes.state === 'known' ? [changing(memory.nodes, guest, ['memory', 'nodes'], node.id)] : []),
  );
}

function physicalOf(device: VirtualDevice): Device | undefined {
  if (device.technique?.takes === undefined) return undefined;
  const target = assignedTarget(device);
  return target === undefined || target.kind === 'device' ? target : target.device;
}
