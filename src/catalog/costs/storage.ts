import { costs, perByte, time, UNCALIBRATED } from './define.js';

const FC = 'Firecracker baselines, Xeon 8259CL, fio QD32 4 KiB';
const SPDK = 'SPDK commit messages and blog of 2019-05-06';

/** Block I/O: guests, back ends, the host block layer. */
export const storageCosts = costs({
  'guest.virtio-blk': time('Guest kernel: block layer and virtio driver for one I/O', '19500 cycles', `${FC}: 5.93 us a vCPU; 5 to 8 us`),
  'guest.nvme': time('Guest kernel: block layer and NVMe driver for one I/O', '10500 cycles', `3 to 4 us at 3.0 GHz, ${UNCALIBRATED}`),
  'guest.emulated-disk': time(
    'Guest driver for one command of an emulated disk, without its exits',
    '15000 cycles',
    `5 us at 3.0 GHz, ${UNCALIBRATED}`,
  ),
  'guest.spdk': time('Guest poll-mode driver for one I/O', '400 cycles', `${SPDK}: 385 cycles an I/O on a 4.0 GHz core`),
  'emulated-disk.ide': time(
    'Device model of an IDE disk for one command, beside its exits and the block layer',
    '7800 cycles',
    `35 us at 3.0 GHz in all (25 to 40 us), less 8 taskfile accesses, ${UNCALIBRATED}`,
  ),
  'emulated-disk.ahci': time(
    'Device model of an AHCI disk for one command, beside its exits and the block layer',
    '13400 cycles',
    `27 us at 3.0 GHz in all: fewer accesses than IDE, ${UNCALIBRATED}`,
  ),
  'emulated-disk.scsi': time(
    'Device model of an LSI SCSI adapter for one command, beside its exits and the block layer',
    '22400 cycles',
    `30 us at 3.0 GHz in all, ${UNCALIBRATED}`,
  ),
  'emulated-disk.usb': time(
    'Device model of a USB disk for one command, beside its exits and the block layer',
    '33600 cycles',
    `40 us at 3.0 GHz in all: command, data and status are transfers of their own, ${UNCALIBRATED}`,
  ),
  'emulated-disk.latency': time('Latency that an emulated disk adds beside its CPU work', '20 us', `40 to 80 us in all, ${UNCALIBRATED}`),
  'qemu-blk.io': time(
    'QEMU block layer in a thread that waits for events, one I/O',
    '30000 cycles',
    'QEMU dd67c1d7e7 and Zhadchenko 2022: one iothread about 100 k IOPS',
  ),
  'qemu-blk.io-polled': time(
    'QEMU block layer in a thread that polls and batches, one I/O',
    '18000 cycles',
    `6 us at 3.0 GHz, ${UNCALIBRATED}`,
  ),
  'qemu-blk.byte': perByte('QEMU block layer, each byte', '0.02 cycles/B', UNCALIBRATED),
  'qemu-blk.latency': time(
    'Latency that QEMU block I/O adds beside its CPU work and wake-ups',
    '6 us',
    `10 to 20 us in all by interrupts, 4 to 6 us polled, ${UNCALIBRATED}`,
  ),
  'qemu-blk.threads': time(
    'What handing one I/O to a pool of threads and back adds (io=threads)',
    '9000 cycles',
    `two context switches, 3 us at 3.0 GHz, ${UNCALIBRATED}`,
  ),
  'qemu-blk.unbatched': time(
    'What an I/O that is submitted by itself costs more',
    '16200 cycles',
    'QEMU dd67c1d7e7: 65 k IOPS without batching, 92 k with',
  ),
  'qemu-blk.main-loop': time(
    'What the main loop adds to an I/O against an iothread: its lock, and all other descriptors it watches',
    '15000 cycles',
    'Zhadchenko 2022: 57.5 k reads and 79.4 k writes a second, against about 100 k of an iothread',
  ),
  'qcow2.io': time('Mapping of one I/O in an image that is not raw: qcow2, vmdk, vhdx', '3000 cycles', UNCALIBRATED),
  'vmm-blk.io': time('Block device of a minimal VMM, one I/O', '7200 cycles', `${FC}: 2.41 us of its thread`),
  'virtio-scsi.io': time('What SCSI adds to one I/O', '3000 cycles', UNCALIBRATED),
  'vhost-blk.io': time(
    'Kernel vhost worker for block or SCSI, one I/O',
    '19500 cycles',
    'Zhadchenko 2022: close to host-native; 5 to 8 us',
  ),
  'vhost-blk.latency': time('Latency that kernel vhost adds beside its CPU work', '5 us', `8 to 12 us in all, ${UNCALIBRATED}`),
  'spdk.vhost': time(
    'SPDK vhost-user target, one I/O',
    '2400 cycles',
    '0.8 us; SPDK vhost reports 0.8 to 1.4 M IOPS a core, recalled and uncalibrated',
  ),
  'spdk.nvme': time('SPDK NVMe driver, one I/O', '385 cycles', `${SPDK}: 10.39 M IOPS on one 4.0 GHz thread`),
  'spdk.bdev': time('SPDK block device layer, one I/O', '276 cycles', `${SPDK} 055de83ac6: 10.81 M IOPS a core`),
  'spdk.qos': time('SPDK rate limit: the part of one I/O', '68 cycles', `${SPDK} 055de83ac6: 8.72 against 10.81 M IOPS on one core`),
  'spdk.qos-lock': time(
    'SPDK rate limit: handing its lock from core to core',
    '129 ns',
    `${SPDK} 055de83ac6: 7.6 to 8.0 M IOPS on 2 to 16 cores`,
  ),
  'spdk.latency': time('Latency that an SPDK target adds beside its CPU work', '2 us', `4 to 6 us polled in all, ${UNCALIBRATED}`),
  'host-block.submit': time(
    'Host kernel: submit and complete one I/O',
    '7500 cycles',
    `2.5 us at 3.0 GHz: with the system call as much as in a guest on a native drive, 3 to 4 us; ${UNCALIBRATED}`,
  ),
  'blk.mq-deadline': time('mq-deadline: the part of one request behind its lock', '0.7 us', 'Linux Documentation/block/bfq-iosched.rst'),
  'blk.bfq': time('BFQ: the part of one request behind its lock', '1.9 us', 'Linux Documentation/block/bfq-iosched.rst'),
  'blk.handover': time(
    'What taking over the lock of a block scheduler from another CPU adds',
    '0.6 us',
    'Linux Documentation/block/bfq-iosched.rst: 400 k requests a second at most where one takes 1.9 us',
  ),
  'blk.kyber': time('Kyber: one request', '0.3 us', UNCALIBRATED),
  'host-block.flush': time(
    'Flush that a write waits for (cache writethrough or directsync)',
    '20 us',
    `a drive with power-loss protection; milliseconds without, ${UNCALIBRATED}`,
  ),
  'page-cache.hit': time('Read that the host page cache answers', '3000 cycles', UNCALIBRATED),
  'block-volume.io': time('Container: system call and file system for one I/O', '3000 cycles', UNCALIBRATED),
  'virtio-fs.request': time('virtiofsd: one request', '12000 cycles', UNCALIBRATED),
  'nvme-vf.latency': time(
    'Latency of an assigned NVMe function beside PCIe and medium',
    '1 us',
    `1 to 2 us for the remapped interrupt, ${UNCALIBRATED}`,
  ),
  'mdev-nvme.io': time(
    'Mediated NVMe: polling host thread, one I/O',
    '1200 cycles',
    'Peng et al., ATC 2018: 70 % of native latency; cycles uncalibrated',
  ),
  'vios.io': time('VIOS partition: one I/O', '15000 cycles', UNCALIBRATED),
  'hypervisor-blk.latency': time(
    'Latency that blkback, storvsc or PVSCSI adds beside its CPU work and wake-ups',
    '5 us',
    `as kernel vhost, ${UNCALIBRATED}`,
  ),
  'blkback.io': time('Xen blkback: one I/O', '15000 cycles', UNCALIBRATED),
  'storvsc.io': time('Hyper-V storvsc: one I/O in the parent partition', '15000 cycles', UNCALIBRATED),
  'pvscsi.io': time('VMware PVSCSI: one I/O in the hypervisor', '9000 cycles', UNCALIBRATED),
  'dpu.io': time('DPU: a virtio block request on one of its cores', '3000 cycles', UNCALIBRATED),
});
