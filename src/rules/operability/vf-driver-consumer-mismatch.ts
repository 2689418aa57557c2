import { instancesOf } from '../../core/model/assign.js';
import type { Entity } from '../../core/model/entity.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { membersOf, type Volume } from '../../core/model/volume.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { defineRule, related } from '../rule.js';
import { assignments, isUioDriver, isUserSpaceDriver, isVfioDriver } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { hostUses } from '../support/host-uses.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';
import { nameOf, subjectOf } from '../support/vfs.js';

const host = (guest: object, more: object, driver = 'ice') => ({
  devices: { nic0: { kind: 'nic', kernelDriver: driver, sriov: { vfs: 4 } } },
  guests: { a: { ...guest, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, ...more } } } },
});

export const vfDriverConsumerMismatch = defineRule({
  id: 'IOVT511',
  name: 'vf-driver-consumer-mismatch',
  title: 'A function has the wrong driver for its user',
  severity: 'error',
  group: 'operability',
  messages: {
    vm: '{device} is bound to {driver}, but a virtual machine can only have it through vfio-pci or a variant of it.',
    netdev: '{device} is bound to {driver}, but {guest} uses it as a network interface of the kernel.',
    host: '{device} is bound to {driver}, but it {use}: the kernel has no interface or disk of it then.',
    rdma: '{device} is bound to {driver}, but RDMA needs the driver of the kernel.',
    bifurcated: '{device} is bound to {driver}, but the poll-mode driver for {nic} works beside the kernel driver, which should stay.',
  },
  docs: {
    why: 'VFIO hands a function to a virtual machine; an interface in a container needs the kernel driver, and so does RDMA. A bridge in the kernel, a volume group or an image file find no interface and no disk where the function is bound to VFIO. The poll-mode drivers for mlx4 and mlx5 go through the kernel driver: without it they find no device; that is a warning.',
    fix: 'Bind the driver that fits ("hostDriver").',
    sources: [
      'KubeVirt user guide: SR-IOV',
      'SR-IOV Network Operator pkg/webhook/validate.go',
      'DPDK doc/guides/linux_gsg/linux_drivers.rst, bifurcated driver',
    ],
  },
  examples: {
    bad: [
      onHost(host({}, { hostDriver: 'iavf' })),
      onHost(host({ kind: 'container' }, { hostDriver: 'vfio-pci', driver: 'kernel' })),
      onHost(host({ kind: 'container' }, { hostDriver: 'vfio-pci', rdma: true })),
      onHost(host({ kind: 'container' }, { hostDriver: 'vfio-pci', driver: 'poll-mode' }, 'mlx5_core')),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, driver: 'vfio-pci' } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] } },
      }),
      onHost({
        devices: { ssd0: { kind: 'nvme', driver: 'vfio-pci' } },
        volumes: { vg0: { kind: 'lvm', on: 'ssd0' } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, driver: 'vfio-pci' } },
        switches: { br0: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus: '2' } },
      }),
      onHost(host({}, { hostDriver: 'vfio-pci' })),
      onHost(host({ kind: 'container' }, { hostDriver: 'iavf' })),
      onHost(host({ kind: 'container' }, { hostDriver: 'vfio-pci', driver: 'poll-mode' })),
    ],
  },
  check(topology, report) {
    const given = assignments(topology);
    for (const host of topology.hosts) {
      for (const [member, { user, how, at }] of hostUses(host)) {
        const fact = member.facts.driver;
        const driver = valueOf(fact);
        if (driver === undefined || !isUserSpaceDriver(driver) || given.of(member).length > 0 || !isInKernel(user)) continue;
        const subject = member.kind === 'vf' ? member : subjectOf(member);
        report(
          'host',
          placeOfFact(fact, subject),
          { device: nameOf(member), driver, use: how },
          {
            entity: user,
            related: [related('used here', at)],
            fixes: fixOf('Leave it to the kernel driver', {}, setting(subject, ['driver'], undefined)),
          },
        );
      }
    }
    for (const device of topology.virtualDevices) {
      if (device.technique?.name !== 'sriov-vf') continue;
      const fact = driverOf(device);
      const driver = valueOf(fact);
      if (driver === undefined || driver === 'none') continue;
      const isContainer = valueOf(device.guest.facts.kind) === 'container';
      const { hypervisor } = device.guest.host.facts;
      // On other hypervisors drivers have other names.
      if (!isContainer && !['kvm', 'qemu'].includes(valueOf(hypervisor) ?? 'kvm')) continue;
      const isAway = isVfioDriver(driver) || isUioDriver(driver);
      const args = { device: device.path, driver, guest: device.guest.path, nic: sourceOf(device)?.path ?? '' };
      const place = placeOfFact(fact, device);
      if (!isContainer) {
        if (isVfioDriver(driver)) continue;
        const fixes = fixOf('Bind it to vfio-pci', {}, changing(device.facts.hostDriver, device, ['hostDriver'], 'vfio-pci'));
        report('vm', place, args, { entity: device, fixes });
        continue;
      }
      if (!isAway) continue;
      const kernel = { entity: device, fixes: fixOf('Leave it to the kernel driver', {}, setting(device, ['hostDriver'], undefined)) };
      const polls = device.facts.driver;
      if (valueOf(device.facts.rdma) === true) report('rdma', place, args, kernel);
      else if (polls.state === 'known' && polls.value === 'kernel') report('netdev', place, args, kernel);
      else if (
        valueOf(polls) === 'poll-mode' &&
        /^mlx[45]/.test(valueOf(sourceOf(device)?.facts.kernelDriver ?? { state: 'unknown' }) ?? '')
      )
        report('bifurcated', place, args, { ...kernel, severity: 'warning' });
    }
  },
});

/** Vswitches of the kernel, volumes, and disks of guests that no process of its own serves. */
function isInKernel(user: Entity): boolean {
  switch (user.kind) {
    case 'switch':
      return switchKinds.get(user.switchKind ?? '')?.runsIn === 'kernel';
    case 'volume':
      return !usersOfVolume(user).some((device) => isServedInUserSpace(device));
    case 'virtual-device':
      return !isServedInUserSpace(user);
    default:
      return false;
  }
}

function usersOfVolume(volume: Volume): VirtualDevice[] {
  const isOn = (device: VirtualDevice) => {
    const media = valueOf(device.facts.media)?.as('volume');
    return media !== undefined && reaches(media, volume);
  };
  return volume.host.guests.flatMap(({ devices }) => devices.filter(isOn));
}

function reaches(from: Volume, wanted: Volume, seen = new Set<Volume>()): boolean {
  if (from === wanted) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return membersOf(from).some((member) => member.kind === 'volume' && reaches(member, wanted, seen));
}

function isServedInUserSpace(device: VirtualDevice): boolean {
  return (
    valueOf(device.facts.backend) === 'vhost-user' ||
    device.technique?.name === 'nvme-namespace' ||
    namedControllers(device).some((reference) => reference.as('controller')?.controllerKind === 'vhost-user')
  );
}

function driverOf(device: VirtualDevice): Fact<string> {
  if (device.facts.hostDriver.state !== 'unknown') return device.facts.hostDriver;
  return instancesOf(device)[0]?.vf?.facts.driver ?? device.facts.hostDriver;
}

function sourceOf(device: VirtualDevice) {
  const target = valueOf(device.facts.from)?.as('device', 'function', 'vf', 'nic-port');
  return target === undefined || target.kind === 'device' ? target : target.device;
}
