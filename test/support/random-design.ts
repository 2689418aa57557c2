import { mulberry } from './seeded.js';

/**
 * A random small host with guests, devices and workloads, valid by construction: kernel and user-space switches, VFs, disks
 * behind iothreads or SPDK, containers; open and closed loads from idle to overload.
 */
export function randomDesign(seed: number): string {
  const random = mulberry(seed);
  const pick = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const between = (low: number, high: number) => low + random() * (high - low);
  const clock = `${between(2, 4).toFixed(1)} GHz`;
  const switchKind = pick('linux-bridge', 'ovs-kernel', 'ovs-dpdk', 'vpp');
  const isUserSpace = switchKind === 'ovs-dpdk' || switchKind === 'vpp';
  const guests: Record<string, object> = {};
  const workloads: Record<string, object> = {};
  const count = 1 + Math.floor(random() * 4);
  for (let i = 0; i < count; i++) {
    const name = `g${i}`;
    const net = pick('switch', 'vf', 'none');
    const disk = pick('iothread', 'main', 'spdk', 'none');
    const devices: Record<string, object> = {};
    if (net === 'switch')
      devices['eth0'] = {
        technique: 'virtio-net',
        backend: isUserSpace ? 'vhost-user' : 'vhost-net',
        connect: 'sw',
        driver: pick('kernel', 'poll-mode'),
      };
    if (net === 'vf') devices['eth0'] = { technique: 'sriov-vf', from: 'nic1/p0', driver: pick('kernel', 'poll-mode') };
    if (disk !== 'none')
      devices['vda'] = {
        technique: 'virtio-blk',
        media: pick('ssd0/ns1', 'ssd0/ns2'),
        cache: 'none',
        ...(disk === 'iothread' ? { controller: 'io1' } : disk === 'spdk' ? { backend: 'vhost-user', controller: 'spdk' } : {}),
      };
    guests[name] = {
      kind: 'vm',
      vcpus: 2,
      cpus: `${16 + 2 * i}-${17 + 2 * i}`,
      memory: { size: '4 GiB', shared: true, hugepages: '2 MiB' },
      devices,
    };
    if (net !== 'none') {
      const outwards = random() < 0.5;
      const network = net === 'vf' ? 'fast' : 'lan';
      const size = pick('64 B', '512 B', '1500 B', 'imix');
      const load =
        random() < 0.3
          ? { depth: pick(16, 64, 256) }
          : { rate: `${between(0.05, net === 'vf' ? 8 : 2.5).toFixed(2)} Mpps`, arrival: pick('poisson', 'constant') };
      workloads[`net${i}`] = {
        ...(outwards ? { from: `${name}/eth0`, to: network } : { from: network, to: `${name}/eth0` }),
        size,
        flows: pick(1, 100),
        ...load,
      };
    }
    if (disk !== 'none')
      workloads[`io${i}`] = {
        on: `${name}/vda`,
        size: pick('4 KiB', '16 KiB', '128 KiB'),
        read: pick(1, 0.7, 0),
        ...(random() < 0.5 ? { depth: pick(1, 8, 32, 128) } : { rate: `${between(1, 120).toFixed(1)}k IOPS` }),
      };
  }
  return JSON.stringify({
    iovt: '1',
    hosts: {
      h1: {
        hypervisor: 'kvm',
        iommu: { state: 'on', mode: 'passthrough', interruptRemapping: true, postedInterrupts: random() < 0.5 },
        numa: { n0: { cpus: '0-31', clock, memory: '256 GiB', memoryBandwidth: '100 GB/s', hugepages: { '2 MiB': 65536 } } },
        pcie: {
          rp0: { kind: 'root-port', numa: 'n0', link: 'gen3 x8' },
          rp1: { kind: 'root-port', numa: 'n0', link: 'gen4 x8' },
          rp2: { kind: 'root-port', numa: 'n0', link: pick('gen3 x4', 'gen4 x4') },
        },
        devices: {
          nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: pick('10 Gbit/s', '25 Gbit/s') } } },
          nic1: {
            kind: 'nic',
            at: 'rp1',
            ports: { p0: { rate: '25 Gbit/s' } },
            functions: { f0: { port: 'p0', sriov: { supported: true, totalVfs: 16, vfs: 16 } } },
          },
          ssd0: {
            profile: pick('intel-p4510-2t', 'solidigm-p5510-3.84t', 'intel-p3700-800g'),
            at: 'rp2',
            namespaces: { ns1: { size: '100 GB' }, ns2: { size: '100 GB' } },
          },
        },
        switches: { sw: { kind: switchKind, uplinks: ['nic0/p0'], cpus: pick('2', '2-3') } },
        controllers: { io1: { kind: 'iothread', cpus: '5' }, spdk: { kind: 'vhost-user', cpus: '6' } },
        guests,
      },
    },
    networks: { lan: { uplinks: ['h1/nic0/p0'], rate: '25 Gbit/s' }, fast: { uplinks: ['h1/nic1/p0'], rate: '25 Gbit/s' } },
    workloads,
  });
}
