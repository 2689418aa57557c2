import { valueOf } from '../../core/model/fact.js';
import { servingThread } from '../path/backend.js';
import { delay, work } from '../path/cpu.js';
import { accessRegisters, REGISTER_COSTS, type RegisterAccesses } from '../path/emulation.js';
import { deliver, wakeOf } from '../path/guest-side.js';
import { hostReceive, hostTransmit, IDLE_COSTS, isOnPort, softirqOf } from '../path/host-nic.js';
import { packetLimit } from '../path/limits.js';
import { needsVm } from '../path/needs.js';
import { guestThread, TCP_COSTS, tcpSend } from '../path/tcp.js';
import { defineTechnique, type PathContext } from '../technique.js';

/**
 * Register accesses of one packet. An e1000 writes its tail and reads the cause of the interrupt; an e1000e has MSI-X and
 * need not ask for the cause; an rtl8139 has four transmit slots and works through I/O ports. Others are taken for the
 * nearest of these. The device model copies frames between the memory of the guest and a buffer of its own.
 */
const MODELS: Readonly<Record<string, RegisterAccesses>> = {
  e1000: { count: 2, space: 'memory', work: ['emulated-nic.e1000', 'copy.llc'] },
  e1000e: { count: 1, space: 'memory', work: ['emulated-nic.e1000', 'copy.llc'] },
  rtl8139: { count: 5, space: 'port', work: ['emulated-nic.rtl8139', 'copy.llc'] },
  ne2k_pci: { count: 5, space: 'port', work: ['emulated-nic.rtl8139', 'copy.llc'] },
  pcnet: { count: 5, space: 'port', work: ['emulated-nic.rtl8139', 'copy.llc'] },
};

export const emulatedNic = defineTechnique({
  name: 'emulated-nic',
  title: 'emulated NIC',
  family: 'emulated',
  carries: ['network'],
  keys: [
    'model',
    'backend',
    'connect',
    'mac',
    'vlan',
    'trunks',
    'portMode',
    'isolated',
    'hairpin',
    'mode',
    'limit',
    'weight',
    'priority',
    'mtu',
    'linkState',
    'protected',
  ],
  help: `A NIC that once existed (\`model\`: e1000, e1000e, rtl8139), imitated register by register by the device model. The guest uses the driver it has anyway.

Each access to a register leaves the guest and wakes the device model: several exits for every packet, tens of microseconds, tens of thousands of packets a second. Good for installing a system, for one that has no virtio driver, and to see what paravirtual devices save. Wrong for anything that has a rate or latency to keep: use \`virtio-net\`.`,
  needs: [
    needsVm,
    {
      what: 'a model that is imitated (`model`): e1000, e1000e, rtl8139, pcnet or ne2k_pci; paravirtual ones are techniques of their own',
      isMet: (device) => {
        const model = valueOf(device.facts.model);
        if (model === undefined) return true;
        // QEMU imitates the paravirtual NIC of VMware as it does real ones.
        if (model === 'vmxnet3') return valueOf(device.guest.host.facts.hypervisor) !== 'esxi';
        return !/^(virtio|netfront)/.test(model);
      },
    },
  ],
  impliedController: () => 'qemu-main-loop',
  network: {
    transmit: (context) => {
      const { instance } = context;
      const deviceModel = servingThread(instance);
      return [
        work(context, guestThread(context), 'guest driver', ['guest.emulated-nic', ...tcpSend(context)]),
        ...accessRegisters(context, deviceModel, modelOf(context)),
        ...userStack(context),
        delay(context, 'device model latency', 'emulated-nic.latency'),
        ...packetLimit(context, deviceModel),
        ...(isOnPort(context) ? hostTransmit(context, instance.decl.guest.host, deviceModel) : []),
      ];
    },
    receive: (context) => {
      const deviceModel = servingThread(context.instance);
      return [
        ...(isOnPort(context) ? hostReceive(context, softirqOf(context)) : []),
        // The packet waits in a tap until the main loop looks.
        work(context, deviceModel, 'main loop', [], wakeOf(context, deviceModel)),
        ...userStack(context),
        delay(context, 'device model latency', 'emulated-nic.latency'),
        ...deliver(context, 'guest driver', ['guest.emulated-nic'], true),
        ...accessRegisters(context, deviceModel, modelOf(context)),
      ];
    },
  },
  sharing: {
    parsedBy: 'device-model',
    guestDrivesDma: false,
    summary: 'The device model of the guest reads its registers and buffers: much old code, one process for each guest.',
  },
  operability: {
    liveMigration: { verdict: 'yes', why: 'The device model keeps all state of the device.' },
    hotplug: { verdict: 'yes', why: 'A PCI device like any other; on PCIe machines only behind a port that allows it.' },
    snapshot: { verdict: 'yes', why: 'All state is in the device model.' },
    memoryOvercommit: { verdict: 'yes', why: 'The device model reads guest memory through its own mappings; nothing is pinned.' },
  },
  forms: {
    libvirt: '<interface><model type="{model}"/></interface>',
    qemu: '-netdev tap,id=n0 -device {model},netdev=n0',
  },
  costs: [
    ...TCP_COSTS,
    ...IDLE_COSTS,
    'guest.emulated-nic',
    'emulated-nic.e1000',
    'emulated-nic.rtl8139',
    'emulated-nic.latency',
    'copy.llc',
    ...REGISTER_COSTS,
    'irq.inject',
    'wake.thread',
    'wake.vcpu',
    'slirp.packet',
    'tc.shaper',
    'host-nic.kernel',
    'host-nic.latency',
    'iommu.map-lazy',
    'iommu.map-strict',
  ],
  sources: [
    'Rizzo, Lettieri, Maffione: Speeding Up Packet I/O in Virtual Machines, ANCS 2013',
    'QEMU hw/net/e1000.c, e1000e.c, rtl8139.c',
    'kvm-unit-tests vmexit figures',
  ],
});

function modelOf(context: PathContext): RegisterAccesses {
  const model = valueOf(context.instance.decl.facts.model) ?? 'e1000';
  return (Object.hasOwn(MODELS, model) ? MODELS[model] : MODELS['e1000']) as RegisterAccesses;
}

/** QEMU's own network stack stands in for tap and bridge. */
function userStack(context: PathContext) {
  const isUserStack = valueOf(context.instance.decl.facts.backend) === 'slirp';
  return isUserStack ? [work(context, servingThread(context.instance), 'user-mode stack', ['slirp.packet'])] : [];
}
