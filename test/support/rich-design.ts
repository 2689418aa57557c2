import type { Json } from '../../src/core/text/tree.js';

/** A design that touches most of the language. It is sound: what rules say about it after a change, the change has caused. */
export const richDesign: { readonly [key: string]: Json } = {
  iovt: '1',
  name: 'rich',
  tenants: { blue: { trust: 'untrusted' }, red: { parent: 'acme' }, acme: { trust: 'trusted' } },
  profiles: {
    'my-nic': {
      kind: 'nic',
      link: 'gen3 x8',
      ports: { p0: { rate: '25 Gbit/s' }, p1: { rate: '25 Gbit/s' } },
      multifunction: true,
      acs: true,
    },
    'my-nic-2': {
      extends: 'my-nic',
      sriov: { supported: true, totalVfs: 64, offset: 16, stride: 1, vfTotalMsix: 512, vfBarSize: '64 KiB' },
    },
  },
  templates: {
    small: { kind: 'vm', vcpus: 2, memory: { size: '4 GiB', nodes: 'n0' }, tenant: 'blue' },
    fast: { technique: 'sriov-vf', vlan: 100, spoofCheck: true },
  },
  hosts: {
    h1: {
      hypervisor: 'kvm',
      iommu: { state: 'on', mode: 'translated', interruptRemapping: true, strict: true },
      firmware: { sriov: true, above4G: true },
      kernel: { acsOverride: 'none', disableAcsRedir: [], noats: false },
      vfio: { noiommu: false, allowUnsafeInterrupts: false },
      numa: {
        n0: { cpus: '0-15', memory: '64 GiB', hugepages: { '1 GiB': 16 }, distances: { n0: 10, n1: 21 } },
        n1: { cpus: '16-31', memory: '64 GiB' },
      },
      pcie: {
        rp0: {
          kind: 'root-port',
          numa: 'n0',
          link: 'gen4 x16',
          acs: true,
          ari: true,
          bdf: '0000:3a:00.0',
          busRange: '3b-3f',
          mmioWindow: '64 GiB',
        },
        rp1: { kind: 'root-port', numa: 'n1', link: 'gen4 x16', acs: true, bdf: '0000:5d:00.0', busRange: '5e-6f' },
        up0: { kind: 'switch-upstream', at: 'rp1', link: 'gen4 x16', bdf: '0000:5e:00.0', busRange: '5f-6f' },
        dn0: {
          kind: 'switch-downstream',
          at: 'up0',
          link: 'gen4 x16',
          acs: { sourceValidation: true, requestRedirect: true, completionRedirect: true, upstreamForwarding: true },
          bdf: '0000:5f:00.0',
        },
        dn1: { kind: 'switch-downstream', at: 'up0', link: 'gen4 x4', acs: true, bdf: '0000:5f:01.0' },
        pci0: { kind: 'pcie-to-pci-bridge', at: 'rp2' },
        rp2: { kind: 'root-port', acs: true },
      },
      devices: {
        nic0: {
          profile: 'my-nic-2',
          at: 'rp0',
          bdf: '0000:3b:00.0',
          driver: 'mlx5_core',
          functions: {
            f0: {
              index: 0,
              port: 'p0',
              sriov: { vfs: 16, eswitch: 'legacy' },
              vfs: { 'vf0-7': { pool: 'a', msix: 8 }, vf3: { mac: '52:54:00:00:00:03' }, 'vf8-15': { pool: 'b', queues: 4 } },
            },
            f1: { index: 1, port: 'p1', sriov: { vfs: 4, eswitch: 'switchdev' }, group: 31 },
          },
        },
        gpu0: {
          kind: 'gpu',
          at: 'dn0',
          bdf: '0000:60:00.0',
          gpu: { memory: '40 GiB', migSlices: 7, migInstances: { '3g.20gb': { slices: 3, memoryFraction: 0.5, max: 2 } } },
          sharing: 'mig',
          partitions: { g0: { type: '3g.20gb' }, g1: { type: '3g.20gb' } },
        },
        gpu1: {
          kind: 'gpu',
          sharing: 'vgpu',
          scheduler: 'equal-share',
          mediatedTypes: { 't4-4q': { framebuffer: '4 GiB', maxInstances: 4 } },
        },
        ssd0: {
          kind: 'nvme',
          at: 'dn1',
          bdf: '0000:61:00.0',
          link: 'gen4 x4',
          storage: { readBandwidth: '6 GB/s', vqFlexible: 32, viFlexible: 16, vqMaxPerVf: 9 },
          sriov: { supported: true, vfs: 4, totalVfs: 8 },
          namespaces: { ns1: { size: '1 TB' }, ns2: { size: '1 TB' } },
        },
        hba0: { kind: 'hba', at: 'pci0', driver: 'vfio-pci', reset: ['flr'], reassignable: false },
        hdd0: { kind: 'disk', at: 'hba0' },
      },
      volumes: { vg0: { kind: 'lvm', on: ['ssd0/ns2'] }, images: { kind: 'filesystem', on: 'vg0' } },
      switches: {
        'br-int': {
          kind: 'ovs-dpdk',
          uplinks: ['nic0/p1'],
          cpus: '2-3',
          hwOffload: true,
          representors: ['nic0/p1/vf1'],
          socketMem: { n0: '1 GiB' },
        },
        br0: { kind: 'linux-bridge' },
        tap0: { kind: 'macvtap', uplinks: ['nic0/p0'], mode: 'private' },
      },
      controllers: { io1: { kind: 'iothread', cpus: '5' }, spdk: { kind: 'vhost-user', cpus: '6', devices: ['ssd0/ns1'] } },
      guests: {
        web: {
          extends: 'small',
          count: 4,
          cpus: '8-11',
          devices: {
            eth0: { extends: 'fast', from: 'nic0/p0', msix: 8, queues: 4, maxRate: '5 Gbit/s' },
            eth1: { technique: 'virtio-net', connect: 'br0', vlan: 100, isolated: true, failoverFor: 'eth0' },
            vda: { technique: 'virtio-blk', media: 'images', controller: 'io1', bootOrder: 1, limit: { iops: '20k IOPS' } },
          },
        },
        db: {
          kind: 'vm',
          tenant: 'red',
          cpus: ['12', '20'],
          exclusiveCpus: true,
          memory: { size: '8 GiB', hugepages: '1 GiB', shared: true },
          devices: {
            eth0: { technique: 'sriov-vf', from: 'nic0/p1/vf1', connect: 'br-int', vlan: 9 },
            eth1: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br-int', path: '/run/db' },
            vdb: { technique: 'sriov-vf', from: 'ssd0', queues: 8, limit: { iops: '50k IOPS' } },
            gpu: { technique: 'mig', from: 'gpu0/g0' },
          },
        },
        calc: { tenant: 'red', devices: { gpu: { technique: 'mdev', from: 'gpu1/t4-4q', uuid: '4b20d080-1b54-4048-85b3-a6a62d165c01' } } },
        store: { tenant: 'acme', devices: { hba: { technique: 'passthrough', from: 'hba0', guestAddress: '0000:01:00.0' } } },
        side: {
          kind: 'container',
          tenant: 'blue',
          devices: {
            eth0: { technique: 'veth', connect: 'br0' },
            net1: { technique: 'sriov-vf', from: 'nic0/p0', hostDriver: 'vfio-pci' },
          },
        },
      },
    },
    h2: {
      pcie: { rp0: { acs: true, link: 'gen4 x16' } },
      devices: { nic0: { profile: 'nvidia-connectx6dx-2x100g', at: 'rp0', sriov: { vfs: 2 } }, gpu0: { profile: 'nvidia-t4' } },
      guests: { a: { count: 2, devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p1' }, gpu: { technique: 'mdev', from: 'gpu0' } } } },
    },
  },
  networks: { tor: { uplinks: ['h1/nic0/p0', 'h2/nic0/p0'], rate: '25 Gbit/s' } },
  workloads: { out: { from: 'h1/web[*]/eth0', to: 'tor', rate: '1 Gbit/s' }, io: { on: 'h1/db/vdb', depth: 16 } },
  objectives: { apart: { isolate: ['blue', 'red'], from: 'interrupt' } },
  suppress: [{ rule: 'iommu-mode-note', at: 'h1', reason: 'known' }],
};
