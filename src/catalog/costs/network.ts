import { costs, perByte, time, UNCALIBRATED } from './define.js';

const XDP = 'Høiland-Jørgensen et al., CoNEXT 2018';
const TNS = 'Cai et al., SIGCOMM 2021, artifact: one stream, Xeon 6128 at 3.4 GHz';
const OVS = 'Open vSwitch commit messages';

/** Packets: guests, back ends and switches. Times of the sources are turned into cycles at 3.0 GHz where none is given. */
export const networkCosts = costs({
  'guest.nic-kernel': time(
    'Guest kernel: driver and stack for one small packet on a native NIC',
    '750 cycles',
    `${XDP}: 4.8 Mpps dropped by iptables-raw on a 3.6 GHz core`,
  ),
  'guest.nic-pmd': time(
    'Guest poll-mode driver for one packet on a native NIC',
    '83 cycles',
    `${XDP}: DPDK drops 43.5 Mpps on a 3.6 GHz core; CSIT testpmd and ixy: 70 to 110 cycles to receive and send`,
  ),
  'guest.vf-pmd': time(
    'What a virtual function adds to the poll-mode driver for one packet',
    '23 cycles',
    'DPDK commits c522ba733b and 7ea2dfeaeb: a VF reaches 0.78 to 0.80 of the packets of its PF on one core',
  ),
  'tcp.tx-byte': perByte(
    'TCP, sending: copy and protocol, each byte',
    '0.335 cycles/B',
    `${TNS}: 0.386 cycles/B in all with every offload`,
  ),
  'tcp.tx-crossing': perByte(
    'TCP, sending: what acknowledgements that arrive on another core add to a byte',
    '0.178 cycles/B',
    `${TNS}: 0.564 cycles/B with jumbo frames but without flow steering`,
  ),
  'tcp.ack': time(
    'TCP, sending: acknowledgements for one frame of the wire',
    '460 cycles',
    `${TNS}: 0.82 against 0.564 cycles/B at 1500 and 9000 B`,
  ),
  'tcp.tx-segment': time(
    'TCP, sending: each segment where the NIC does not segment',
    '2675 cycles',
    `${TNS}: 3.1 cycles/B at 1500 B without offloads`,
  ),
  'tcp.rx-frame': time(
    'TCP, receiving: driver and GRO for one frame of the wire',
    '950 cycles',
    `${TNS}: 1.79 and 0.958 cycles/B at 1500 and 9000 B, less what the application does`,
  ),
  'tcp.rx-fragment': time(
    'TCP, receiving: what each frame that GRO joined costs the application’s copy',
    '200 cycles',
    `${TNS}: 26.6 Gbit/s at 1500 B where the application’s core is full, 32.5 at 9000 B`,
  ),
  'tcp.rx-segment': time(
    'TCP, receiving: each segment that GRO did not join, on each of the two cores',
    '2980 cycles',
    `${TNS}: 5.6 cycles/B at 1500 B without offloads`,
  ),
  'tcp.rx-byte': perByte(
    'TCP, receiving: copy and protocol, each byte',
    '0.52 cycles/B',
    `${TNS}: 0.645 cycles/B in all with every offload`,
  ),
  'tcp.rx-crossing': perByte(
    'TCP, receiving: what data brought by another core adds to a byte',
    '0.36 cycles/B',
    `${TNS}: 0.958 cycles/B with jumbo frames but without flow steering`,
  ),
  'host-stack.packet': time(
    'Host kernel: one packet that is for itself, after the driver',
    '150 cycles',
    `${XDP}: 4.8 Mpps dropped by iptables-raw on a 3.6 GHz core (750 cycles), less the driver`,
  ),
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
  'vhost-net.tx-xdp': time(
    'vhost-net worker, one packet from the guest to an XDP program at the tap, program included',
    '1285 cycles',
    'Linux 761876c857cb: 2.3 Mpps dropped; no kernel packet is made of it',
  ),
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
  'conntrack.packet': time(
    'Connection tracking, one packet',
    '1250 cycles',
    `${XDP}: 1.8 Mpps with, 4.8 Mpps without conntrack, on a 3.6 GHz core`,
  ),
  'linux-router.packet': time(
    'Linux IP forwarding, one packet, beside the drivers',
    '870 cycles',
    `${XDP}: 1.740 Mpps on a 3.6 GHz core (2070 cycles), less the driver at both ends`,
  ),
  'linux-router.lookup': time(
    'Linux IP forwarding: each doubling of the routing table',
    '28 cycles',
    `${XDP}: 1.374 Mpps with 752 000 routes against 1.740 with one; 550 cycles over 19.5 doublings`,
  ),
  'linux.shared-lines': time(
    'Linux forwarding: what each further core that forwards adds to a packet',
    '33 cycles',
    `${XDP}: six cores reach 89 to 95 % of six times one core`,
  ),
  'xdp.receive': time('XDP: driver and program for one frame', '150 cycles', `${XDP}: 24 Mpps dropped on a 3.6 GHz core`),
  'xdp.redirect': time(
    'XDP: redirecting one frame to another port',
    '266 cycles',
    `${XDP}: 8.65 Mpps redirected on a 3.6 GHz core (416 cycles), less the reception`,
  ),
  'xdp.redirect-single': time(
    'XDP: redirecting a frame from a tap, one by one',
    '870 cycles',
    'Linux 761876c857cb: 1.38 Mpps redirected against 2.3 dropped',
  ),
  'policer.packet': time(
    'Policing one packet in a user-space switch',
    '60 cycles',
    'CSIT VPP 17.04 and 17.07: 8.1 and 8.5 Mpps with a policer against 10.6 and 11.3, at 2.3 GHz',
  ),
  'ovs-kernel.packet': time(
    'OVS kernel datapath, one packet that hits its cache',
    '1200 cycles',
    `${OVS} f7dc6d34b: about 1.25 Mpps a core (2400 cycles), less the driver at both ends`,
  ),
  'ovs-kernel.shared-statistics': time(
    'OVS kernel datapath before Linux 3.15: counting a packet of a flow that all CPUs share',
    '250 ns',
    `${OVS} f7dc6d34b: about 4 Mpps on twelve cores, 15 without`,
  ),
  'ovs.upcall': time('OVS: a packet that misses all caches', '135000 cycles', `40 to 60 us, recalled, ${UNCALIBRATED}`),
  'ovs-dpdk.emc-hit': time(
    'OVS-DPDK, one packet that hits the exact-match cache',
    '160 cycles',
    `${OVS} 5a2fed486, d262ac2c6: 12.0 to 12.4 Mpps on one core (240 cycles at 3.0 GHz), less the driver at both ends`,
  ),
  'ovs-dpdk.megaflow-hit': time(
    'OVS-DPDK, one packet that hits the megaflow cache at its first subtable',
    '475 cycles',
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
  'vpp.cross-connect': time(
    'VPP, one packet from one port to another',
    '171 cycles',
    'CSIT 17.04/17.07, one thread at 2.3 GHz: 13.1 and 13.8 Mpps',
  ),
  'vpp.ipv4-packet': time('VPP, one packet routed', '210 cycles', 'CSIT 17.04/17.07, one thread at 2.3 GHz: 10.6 and 11.3 Mpps'),
  'vpp.lisp-packet': time('VPP, one packet into a LISP tunnel', '411 cycles', 'CSIT 17.04/17.07, one thread at 2.3 GHz: 5.5 and 5.7 Mpps'),
  'vpp.tunnel': time(
    'VPP: what VXLAN adds to a packet',
    '118 cycles',
    'CSIT 17.04/17.07, one thread at 2.3 GHz: 6.8 and 7.1 Mpps against 10.8 of the bridge domain',
  ),
  'vpp.l2-packet': time('VPP, one packet over an L2 bridge domain', '213 cycles', 'CSIT 17.04/17.07, one thread at 2.3 GHz: 10.8 Mpps'),
  'vhost-user.dequeue': time('vhost-user, one packet from the guest', '150 cycles', 'DPDK vhost library, Haswell (2016)'),
  'vhost-user.enqueue': time('vhost-user, one packet to the guest', '170 cycles', 'DPDK vhost library: 267 to 167 cycles, Haswell (2016)'),
  'pmd.io': time(
    'Poll-mode driver of a physical port, one packet received or sent',
    '40 cycles',
    'CSIT testpmd io, ixy: 70 to 110 cycles to receive and send one packet',
  ),
  'pmd.poll-delay': time(
    'Time until a polling core finds a packet',
    '0.3 us',
    `${XDP}: DPDK forwards in 2 to 3 us, most of which are the NIC and PCIe`,
  ),
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
