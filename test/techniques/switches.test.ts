import { expect, test } from 'vitest';
import type { Stage, Thread } from '../../src/techniques/stage.js';
import { switchKinds } from '../../src/techniques/switches/index.js';
import { cpuSec, packet, probe, QUIET } from '../support/designs.js';

/** One packet from port to port of a switch on a host of a given clock. */
async function portToPort(kind: string, options: { clock: string; facts?: object; flows?: number; device?: object }): Promise<Stage[]> {
  const { clock, facts = {}, flows = 1, device = { technique: 'virtio-net', connect: 'sw' } } = options;
  const host = {
    iommu: { state: 'off' },
    numa: { n0: { cpus: '0-15', clock } },
    switches: { sw: { kind, uplinks: ['nic0/p0'], cpus: '2', ...facts } },
  };
  const { topology, context } = await probe(device, { host }, { ...QUIET, flows });
  const entity = topology.hosts[0]?.switches[0];
  const definition = switchKinds.get(kind);
  if (entity === undefined || definition === undefined) throw new Error(kind);
  const received = definition.uplinkReceive(context, entity);
  // Whoever takes a packet from the port carries it on; user-space switches do all on their own threads.
  const carrier = received.find((stage) => stage.thread !== undefined)?.thread as Thread;
  return [...received, ...definition.forward(context, entity, carrier), ...definition.uplinkTransmit(context, entity, carrier)];
}

const rateMpps = (stages: readonly Stage[]) => 1e-6 / cpuSec(stages, packet(64));

// Each figure is what the source measured from physical port to physical port on one core.
test('a Linux bridge forwards about as fast as IP forwarding: 1.74 Mpps on a 3.6 GHz core (CoNEXT 2018)', async () => {
  expect(rateMpps(await portToPort('linux-bridge', { clock: '3.6 GHz' }))).toBeCloseTo(1.74, 2);
});

test('the OVS kernel datapath forwards 1.25 Mpps on a core (commit f7dc6d34b)', async () => {
  expect(rateMpps(await portToPort('ovs-kernel', { clock: '3 GHz' }))).toBeCloseTo(1.25, 2);
});

test('OVS-DPDK forwards 12.0 to 12.4 Mpps with its exact-match cache, 5.4 Mpps without (commits d262ac2c6, af697f26b)', async () => {
  const cached = rateMpps(await portToPort('ovs-dpdk', { clock: '3 GHz' }));
  expect(cached).toBeGreaterThan(12);
  expect(cached).toBeLessThan(12.6);
  expect(rateMpps(await portToPort('ovs-dpdk', { clock: '3 GHz', facts: { emc: false } }))).toBeCloseTo(5.4, 1);
});

test('VPP bridges 10.8 Mpps on a 2.3 GHz core (CSIT 17.07)', async () => {
  expect(rateMpps(await portToPort('vpp', { clock: '2.3 GHz' }))).toBeCloseTo(10.8, 1);
});

test('more flows than the exact-match cache holds, and more subtables, make OVS-DPDK slower', async () => {
  const rate = async (options: object) => rateMpps(await portToPort('ovs-dpdk', { clock: '3 GHz', ...options }));
  expect(await rate({ flows: 100_000 })).toBeLessThan(await rate({ flows: 100 }));
  const one = cpuSec(await portToPort('ovs-dpdk', { clock: '3 GHz', facts: { emc: false } }), packet(64));
  const three = cpuSec(await portToPort('ovs-dpdk', { clock: '3 GHz', facts: { emc: false, subtables: 3 } }), packet(64));
  expect(three - one).toBeCloseTo(2 * 72e-9, 12);
});

test('a kernel switch hands what misses its cache to ovs-vswitchd, a polling one does it itself', async () => {
  const facts = { missRatio: 0.01 };
  const kernel = await portToPort('ovs-kernel', { clock: '3 GHz', facts });
  expect(kernel.find((stage) => stage.label === 'upcall')?.thread?.id).toBe('h1/sw#handlers');
  const polling = await portToPort('ovs-dpdk', { clock: '3 GHz', facts });
  expect(new Set(polling.flatMap((stage) => stage.thread?.id ?? []))).toEqual(new Set(['h1/sw#pmd']));
});

test('with hardware offload packets of a VF stay in the NIC, those of a tap do not', async () => {
  const facts = { hwOffload: true };
  const vf = await portToPort('ovs-kernel', { clock: '3 GHz', facts, device: { technique: 'sriov-vf', from: 'nic0/p0', connect: 'sw' } });
  expect(cpuSec(vf, packet(64))).toBe(0);
  const tap = await portToPort('ovs-kernel', { clock: '3 GHz', facts });
  expect(cpuSec(tap, packet(64))).toBeGreaterThan(0);
});
