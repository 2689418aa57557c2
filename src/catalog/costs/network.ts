import { costs, perByte, time, UNCALIBRATED } from './define.js';

const XDP = 'Høiland-Jørgensen et al., CoNEXT 2018';
const OVS = 'Open vSwitch commit messages';

/** Packets: guests, back ends and switches. Times of the sources are turned into cycles at 3.0 GHz where none is given. */
export const networkCosts = costs({
  'guest.nic-kernel': time(
    'Guest kernel: driver and stack for one small packet on a native NIC',
    '750 cycles',
    `${XDP}: 4.8 Mpps dropped by iptables-raw on a 3.6 GHz core`,
  ),
  'guest.nic-pmd': time('Guest poll-mode driver for one packet on a native NIC', '90 cycles', 'CSIT testpmd and ixy: 70 to 110 cycles'),
  'guest.virtio-kernel': time(
    'Guest kernel: virtio driver for one packet',
    '1050 cycles',
    `350 ns at 3.0 GHz beside a vhost back end, ${UNCALIBRATED}`,
  ),
  'guest.virtio-pmd': time('Guest poll-mode driver for one packet on virtio', '80 cycles', `60 to 100 cycles, ${UNCALIBRATED}`),
  'guest.emulated-nic': time(
    'Guest driver for one packet on an emulated NIC, without its exits',
    '9000 cycles',
    `3 us at 3.0 GHz, ${UNCALIBRATED}`,
  ),
  'emulated-nic.e1000': time(
    'Device model of an e1000 for one packet, beside its exits',
    '8200 cycles',
    `9 us at 3.0 GHz in all, less two register accesses; Rizzo et al., ANCS 2013, recalled, ${UNCALIBRATED}`,
  ),
  'emulated-nic.rtl8139': time(
    'Device model of an rtl8139 for one packet, beside its exits',
    '3000 cycles',
    `15 us at 3.0 GHz in all, less five port accesses, ${UNCALIBRATED}`,
  ),
  'emulated-nic.latency': time('Latency that an emulated NIC adds beside its CPU work', '30 us', `30 to 60 us, ${UNCALIBRATED}`),
  'qemu-net.packet': time(
    'virtio-net in the device model, one packet',
    '4500 cycles',
    `1.5 us at 3.0 GHz, ${UNCALIBRATED}; bytes see qemu-net.byte`,
  ),
  'qemu-net.byte': perByte(
    'virtio-net in the device model, each byte',
    '0.2 ns/B',
    'Firecracker baselines, Xeon 8259CL: 32.5 Gbit/s at 87 % of a thread, 0.20 to 0.21 ns/B',
  ),
  'qemu-net.latency': time(
    'Latency that virtio-net in the device model adds beside its CPU work',
    '20 us',
    `25 to 60 us in all, ${UNCALIBRATED}`,
  ),
  'vhost-net.tx-packet': time('vhost-net worker, one packet from the guest', '1650 cycles', 'Linux 1cfc0753df06, 761876c857cb: 550 ns'),
  'vhost-net.rx-packet': time(
    'vhost-net worker, one packet to the guest',
    '1950 cycles',
    'Linux vhost/tun skb_array: 1.3 to 1.5 Mpps, 650 ns',
  ),
  'vhost-net.latency': time('Latency that vhost-net adds beside its CPU work and wake-ups', '5 us', `10 to 20 us in all, ${UNCALIBRATED}`),
  'macvtap.packet': time('macvtap, one packet', '450 cycles', `150 ns: no bridge lookup, ${UNCALIBRATED}`),
  'veth.packet': time('veth pair and namespace crossing, one packet', '900 cycles', `300 ns, ${UNCALIBRATED}`),
  'macvlan.packet': time('macvlan or ipvlan child, one packet', '300 cycles', UNCALIBRATED),
  'host-nic.kernel': time(
    'Host kernel driver and softirq for one packet of a physical port',
    '600 cycles',
    `${XDP}: part of the 575 ns of an IP forward on a 3.6 GHz core`,
  ),
  'host-nic.latency': time('Interrupt moderation and softirq latency of a physical port', '5 us', `${XDP}: 7 us at 1 Mpps`),
  'linux-bridge.packet': time(
    'Linux bridge, one packet',
    '870 cycles',
    `${XDP}: IP forward 1.740 Mpps on a 3.6 GHz core (2070 cycles), less the driver at both ends; a bridge costs no more, recalled and uncalibrated`,
  ),
  'conntrack.packet': time('Connection tracking, one packet', '1050 cycles', `${XDP}: 1.8 Mpps with, 4.8 Mpps without conntrack (350 ns)`),
  'ovs-kernel.packet': time(
    'OVS kernel datapath, one packet that hits its cache',
    '1200 cycles',
    `${OVS} f7dc6d34b: about 1.25 Mpps a core (2400 cycles), less the driver at both ends`,
  ),
  'ovs.upcall': time('OVS: a packet that misses all caches', '135000 cycles', `40 to 60 us, recalled, ${UNCALIBRATED}`),
  'ovs-dpdk.emc-hit': time(
    'OVS-DPDK, one packet that hits the exact-match cache',
    '150 cycles',
    `${OVS} 5a2fed486, d262ac2c6: 12.0 to 12.4 Mpps on one core (240 cycles at 3.0 GHz), less the driver at both ends`,
  ),
  'ovs-dpdk.megaflow-hit': time(
    'OVS-DPDK, one packet that hits the megaflow cache at its first subtable',
    '465 cycles',
    `${OVS} af697f26b: 5.4 Mpps with the exact-match cache off (555 cycles at 3.0 GHz), less the driver at both ends`,
  ),
  'ovs-dpdk.subtable': time(
    'OVS-DPDK, each further subtable of a lookup',
    '216 cycles',
    `${OVS} 3453b4d62: 1.45 against 2.13 Mpps, 72 ns a subtable`,
  ),
  'tunnel.packet': time(
    'Encapsulation or decapsulation of one packet in software',
    '360 cycles',
    'CSIT VPP: 324 cycles with VXLAN against 204; OVS 2daae85a0',
  ),
  'vpp.l2-packet': time('VPP, one packet over an L2 bridge domain', '213 cycles', 'CSIT 17.04/17.07, one thread at 2.3 GHz: 10.8 Mpps'),
  'vhost-user.dequeue': time('vhost-user, one packet from the guest', '150 cycles', 'DPDK vhost library, Haswell (2016)'),
  'vhost-user.enqueue': time('vhost-user, one packet to the guest', '170 cycles', 'DPDK vhost library: 267 to 167 cycles, Haswell (2016)'),
  'pmd.io': time(
    'Poll-mode driver of a physical port, one packet received or sent',
    '45 cycles',
    'CSIT testpmd io, ixy: 70 to 110 cycles to receive and send one packet',
  ),
  'pmd.poll-delay': time('Time until a polling core finds a packet', '2 us', `${XDP}: DPDK forwarding latency 2 to 3 us`),
  'vf.latency': time('Latency of a VF beside wire and PCIe', '0.5 us', `0.5 to 1 us with posted interrupts, ${UNCALIBRATED}`),
  'eswitch.latency': time(
    'Latency of the switch inside the NIC',
    '1 us',
    `Firestone et al., NSDI 2018 (below 15 us in all), ${UNCALIBRATED}`,
  ),
  'vdpa.latency': time('Latency of a vDPA data path beside wire and PCIe', '1 us', UNCALIBRATED),
  'dpu.packet': time('DPU: a virtio packet on one of its cores', '600 cycles', UNCALIBRATED),
  'dpu.latency': time(
    'Latency of a virtio device that a DPU presents, beside wire and PCIe',
    '2 us',
    `Firestone et al., NSDI 2018 (below 15 us in all), ${UNCALIBRATED}`,
  ),
  'tc.shaper': time('Linux traffic control: classifying and queueing one packet in an HTB class', '600 cycles', UNCALIBRATED),
  'netvsc.packet': time('Hyper-V netvsc: one packet in the parent partition', '2400 cycles', UNCALIBRATED),
  'netback.packet': time('Xen netback: one packet, grant copy included', '3600 cycles', UNCALIBRATED),
  'vmxnet3.packet': time('VMware vmxnet3: one packet in the hypervisor', '1800 cycles', UNCALIBRATED),
  'hypervisor-net.latency': time(
    'Latency that netback, netvsc or vmxnet3 adds beside its CPU work and wake-ups',
    '5 us',
    `as vhost-net, ${UNCALIBRATED}`,
  ),
  'vios.packet': time('VIOS partition: one packet through its shared Ethernet adapter', '4500 cycles', UNCALIBRATED),
  'vsock.message': time('virtio-vsock: one message in the host', '3000 cycles', UNCALIBRATED),
  'slirp.packet': time('User-mode network stack, one packet', '9000 cycles', UNCALIBRATED),
});
