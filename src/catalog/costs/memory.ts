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
    'pcie-bench (SIGCOMM 2018), Broadwell E5-2630v4, 64 B read, cold: median 600 ns',
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
