import { costs, perByte, time, UNCALIBRATED } from './define.js';

const TNS = 'Cai et al., SIGCOMM 2021, artifact: 42.2 Gbit/s on one 3.4 GHz core';

/** Copies, and what DMA waits for. */
export const memoryCosts = costs({
  'copy.llc': perByte(
    'Copy with its source in the last-level cache',
    '0.35 cycles/B',
    `${TNS}; receive-side user copy takes 54 % of the core`,
  ),
  'copy.l2': perByte(
    'Copy with both ends in the core’s own caches',
    '0.12 cycles/B',
    `DPDK rte_memcpy figures, ${UNCALIBRATED} for other sizes`,
  ),
  'copy.dram': perByte('Copy with both ends in memory', '1.0 cycles/B', UNCALIBRATED),
  'copy.tx': perByte('Copy of data that its sender has just written', '0.185 cycles/B', `${TNS}; send-side copy`),
  'dma.read': time(
    'Round trip of one DMA read to local memory',
    '600 ns',
    'pcie-bench (SIGCOMM 2018), 64 B read, cold: medians 600 to 640 ns on four Xeon E5 hosts, mean 616 ns, less 14 ns on its Gen3 x8 link',
  ),
  'dma.read-cached': time(
    'Round trip of one DMA read that the last-level cache answers',
    '560 ns',
    'pcie-bench (SIGCOMM 2018), 64 B read, warm: medians 560 to 600 ns on four Xeon E5 hosts, mean 573 ns, less 14 ns on its link',
  ),
  'dma.jitter': time(
    'What power states of the uncore add to a DMA access, on average (exponential)',
    '0 ns',
    'pcie-bench: server parts show none (99.9 % within 1.6 times the median); a client part (E3-1226v3) about 1 us',
  ),
  'ddio.miss': time(
    'Kernel receive path: what a ring entry that has left the cache costs a packet',
    '96 ns',
    'one access to memory; Høiland-Jørgensen et al., CoNEXT 2018: redirect on six cores with rings of 128 to 1024 entries',
  ),
  'dma.write': time(
    'Time until a posted DMA write is visible to the host',
    '300 ns',
    `half of a write-then-read of 773 ns in pcie-bench, rounded, ${UNCALIBRATED}`,
  ),
  'dma.remote': time('What memory of another NUMA node adds to a DMA access', '93 ns', 'pcie-bench, Broadwell: 560 to 653 ns, warm'),
  'iotlb.miss': time(
    'What a miss of the IOTLB adds to a DMA access',
    '280 ns',
    'pcie-bench, Broadwell: 600 to 880 ns; 240 to 280 on four hosts',
  ),
  'iotlb.walk': time(
    'Time between two page walks of a busy IOMMU',
    '49 ns',
    'pcie-bench, Broadwell: 20 to 21 million walks a second, fitted',
  ),
  'iommu.map-strict': time(
    'Map and unmap of one buffer with strict invalidation',
    '3700 cycles',
    'Malka et al., ASPLOS 2015, recalled and uncalibrated',
  ),
  'iommu.map-lazy': time(
    'Map and unmap of one buffer with batched invalidation',
    '1600 cycles',
    'Malka et al., ASPLOS 2015, recalled and uncalibrated; Linux 5e0d2a6fc094',
  ),
});
