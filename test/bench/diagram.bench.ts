import { bench, describe } from 'vitest';
import type { Topology } from '../../src/core/model/topology.js';
import { BuildContext } from '../../src/diagram/build/context.js';
import { mappingView } from '../../src/diagram/build/views/mapping.js';
import { drawDiagram } from '../../src/diagram/diagram.js';
import { type LayoutInput, layOut } from '../../src/diagram/layout/layout.js';
import type { Scene } from '../../src/diagram/scene.js';
import { renderSvg } from '../../src/diagram/svg/render.js';
import { topologyOf } from '../support/check.js';

/** Hosts of about fifty nodes, as they are met: fifteen guests of two devices, two bridges, iothreads, a NIC and disks. */
function hosts(count: number): string {
  const guests = Object.fromEntries(
    Array.from({ length: 15 }, (_, g) => [
      `g${g}`,
      {
        tenant: `t${g % 3}`,
        vcpus: 2 + (g % 3),
        devices: {
          eth0:
            g % 4 === 0
              ? { technique: 'sriov-vf', from: 'nic/p1' }
              : { technique: 'virtio-net', backend: 'vhost-user', connect: g % 2 ? 'br0' : 'br1' },
          vda: { technique: 'virtio-blk', controller: `io${g % 2}`, media: g % 3 ? 'ssd0/ns1' : 'pool' },
        },
      },
    ]),
  );
  const host = {
    numa: { n0: { cpus: '0-31', memory: '256 GiB' } },
    pcie: {
      rp0: { kind: 'root-port', numa: 'n0', link: 'gen4 x16', acs: true },
      rp1: { kind: 'root-port', numa: 'n0', link: 'gen4 x4', acs: true },
    },
    devices: {
      nic: { profile: 'nvidia-connectx6dx-2x100g', at: 'rp0', sriov: { vfs: 16 } },
      ssd0: { profile: 'solidigm-p5510-3.84t', at: 'rp1', namespaces: { ns1: { size: '3.8 TB' } } },
      ssd1: { kind: 'nvme', numa: 'n0' },
    },
    volumes: { pool: { kind: 'lvm', on: 'ssd1' } },
    switches: { br0: { kind: 'ovs-dpdk', uplinks: ['nic/p0'], cpus: '2-3' }, br1: { kind: 'ovs-kernel', uplinks: ['nic/p0'] } },
    controllers: { io0: { kind: 'iothread' }, io1: { kind: 'iothread' } },
    guests,
  };
  const all = Object.fromEntries(Array.from({ length: count }, (_, h) => [`h${h}`, host]));
  const uplinks = Object.keys(all).map((id) => `${id}/nic/p0`);
  return JSON.stringify({ iovt: '1', tenants: { t0: {}, t1: {}, t2: {} }, hosts: all, networks: { tor: { uplinks } } });
}

/** What every stage must at least do: visit each node and edge and make an object for it. */
function trivialPass(scene: Scene): number {
  const nodes = scene.nodes.map((node) => ({ id: node.id, rect: { ...node.rect }, facts: node.facts }));
  const edges = scene.edges.map((edge) => ({ id: edge.id, points: edge.points.map((point) => ({ ...point })) }));
  return nodes.length + edges.length;
}

function prepared(topology: Topology): LayoutInput {
  const context = new BuildContext(topology, new Set(), 'asked');
  const picture = mappingView.build(context);
  return {
    view: 'mapping',
    title: '',
    subtitle: '',
    picture,
    drawing: context.drawing,
    notes: [],
    tenants: [],
    problems: { error: 0, warning: 0 },
    run: undefined,
  };
}

for (const count of [14, 70]) {
  const topology = await topologyOf(hosts(count));
  const scene = drawDiagram(topology, { maxNodes: 10_000 });
  const input = prepared(topology);
  describe(`${scene.nodes.length} nodes, ${scene.edges.length} edges`, () => {
    bench('a trivial pass', () => void trivialPass(scene));
    bench('layout: places and routes', () => void layOut(input));
    bench('topology to scene', () => void drawDiagram(topology, { maxNodes: 10_000 }));
    bench('scene to SVG', () => void renderSvg(scene));
  });
}

describe('a guest with a count of 2000', () => {
  const guest = (count: number) =>
    `{ "iovt": "1", "hosts": { "h": { "switches": { "b": { "kind": "linux-bridge" } }, "guests": { "g": { "count": ${count}, "devices": { "e": { "technique": "virtio-net", "connect": "b" } } } } } } }`;
  for (const count of [1, 2000]) {
    const design = topologyOf(guest(count));
    bench(`count ${count}`, async () => void drawDiagram(await design));
  }
});
