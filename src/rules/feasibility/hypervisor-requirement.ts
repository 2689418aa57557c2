import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf } from '../support/text.js';
import { rowsOf } from './hypervisor-rows.js';

const guest = (device: object, more: object = {}) => ({ a: { devices: { dev: { ...device } }, ...more } });
const nic0 = { kind: 'nic', sriov: { vfs: 4 } };
const vios = (devices: string[]) => ({
  hypervisor: 'powervm',
  devices: { hba0: { kind: 'hba', namespaces: { lun0: {} } }, hba1: { kind: 'hba' } },
  controllers: { vios1: { kind: 'vios', cpus: '0-1', devices } },
  guests: guest({ technique: 'virtio-scsi', controller: 'vios1', media: 'hba0/lun0' }),
});

export const hypervisorRequirement = defineRule({
  id: 'IOVT139',
  name: 'hypervisor-requirement',
  title: 'Something that the hypervisor does not have, or does in another way',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['technique-needs'],
  messages: { row: '{device}: {problem}.' },
  docs: {
    why: 'What KVM calls vhost, iothread or vfio-pci is a part of Linux and QEMU: Hyper-V, ESXi and Xen have other means. Xen hands out functions that xen-pciback holds. Hyper-V gives a VF only to a guest that has a synthetic adapter (netvsc) beside it, and moves traffic between the two. A service partition (VIOS, driver domain) serves only what it owns. The vmxnet3 driver rounds the number of queues down to a power of two before version 6 of the device; a PVSCSI disk takes at most 254 requests at once.',
    fix: 'Use the means of the hypervisor, as the message says.',
    sources: [
      'Linux Documentation/networking/device_drivers/ethernet/microsoft/netvsc.rst',
      'Linux drivers/xen/xen-pciback',
      'Linux drivers/net/vmxnet3/vmxnet3_drv.c',
      'VMware Knowledge Base 2053145 (PVSCSI queue depth), from memory',
      'IBM PowerVM Virtual I/O Server documentation',
    ],
  },
  examples: {
    bad: [
      onHost({
        hypervisor: 'xen',
        devices: { nic0 },
        guests: guest({ technique: 'sriov-vf', from: 'nic0', vlan: 100, hostDriver: 'vfio-pci' }),
      }),
      onHost({ hypervisor: 'hyperv', devices: { nic0 }, guests: guest({ technique: 'sriov-vf', from: 'nic0', vlan: 100 }) }),
      onHost({ hypervisor: 'esxi', guests: guest({ technique: 'vmxnet3', queues: 6 }, { vcpus: 8 }) }),
      onHost(vios(['hba1'])),
      onHost({
        hypervisor: 'esxi',
        switches: { br0: { kind: 'linux-bridge' } },
        guests: guest({ technique: 'virtio-net', backend: 'vhost-net', connect: 'br0' }),
      }),
    ],
    good: [
      onHost({
        hypervisor: 'xen',
        devices: { nic0 },
        guests: guest({ technique: 'sriov-vf', from: 'nic0', vlan: 100, hostDriver: 'xen-pciback' }),
      }),
      onHost({
        hypervisor: 'hyperv',
        devices: { nic0 },
        guests: {
          a: {
            devices: {
              vf: { technique: 'sriov-vf', from: 'nic0', vlan: 100 },
              eth0: { technique: 'netvsc', vlan: 100, failoverFor: 'vf' },
            },
          },
        },
      }),
      onHost({ hypervisor: 'esxi', guests: guest({ technique: 'vmxnet3', queues: 8 }, { vcpus: 8 }) }),
      onHost(vios(['hba0'])),
      onHost({
        hypervisor: 'powervm',
        devices: { fc0: { kind: 'hba' }, l0: { kind: 'disk', at: 'fc0' } },
        controllers: { vios1: { kind: 'vios', cpus: '0-1', devices: ['fc0'] } },
        guests: guest({ technique: 'virtio-scsi', controller: 'vios1', media: 'l0' }),
      }),
    ],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) {
      for (const { at, problem, title, changes, severity } of rowsOf(device)) {
        report(
          'row',
          at,
          { device: device.path, problem },
          {
            entity: device,
            severity: severity ?? 'error',
            fixes: title === undefined ? [] : fixOf(title, {}, ...(changes ?? [])),
          },
        );
      }
    }
  },
});
