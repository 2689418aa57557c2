// Made by scripts/generate.ts from the schema of the language. Do not edit.
import type { CpuSet } from '../units/cpu-set.js';
import type { BusRange, PciAddress } from '../units/pci-address.js';
import type { PcieLink } from '../units/pcie-link.js';
import type { Quantity } from '../units/quantity.js';
import type { Fact } from './fact.js';
import type { Reference } from './reference.js';

export interface HostFacts {
  readonly title: Fact<string>;
  readonly description: Fact<string>;
  readonly hypervisor: Fact<'kvm' | 'qemu' | 'xen' | 'hyperv' | 'esxi' | 'powervm' | 'container'>;
  readonly orchestrator: Fact<'kubernetes' | 'lxd' | 'none'>;
  readonly reservedMemory: Fact<number>;
  readonly arch: Fact<'x86_64' | 'aarch64' | 'ppc64le' | 's390x' | 'riscv64' | 'loongarch64'>;
  readonly cpuModel: Fact<string>;
  readonly iommu: IommuFacts;
  readonly firmware: FirmwareFacts;
  readonly kernel: KernelFacts;
  readonly vfio: VfioFacts;
  readonly interconnect: {
    readonly bandwidth: Fact<number>;
    readonly latency: Fact<number>;
  };
  readonly hostCpus: Fact<CpuSet>;
}

export interface IommuFacts {
  readonly state: Fact<'on' | 'off' | 'absent'>;
  readonly kind: Fact<'intel-vtd' | 'amd-vi' | 'arm-smmu' | 'power-tce' | 's390-pci'>;
  readonly mode: Fact<'translated' | 'passthrough'>;
  readonly strict: Fact<boolean>;
  readonly interruptRemapping: Fact<boolean>;
  readonly postedInterrupts: Fact<boolean>;
  readonly pageSize: Fact<number>;
  readonly iotlbEntries: Fact<number>;
}

export interface FirmwareFacts {
  readonly sriov: Fact<boolean>;
  readonly above4G: Fact<boolean>;
}

export interface KernelFacts {
  readonly acsOverride: Fact<'none' | 'downstream' | 'multifunction' | 'downstream,multifunction'>;
  readonly disableAcsRedir: Fact<readonly Reference[]>;
  readonly noats: Fact<boolean>;
  readonly realloc: Fact<boolean>;
  readonly version: Fact<string>;
}

export interface VfioFacts {
  readonly noiommu: Fact<boolean>;
  readonly allowUnsafeInterrupts: Fact<boolean>;
  readonly disableDenylist: Fact<boolean>;
}

export interface NumaNodeFacts {
  readonly cpus: Fact<CpuSet>;
  readonly threadsPerCore: Fact<number>;
  readonly threadNumbering: Fact<'parts' | 'neighbours'>;
  readonly clock: Fact<number>;
  readonly memory: Fact<number>;
  readonly memoryBandwidth: Fact<number>;
  readonly cache: Fact<number>;
  readonly hugepages: Fact<Readonly<Record<string, number>>>;
  readonly socket: Fact<number>;
  readonly distances: Fact<Readonly<Record<string, number>>>;
}

export interface AcsControlsFacts {
  readonly sourceValidation: Fact<boolean>;
  readonly translationBlocking: Fact<boolean>;
  readonly requestRedirect: Fact<boolean>;
  readonly completionRedirect: Fact<boolean>;
  readonly upstreamForwarding: Fact<boolean>;
  readonly egressControl: Fact<boolean>;
}

export interface PciePortFacts {
  readonly kind: Fact<'root-port' | 'switch-upstream' | 'switch-downstream' | 'pcie-to-pci-bridge' | 'pci-bridge' | 'root-complex-integrated' | 'nvlink-bridge'>;
  readonly at: Fact<Reference>;
  readonly numa: Fact<Reference>;
  readonly link: Fact<PcieLink>;
  readonly acs: Fact<boolean | AcsControlsFacts>;
  readonly ari: Fact<boolean>;
  readonly bdf: Fact<PciAddress>;
  readonly multifunction: Fact<boolean>;
  readonly busRange: Fact<BusRange>;
  readonly mmioWindow: Fact<number>;
  readonly hotplug: Fact<boolean>;
  readonly group: Fact<number>;
  readonly title: Fact<string>;
}

export interface VolumeFacts {
  readonly kind: Fact<'filesystem' | 'lvm' | 'zfs' | 'raid0' | 'raid1' | 'multipath' | 'partition' | 'remote'>;
  readonly on: Fact<Reference | readonly Reference[]>;
  readonly size: Fact<number>;
  readonly readFrom: Fact<'all' | 'first'>;
  readonly scheduler: Fact<'none' | 'mq-deadline' | 'bfq' | 'kyber'>;
  readonly ioCost: Fact<boolean>;
  readonly protocol: Fact<'rbd' | 'iscsi' | 'nvmeof' | 'nfs' | 'nbd' | 'http' | 'gluster' | 'ssh'>;
  readonly latency: Fact<number>;
  readonly rate: Fact<Quantity>;
  readonly title: Fact<string>;
}

export interface DeviceFacts {
  readonly profile: Fact<Reference>;
  readonly kind: Fact<'nic' | 'nvme' | 'hba' | 'disk' | 'gpu' | 'accelerator' | 'dpu' | 'usb' | 'audio' | 'other'>;
  readonly title: Fact<string>;
  readonly pciId: Fact<string>;
  readonly vfPciId: Fact<string>;
  readonly link: Fact<PcieLink>;
  readonly maxPayload: Fact<number>;
  readonly maxReadRequest: Fact<number>;
  readonly multifunction: Fact<boolean>;
  readonly acs: Fact<boolean>;
  readonly sriov: SriovFacts;
  readonly maxQueuesPerVf: Fact<number>;
  readonly queuesByVfs: Fact<Readonly<Record<string, number>>>;
  readonly queuePool: Fact<number>;
  readonly packetRate: Fact<number>;
  readonly receiveDescriptorBatch: Fact<number>;
  readonly hairpinPacketRate: Fact<number>;
  readonly vdpa: Fact<boolean>;
  readonly totalRate: Fact<number>;
  readonly latency: Fact<number>;
  readonly reset: Fact<readonly ('flr' | 'af-flr' | 'pm' | 'bus' | 'slot' | 'device-specific')[]>;
  readonly resetBroken: Fact<boolean>;
  readonly vfioDenied: Fact<boolean>;
  readonly dmaAlias: Fact<number>;
  readonly ats: Fact<boolean>;
  readonly kernelDriver: Fact<string>;
  readonly storage: StorageFacts;
  readonly gpu: GpuFacts;
  readonly cores: Fact<CpuSet>;
  readonly coreClock: Fact<number>;
  readonly at: Fact<Reference>;
  readonly numa: Fact<Reference>;
  readonly bdf: Fact<PciAddress>;
  readonly driver: Fact<string>;
  readonly role: Fact<'management-nic' | 'default-route' | 'boot-disk' | 'storage-uplink' | 'vswitch-uplink' | 'console' | readonly ('management-nic' | 'default-route' | 'boot-disk' | 'storage-uplink' | 'vswitch-uplink' | 'console')[]>;
  readonly group: Fact<number>;
  readonly pri: Fact<boolean>;
  readonly reassignable: Fact<boolean>;
  readonly sharing: Fact<'exclusive' | 'mig' | 'time-slice' | 'mps' | 'vgpu'>;
  readonly scheduler: Fact<'none' | 'mq-deadline' | 'bfq' | 'kyber' | 'best-effort' | 'equal-share' | 'fixed-share'>;
  readonly ioCost: Fact<boolean>;
  readonly arbitration: Fact<'rr' | 'wrr'>;
  readonly size: Fact<number>;
}

export interface ProfileFacts {
  readonly kind: Fact<'nic' | 'nvme' | 'hba' | 'disk' | 'gpu' | 'accelerator' | 'dpu' | 'usb' | 'audio' | 'other'>;
  readonly title: Fact<string>;
  readonly pciId: Fact<string>;
  readonly vfPciId: Fact<string>;
  readonly link: Fact<PcieLink>;
  readonly maxPayload: Fact<number>;
  readonly maxReadRequest: Fact<number>;
  readonly multifunction: Fact<boolean>;
  readonly acs: Fact<boolean>;
  readonly sriov: SriovFacts;
  readonly maxQueuesPerVf: Fact<number>;
  readonly queuesByVfs: Fact<Readonly<Record<string, number>>>;
  readonly queuePool: Fact<number>;
  readonly packetRate: Fact<number>;
  readonly receiveDescriptorBatch: Fact<number>;
  readonly hairpinPacketRate: Fact<number>;
  readonly vdpa: Fact<boolean>;
  readonly totalRate: Fact<number>;
  readonly latency: Fact<number>;
  readonly reset: Fact<readonly ('flr' | 'af-flr' | 'pm' | 'bus' | 'slot' | 'device-specific')[]>;
  readonly resetBroken: Fact<boolean>;
  readonly vfioDenied: Fact<boolean>;
  readonly dmaAlias: Fact<number>;
  readonly ats: Fact<boolean>;
  readonly kernelDriver: Fact<string>;
  readonly storage: StorageFacts;
  readonly gpu: GpuFacts;
  readonly cores: Fact<CpuSet>;
  readonly coreClock: Fact<number>;
  readonly extends: Fact<Reference>;
  readonly sources: Fact<Readonly<Record<string, string>>>;
  readonly appliesTo: Fact<string>;
  readonly versions: Fact<Readonly<Record<string, string>>>;
}

export interface FunctionFacts {
  readonly index: Fact<number>;
  readonly bdf: Fact<PciAddress>;
  readonly port: Fact<string>;
  readonly class: Fact<string>;
  readonly pciId: Fact<string>;
  readonly sriov: SriovFacts;
  readonly driver: Fact<string>;
  readonly vfToken: Fact<string>;
  readonly role: Fact<'management-nic' | 'default-route' | 'boot-disk' | 'storage-uplink' | 'vswitch-uplink' | 'console' | readonly ('management-nic' | 'default-route' | 'boot-disk' | 'storage-uplink' | 'vswitch-uplink' | 'console')[]>;
  readonly group: Fact<number>;
  readonly ats: Fact<boolean>;
  readonly pri: Fact<boolean>;
  readonly acs: Fact<boolean>;
  readonly reset: Fact<readonly ('flr' | 'af-flr' | 'pm' | 'bus' | 'slot' | 'device-specific')[]>;
  readonly title: Fact<string>;
}

export interface VfFacts {
  readonly mac: Fact<string>;
  readonly vlan: Fact<number>;
  readonly vlanMode: Fact<'vst' | 'guest' | 'none'>;
  readonly vlanQos: Fact<number>;
  readonly vlanProto: Fact<'802.1q' | '802.1ad'>;
  readonly spoofCheck: Fact<boolean>;
  readonly trust: Fact<boolean>;
  readonly promisc: Fact<boolean>;
  readonly linkState: Fact<'auto' | 'enable' | 'disable'>;
  readonly minRate: Fact<number>;
  readonly maxRate: Fact<number>;
  readonly msix: Fact<number>;
  readonly queues: Fact<number>;
  readonly migratable: Fact<boolean>;
  readonly bdf: Fact<PciAddress>;
  readonly driver: Fact<string>;
  readonly group: Fact<number>;
  readonly pool: Fact<string>;
  readonly title: Fact<string>;
}

export interface SriovFacts {
  readonly supported: Fact<boolean>;
  readonly vfs: Fact<number>;
  readonly totalVfs: Fact<number>;
  readonly maxVfsPerDevice: Fact<number>;
  readonly offset: Fact<number>;
  readonly stride: Fact<number>;
  readonly vfBarSize: Fact<number>;
  readonly vfTotalMsix: Fact<number>;
  readonly eswitch: Fact<'legacy' | 'switchdev'>;
  readonly eswitchModes: Fact<readonly ('legacy' | 'switchdev')[]>;
  readonly embeddedSwitch: Fact<'veb' | 'vepa'>;
  readonly minRate: Fact<'unsupported' | 'absolute' | 'share'>;
  readonly maxRate: Fact<boolean>;
  readonly truePromisc: Fact<boolean>;
  readonly liveMigration: Fact<boolean>;
  readonly migrationDriver: Fact<string>;
}

export interface NicPortFacts {
  readonly rate: Fact<number>;
  readonly mtu: Fact<number>;
  readonly packetRate: Fact<number>;
  readonly flowControl: Fact<boolean>;
  readonly linkState: Fact<'up' | 'down'>;
  readonly accessVlan: Fact<number>;
  readonly trafficClasses: Fact<readonly ({
    readonly priority: Fact<readonly number[]>;
    readonly mode: Fact<'strict' | 'ets'>;
    readonly bandwidth: Fact<number>;
  })[]>;
  readonly netdev: Fact<string>;
  readonly macAddress: Fact<string>;
}

export interface NamespaceFacts {
  readonly nsid: Fact<number>;
  readonly size: Fact<number>;
  readonly blockSize: Fact<number>;
  readonly shared: Fact<boolean>;
  readonly scheduler: Fact<'none' | 'mq-deadline' | 'bfq' | 'kyber'>;
  readonly ioCost: Fact<boolean>;
  readonly nvmSet: Fact<string>;
}

export interface PartitionFacts {
  readonly type: Fact<string>;
}

export interface MediatedTypeFacts {
  readonly title: Fact<string>;
  readonly framebuffer: Fact<number>;
  readonly maxInstances: Fact<number>;
  readonly available: Fact<number>;
  readonly weight: Fact<number>;
}

export interface StorageFacts {
  readonly readIops: Fact<number>;
  readonly writeIops: Fact<number>;
  readonly readBandwidth: Fact<number>;
  readonly writeBandwidth: Fact<number>;
  readonly readLatency: Fact<number>;
  readonly writeLatency: Fact<number>;
  readonly parallelism: Fact<number>;
  readonly rotational: Fact<boolean>;
  readonly queues: Fact<number>;
  readonly queueDepth: Fact<number>;
  readonly nvmSets: Fact<number>;
  readonly maxNamespaces: Fact<number>;
  readonly arbitration: Fact<readonly ('rr' | 'wrr')[]>;
  readonly vqFlexible: Fact<number>;
  readonly viFlexible: Fact<number>;
  readonly vqGranularity: Fact<number>;
  readonly viGranularity: Fact<number>;
  readonly vqMaxPerVf: Fact<number>;
  readonly viMaxPerVf: Fact<number>;
  readonly maxOpenZones: Fact<number>;
}

export interface GpuFacts {
  readonly memory: Fact<number>;
  readonly migSlices: Fact<number>;
  readonly sharing: Fact<readonly ('mig' | 'time-slice' | 'mps' | 'vgpu')[]>;
  readonly vgpuMax: Fact<number>;
  readonly timeSlice: Fact<number>;
  readonly contextSwitch: Fact<number>;
  readonly heterogeneousVgpu: Fact<boolean>;
}

export interface MigInstanceFacts {
  readonly slices: Fact<number>;
  readonly memoryFraction: Fact<number>;
  readonly max: Fact<number>;
}

export interface LimitFacts {
  readonly rate: Fact<Quantity>;
  readonly burst: Fact<number>;
  readonly excessBurst: Fact<number>;
  readonly peakRate: Fact<Quantity>;
  readonly receiveRate: Fact<Quantity>;
  readonly iops: Fact<number>;
  readonly iopsBurst: Fact<number>;
  readonly readIops: Fact<number>;
  readonly writeIops: Fact<number>;
  readonly readRate: Fact<number>;
  readonly writeRate: Fact<number>;
  readonly packetRate: Fact<number>;
  readonly ceil: Fact<Quantity>;
  readonly parentRate: Fact<Quantity>;
  readonly iopsSize: Fact<number>;
  readonly by: Fact<'qemu' | 'cgroup' | 'tc' | 'switch' | 'nic' | 'spdk'>;
  readonly group: Fact<string>;
}

export interface SwitchFacts {
  readonly kind: Fact<'linux-bridge' | 'linux-router' | 'xdp' | 'ovs-kernel' | 'ovs-dpdk' | 'vpp' | 'testpmd' | 'macvtap' | 'eswitch-veb' | 'eswitch-switchdev'>;
  readonly title: Fact<string>;
  readonly uplinks: Fact<readonly Reference[]>;
  readonly bond: {
    readonly mode: Fact<'active-backup' | 'balance-slb' | 'lacp'>;
  };
  readonly cpus: Fact<CpuSet>;
  readonly rxQueues: Fact<number>;
  readonly ringSize: Fact<number>;
  readonly rxqAffinity: Fact<Readonly<Record<string, number>>>;
  readonly pmdRxqIsolate: Fact<boolean>;
  readonly emc: Fact<boolean>;
  readonly subtables: Fact<number>;
  readonly missRatio: Fact<number>;
  readonly forwarding: Fact<'bridge' | 'cross-connect' | 'ipv4' | 'lisp'>;
  readonly routes: Fact<number>;
  readonly policer: Fact<boolean>;
  readonly conntrack: Fact<boolean>;
  readonly tunnel: Fact<'none' | 'vxlan' | 'geneve' | 'gre'>;
  readonly tunnelIds: Fact<Readonly<Record<string, number>>>;
  readonly hwOffload: Fact<boolean>;
  readonly representors: Fact<readonly Reference[]>;
  readonly socketMem: Fact<Readonly<Record<string, number>>>;
  readonly perPortMemory: Fact<boolean>;
  readonly vhostIommu: Fact<boolean>;
  readonly failMode: Fact<'standalone' | 'secure'>;
  readonly controller: Fact<boolean>;
  readonly stp: Fact<boolean>;
  readonly vlanFiltering: Fact<boolean>;
  readonly fdbEntries: Fact<boolean>;
  readonly isolatePorts: Fact<boolean>;
  readonly mtu: Fact<number>;
  readonly mode: Fact<'bridge' | 'vepa' | 'private' | 'passthru'>;
}

export interface ControllerFacts {
  readonly kind: Fact<'qemu-main-loop' | 'iothread' | 'vhost-kernel' | 'vhost-user' | 'vios' | 'dpu'>;
  readonly title: Fact<string>;
  readonly implementation: Fact<string>;
  readonly cpus: Fact<CpuSet>;
  readonly poll: Fact<'always' | 'adaptive' | 'never'>;
  readonly pollTime: Fact<number>;
  readonly batch: Fact<number>;
  readonly device: Fact<Reference>;
  readonly devices: Fact<readonly Reference[]>;
  readonly tenant: Fact<Reference>;
  readonly serverMode: Fact<boolean>;
  readonly memory: Fact<number>;
  readonly hugepages: Fact<number>;
  readonly numa: Fact<Reference>;
}

export interface GuestMemoryFacts {
  readonly size: Fact<number>;
  readonly requested: Fact<number>;
  readonly shared: Fact<boolean>;
  readonly hugepages: Fact<number>;
  readonly nodes: Fact<Reference | readonly Reference[]>;
  readonly mode: Fact<'strict' | 'preferred' | 'interleave' | 'restrictive'>;
  readonly locked: Fact<boolean>;
  readonly lockLimit: Fact<number>;
  readonly balloon: Fact<boolean>;
  readonly max: Fact<number>;
}

export interface GuestFacts {
  readonly extends: Fact<Reference>;
  readonly title: Fact<string>;
  readonly description: Fact<string>;
  readonly kind: Fact<'vm' | 'container' | 'microvm'>;
  readonly count: Fact<number>;
  readonly tenant: Fact<Reference>;
  readonly vcpus: Fact<number>;
  readonly cpus: Fact<CpuSet | readonly CpuSet[]>;
  readonly exclusiveCpus: Fact<boolean>;
  readonly emulatorCpus: Fact<CpuSet>;
  readonly cpuWeight: Fact<number>;
  readonly cpuQuota: Fact<number>;
  readonly memory: Fact<number | GuestMemoryFacts>;
  readonly machine: Fact<string>;
  readonly cpuMode: Fact<string>;
  readonly viommu: Fact<'none' | 'intel' | 'amd' | 'smmuv3' | 'virtio'>;
  readonly viommuCachingMode: Fact<boolean>;
  readonly splitIrqchip: Fact<boolean>;
  readonly nestedAssignment: Fact<boolean>;
  readonly os: Fact<string>;
  readonly virtioDrivers: Fact<boolean>;
  readonly numaPolicy: Fact<'preferred' | 'required'>;
  readonly availability: Fact<'standard' | 'ha'>;
  readonly spread: Fact<'host' | 'numa' | 'card' | 'port'>;
  readonly migration: Fact<'none' | 'cold' | 'live'>;
  readonly snapshot: Fact<boolean>;
  readonly nested: Fact<boolean>;
  readonly nestedMacs: Fact<boolean>;
  readonly features: Fact<readonly string[]>;
  readonly haltPoll: Fact<number>;
  readonly placement: Fact<'pinned' | 'rescheduled'>;
  readonly replicaOf: Fact<string>;
  readonly standby: Fact<boolean>;
  readonly hotplugPorts: Fact<number>;
  readonly notModelled: Fact<readonly string[]>;
}

export interface VirtualDeviceFacts {
  readonly extends: Fact<Reference>;
  readonly title: Fact<string>;
  readonly technique: Fact<'virtio-net' | 'virtio-blk' | 'virtio-scsi' | 'virtio-fs' | 'virtio-gpu' | 'virtio-vsock' | 'virtio-console' | 'virtio-rng' | 'virtio-balloon' | 'shmem' | 'sriov-vf' | 'vdpa-hw' | 'dpu-virtio' | 'nvme-namespace' | 'mig' | 'mdev' | 'passthrough' | 'veth' | 'macvlan' | 'ipvlan' | 'block-volume' | 'xen-netfront' | 'xen-blkfront' | 'netvsc' | 'storvsc' | 'vmxnet3' | 'pvscsi' | 'emulated-nic' | 'emulated-disk' | 'emulated-gpu'>;
  readonly backend: Fact<'qemu' | 'vhost-net' | 'vhost-kernel' | 'vhost-user' | 'vdpa' | 'slirp' | 'virtiofsd'>;
  readonly connect: Fact<Reference>;
  readonly from: Fact<Reference>;
  readonly media: Fact<Reference>;
  readonly controller: Fact<Reference | readonly Reference[]>;
  readonly mac: Fact<string>;
  readonly vlan: Fact<number>;
  readonly vlanMode: Fact<'vst' | 'guest' | 'none'>;
  readonly vlanQos: Fact<number>;
  readonly vlanProto: Fact<'802.1q' | '802.1ad'>;
  readonly spoofCheck: Fact<boolean>;
  readonly trust: Fact<boolean>;
  readonly promisc: Fact<boolean>;
  readonly linkState: Fact<'auto' | 'enable' | 'disable'>;
  readonly minRate: Fact<number>;
  readonly maxRate: Fact<number>;
  readonly msix: Fact<number>;
  readonly queues: Fact<number>;
  readonly migratable: Fact<boolean>;
  readonly trunks: Fact<readonly number[]>;
  readonly portMode: Fact<'access' | 'trunk' | 'native-tagged' | 'native-untagged'>;
  readonly isolated: Fact<boolean>;
  readonly hairpin: Fact<boolean>;
  readonly mode: Fact<'bridge' | 'vepa' | 'private' | 'passthru' | 'l2' | 'l3'>;
  readonly limit: LimitFacts;
  readonly weight: Fact<number>;
  readonly priority: Fact<number>;
  readonly queueSize: Fact<number>;
  readonly mtu: Fact<number>;
  readonly model: Fact<string>;
  readonly rss: Fact<boolean>;
  readonly packed: Fact<boolean>;
  readonly eventIdx: Fact<boolean>;
  readonly offloads: Fact<readonly ('csum' | 'tso' | 'gro' | 'ufo' | 'rss' | 'arfs')[]>;
  readonly segment: Fact<number>;
  readonly driver: Fact<'kernel' | 'poll-mode'>;
  readonly hostDriver: Fact<string>;
  readonly coalesce: {
    readonly time: Fact<number>;
    readonly frames: Fact<number>;
  };
  readonly cache: Fact<'none' | 'writeback' | 'writethrough' | 'directsync' | 'unsafe'>;
  readonly io: Fact<'native' | 'threads' | 'io_uring'>;
  readonly format: Fact<'raw' | 'qcow2' | 'vmdk' | 'vhdx'>;
  readonly image: Fact<string>;
  readonly size: Fact<number>;
  readonly discard: Fact<boolean>;
  readonly readonly: Fact<boolean>;
  readonly shareable: Fact<boolean>;
  readonly bus: Fact<'ide' | 'sata' | 'scsi' | 'usb' | 'fdc'>;
  readonly presentedAs: Fact<'disk' | 'cdrom' | 'lun' | 'floppy'>;
  readonly serial: Fact<string>;
  readonly type: Fact<string>;
  readonly cid: Fact<number>;
  readonly uuid: Fact<string>;
  readonly isolation: Fact<'vendor' | 'iommu'>;
  readonly framebuffer: Fact<number>;
  readonly path: Fact<string>;
  readonly socketMode: Fact<'client' | 'server'>;
  readonly bootOrder: Fact<number>;
  readonly hotplug: Fact<boolean>;
  readonly guestAddress: Fact<PciAddress>;
  readonly failoverFor: Fact<Reference>;
  readonly bondedWith: Fact<Reference>;
  readonly bondMode: Fact<'active-backup' | 'lacp' | 'balance'>;
  readonly protected: Fact<boolean>;
  readonly requires: Fact<readonly ('security-group' | 'acl' | 'mirror' | 'flow-export' | 'dscp' | 'packet-rate' | 'stateful-firewall')[]>;
  readonly attachment: Fact<string>;
  readonly rdma: Fact<boolean>;
  readonly openZones: Fact<number>;
  readonly pool: Fact<string>;
  readonly vhostPolls: Fact<boolean>;
}

export interface TenantFacts {
  readonly title: Fact<string>;
  readonly description: Fact<string>;
  readonly trust: Fact<'untrusted' | 'trusted' | 'platform'>;
  readonly parent: Fact<Reference>;
  readonly availability: Fact<'standard' | 'ha'>;
  readonly color: Fact<string>;
}

export interface NetworkFacts {
  readonly title: Fact<string>;
  readonly uplinks: Fact<readonly Reference[]>;
  readonly rate: Fact<number>;
  readonly latency: Fact<number>;
  readonly mtu: Fact<number>;
  readonly vepa: Fact<boolean>;
  readonly vlans: Fact<readonly number[]>;
}

export interface WorkloadFacts {
  readonly title: Fact<string>;
  readonly from: Fact<Reference>;
  readonly to: Fact<Reference>;
  readonly on: Fact<Reference>;
  readonly size: Fact<number | 'imix' | readonly ({
    readonly size: Fact<number>;
    readonly share: Fact<number>;
  })[]>;
  readonly rate: Fact<Quantity>;
  readonly arrival: Fact<'poisson' | 'constant' | 'on-off' | 'trace'>;
  readonly burst: {
    readonly on: Fact<number>;
    readonly off: Fact<number>;
  };
  readonly trace: {
    readonly file: Fact<string>;
    readonly repeat: Fact<boolean>;
  };
  readonly depth: Fact<number>;
  readonly think: Fact<number>;
  readonly read: Fact<number>;
  readonly access: Fact<'random' | 'sequential'>;
  readonly cacheHit: Fact<number>;
  readonly work: Fact<number>;
  readonly transfer: Fact<number>;
  readonly direction: Fact<'to-device' | 'from-device' | 'both'>;
  readonly reply: {
    readonly size: Fact<number>;
  };
  readonly flows: Fact<number>;
  readonly protocol: Fact<'udp' | 'tcp'>;
  readonly priority: Fact<number>;
  readonly workingSet: Fact<number>;
  readonly of: Fact<Reference>;
}

export interface ObjectiveFacts {
  readonly title: Fact<string>;
  readonly metric: Fact<'throughput' | 'latency.mean' | 'latency.p50' | 'latency.p90' | 'latency.p99' | 'latency.p99.9' | 'loss' | 'utilisation' | 'interference' | 'fairness' | 'cpu'>;
  readonly of: Fact<Reference>;
  readonly by: Fact<Reference>;
  readonly max: Fact<Quantity | number>;
  readonly min: Fact<Quantity | number>;
  readonly isolate: Fact<readonly Reference[]>;
  readonly from: Fact<'dma' | 'interrupt' | 'l2' | 'software' | 'firmware' | 'state' | 'reset' | 'queue' | 'link' | 'core' | 'cache' | 'media' | readonly ('dma' | 'interrupt' | 'l2' | 'software' | 'firmware' | 'state' | 'reset' | 'queue' | 'link' | 'core' | 'cache' | 'media')[]>;
  readonly grade: Fact<string | readonly string[]>;
  readonly forbidHop: Fact<readonly string[]>;
  readonly maxHops: Fact<number>;
  readonly numaLocal: Fact<boolean>;
  readonly survives: Fact<readonly Reference[]>;
}

export interface ScenarioFacts {
  readonly title: Fact<string>;
  readonly description: Fact<string>;
  readonly set: Fact<Readonly<Record<string, unknown>>>;
}

export interface CalibrationFacts {
  readonly costs: {
    readonly 'exit.light': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'exit.user': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'exit.emulate': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'kick.guest': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'wake.thread': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'wake.vcpu': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'irq.inject': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'irq.posted': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'irq.moderation': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'idle.c3': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'idle.c6': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'irq.host': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'copy.llc': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'copy.l2': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'copy.dram': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'copy.tx': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'dma.read': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'dma.read-cached': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'dma.jitter': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'ddio.miss': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'dma.write': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'dma.remote': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'iotlb.miss': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'iotlb.walk': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'iommu.map-strict': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'iommu.map-lazy': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.nic-kernel': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.nic-pmd': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.vf-pmd': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.tx-byte': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.tx-crossing': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.ack': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.tx-segment': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.rx-frame': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.rx-fragment': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.rx-segment': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.rx-byte': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tcp.rx-crossing': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'host-stack.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.virtio-kernel': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.virtio-pmd': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.emulated-nic': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-nic.e1000': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-nic.rtl8139': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-nic.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-net.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-net.byte': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-net.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vhost-net.tx-packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vhost-net.tx-xdp': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vhost-net.rx-packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vhost-net.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'macvtap.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'veth.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'macvlan.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'host-nic.kernel': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'host-nic.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'linux-bridge.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'conntrack.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'linux-router.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'linux-router.lookup': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'linux.shared-lines': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'xdp.receive': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'xdp.redirect': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'xdp.redirect-single': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'policer.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'ovs-kernel.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'ovs-kernel.shared-statistics': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'ovs.upcall': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'ovs-dpdk.emc-hit': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'ovs-dpdk.megaflow-hit': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'ovs-dpdk.subtable': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tunnel.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vpp.cross-connect': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vpp.ipv4-packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vpp.lisp-packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vpp.tunnel': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vpp.l2-packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vhost-user.dequeue': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vhost-user.enqueue': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'pmd.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'pmd.poll-delay': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vf.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'eswitch.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vdpa.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'dpu.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'dpu.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'tc.shaper': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'netvsc.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'netback.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vmxnet3.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'hypervisor-net.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vios.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vsock.message': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'slirp.packet': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.virtio-blk': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.nvme': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.emulated-disk': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'guest.spdk': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-disk.ide': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-disk.ahci': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-disk.scsi': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-disk.usb': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-disk.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-blk.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-blk.io-polled': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-blk.byte': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-blk.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-blk.threads': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-blk.unbatched': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qemu-blk.main-loop': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'qcow2.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vmm-blk.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'virtio-scsi.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vhost-blk.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vhost-blk.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'spdk.vhost': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'spdk.nvme': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'spdk.bdev': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'spdk.qos': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'spdk.qos-lock': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'spdk.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'host-block.submit': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'blk.mq-deadline': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'blk.bfq': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'blk.handover': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'blk.kyber': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'host-block.flush': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'page-cache.hit': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'block-volume.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'virtio-fs.request': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'nvme-vf.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'mdev-nvme.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'vios.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'hypervisor-blk.latency': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'blkback.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'storvsc.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'pvscsi.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'dpu.io': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'gpu.submit': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'gpu.context-switch': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'mdev.mediate': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'virtio-gpu.command': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
    readonly 'emulated-gpu.frame': Fact<Quantity | {
      readonly value: Fact<Quantity>;
      readonly source: Fact<string>;
    }>;
  };
  readonly source: Fact<string>;
  readonly pcie: {
    readonly efficiency: Fact<'calibrated' | 'guideline'>;
    readonly nic: Fact<'driver' | 'simple' | 'simple-2018'>;
  };
}

export interface RulesFacts {
  readonly 'reference-dangling': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'reference-cycle': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'duplicate-id': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'exclusive-resource-double-assigned': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-count-exceeds-total': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-index-out-of-range': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-index-overlap': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'sriov-not-supported': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'sriov-disabled-in-firmware': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'assignment-needs-iommu': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-needs-ari-or-buses': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-bar-mmio-insufficient': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'pcie-link-downtrained': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'pcie-bandwidth-oversubscribed': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'queues-exceed-backend': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'msix-vectors-exhausted': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'nvme-vf-resources-insufficient': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-on-passed-through-pf': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'device-lacks-reset': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'eswitch-mode-unsupported': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'switchdev-legacy-vf-attribute': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'representor-without-switchdev': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'attachment-attribute-unsupported': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'gpu-partition-exceeds-device': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'gpu-sharing-mode-conflict': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vfio-unassignable-function': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'hardware-fallback-available': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'bdf-conflict': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-bdf-inconsistent': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-pool-exhausted': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'technique-needs': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'property-without-effect': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'name-dangling': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'hypervisor-requirement': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vfio-noiommu-mode': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'iommu-group-split': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'iommu-group-incomplete': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'iommu-group-host-critical': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'iommu-group-finer-than-topology': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'acs-isolation-overridden': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'p2p-under-non-acs-switch': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'multifunction-without-acs': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'dma-alias-shared': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'interrupt-isolation-missing': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'ats-untrusted-guest': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'iommu-mode-note': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'mdev-vendor-isolation': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'whole-device-firmware-exposure': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-spoofcheck-off': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'guest-trust-granted': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-vlan-not-enforced': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vlan-shared-across-tenants': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vlan-config-invalid': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'tenant-on-native-vlan': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'trunk-carries-all-vlans': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'bridge-tenants-unsegmented': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'port-isolation-partial': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'macvtap-bridge-cross-tenant': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'macvtap-reachability': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-loopback-bypasses-policy': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'policy-needs-software-switch': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-and-vswitch-share-pf': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'nested-macs-behind-vf': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'switch-fails-open': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'bridge-loop-risk': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'shared-pf-cross-tenant': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'reset-domain-cross-tenant': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'shared-vswitch-process': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vhost-user-server-mode': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vhost-user-maps-tenant-memory': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'shared-pmd-core': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'shared-mempool': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'shared-io-thread': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'single-uplink': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'bond-members-same-card': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'lacp-over-vf': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'multipath-same-hba': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'nvme-namespace-shared': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'nvme-media-shared': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'shared-directory-cross-tenant': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'gpu-timeslice-cross-tenant': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'replica-pair-same-component': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'shared-memory-cross-tenant': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'numa-remote-device': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'numa-remote-pmd': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'min-rate-sum-exceeds-link': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'min-rate-is-a-weight': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'rate-range-invalid': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'uplink-oversubscribed': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'pf-uplink-not-split': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'guarantee-mixed-with-best-effort': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'strict-priority-starvation': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'burst-without-rate': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'burst-below-mtu': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'no-limit-on-shared-link': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'pmd-overcommit': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'pmd-queue-unpolled': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'cpu-pin-overlap': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'iothread-overcommit': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'queues-exceed-vcpus': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'emulated-device-fast-path': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vhost-user-memory-not-shared': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'hugepages-insufficient': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'cache-io-mode-conflict': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'mtu-mismatch': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'memory-not-pinned': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'iothread-unused': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'cpu-not-on-host': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'memory-not-on-host': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'disk-rate-in-bits': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'migration-blocked-passthrough': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'migration-variant-driver-missing': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'migration-combination-unsupported': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'failover-pair-invalid': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'hotplug-slot-not-hotpluggable': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'snapshot-with-passthrough': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'pinned-memory-overcommit': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'balloon-with-passthrough': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'nested-assignment-needs-viommu': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'container-vf-needs-attachment': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-driver-consumer-mismatch': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'vf-pool-ambiguous': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'boot-order-duplicate': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'mac-duplicate': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'mac-unset-or-invalid': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'slo-bandwidth-unmet': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'slo-path-hop-forbidden': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'slo-isolation-unmet': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'slo-single-failure': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'slo-unprovable': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
  readonly 'policy-device-not-approved': Fact<'off' | 'hint' | 'info' | 'warning' | 'error'>;
}

export interface SuppressionFacts {
  readonly rule: Fact<string>;
  readonly at: Fact<string>;
  readonly reason: Fact<string>;
}

export interface PolicyFacts {
  readonly approvedDevices: Fact<readonly string[]>;
  readonly approvedDrivers: Fact<readonly string[]>;
  readonly approvedTechniques: Fact<readonly string[]>;
  readonly approvedEswitchModes: Fact<readonly ('legacy' | 'switchdev')[]>;
  readonly sharedSegments: Fact<readonly ({
    readonly tenants: Fact<readonly Reference[]>;
    readonly vlan: Fact<number>;
    readonly switch: Fact<Reference>;
    readonly reason: Fact<string>;
  })[]>;
  readonly oversubscription: Fact<number>;
}

export interface SimulationFacts {
  readonly engine: Fact<'des' | 'fluid'>;
  readonly seed: Fact<number>;
  readonly duration: Fact<number>;
  readonly precision: Fact<number>;
  readonly budget: Fact<number>;
}

export interface DocumentFacts {
  readonly '$schema': Fact<string>;
  readonly iovt: Fact<'1'>;
  readonly name: Fact<string>;
  readonly description: Fact<string>;
  readonly include: Fact<readonly string[]>;
  readonly calibration: CalibrationFacts;
  readonly rules: RulesFacts;
  readonly suppress: Fact<readonly SuppressionFacts[]>;
  readonly policy: PolicyFacts;
  readonly simulation: SimulationFacts;
}

/** Name of a definition of the schema to the facts read through it. */
export interface FactsByDefinition {
  'host': HostFacts;
  'iommu': IommuFacts;
  'firmware': FirmwareFacts;
  'kernel': KernelFacts;
  'vfio': VfioFacts;
  'numa-node': NumaNodeFacts;
  'acs-controls': AcsControlsFacts;
  'pcie-port': PciePortFacts;
  'volume': VolumeFacts;
  'device': DeviceFacts;
  'profile': ProfileFacts;
  'function': FunctionFacts;
  'vf': VfFacts;
  'sriov': SriovFacts;
  'nic-port': NicPortFacts;
  'namespace': NamespaceFacts;
  'partition': PartitionFacts;
  'mediated-type': MediatedTypeFacts;
  'storage': StorageFacts;
  'gpu': GpuFacts;
  'mig-instance': MigInstanceFacts;
  'limit': LimitFacts;
  'switch': SwitchFacts;
  'controller': ControllerFacts;
  'guest-memory': GuestMemoryFacts;
  'guest': GuestFacts;
  'virtual-device': VirtualDeviceFacts;
  'tenant': TenantFacts;
  'network': NetworkFacts;
  'workload': WorkloadFacts;
  'objective': ObjectiveFacts;
  'scenario': ScenarioFacts;
  'calibration': CalibrationFacts;
  'rules': RulesFacts;
  'suppression': SuppressionFacts;
  'policy': PolicyFacts;
  'simulation': SimulationFacts;
  'document': DocumentFacts;
}
