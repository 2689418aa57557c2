import { valueOf } from '../../core/model/fact.js';
import { ASSIGNED_COSTS, assignedCompute } from '../path/assigned.js';
import { sourceDevice } from '../path/backend.js';
import { needsIommu, needsKey, needsSource } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const mig = defineTechnique({
  name: 'mig',
  title: 'MIG instance of a GPU',
  family: 'hardware',
  carries: ['compute'],
  takes: 'partition',
  fromKinds: ['gpu'],
  keys: ['from', 'type', 'uuid', 'driver', 'coalesce', 'weight', 'priority'],
  help: `A hardware partition of a GPU (NVIDIA Multi-Instance GPU): its own compute slices, its own part of the memory, of its bandwidth and of the L2 cache. \`type\` is the instance type (\`1g.10gb\`), \`from\` the GPU or one of its \`partitions\`.

What another instance does does not change its speed: the strongest division of a GPU there is. Sizes are fixed by the product, and slices that no type fits stay unused. For many small guests that rarely compute, time-sliced \`mdev\` vGPUs use the card better. In a virtual machine the instance comes as a vGPU backed by MIG; containers get it directly.`,
  needs: [
    needsKey('a GPU or partition (`from`)', 'from'),
    needsSource('a GPU', 'gpu'),
    {
      what: 'a GPU that can be partitioned',
      isMet: (device) => {
        const gpu = sourceDevice(device)?.facts.gpu;
        if (gpu === undefined) return undefined;
        if (gpu.migSlices.state === 'known') return true;
        const sharing = valueOf(gpu.sharing);
        return sharing === undefined ? undefined : sharing.includes('mig');
      },
    },
    { what: 'slices of the GPU that are left', rule: 'gpu-partition-exceeds-device' },
    needsIommu,
  ],
  compute: assignedCompute,
  sharing: {
    parsedBy: 'device-firmware',
    guestDrivesDma: true,
    summary:
      'Compute, memory and bandwidth are partitioned in hardware; instances share the firmware, the PCIe link, power and reset of the GPU, and its host driver.',
  },
  operability: {
    liveMigration: { verdict: 'depends', why: 'As a vGPU backed by MIG, between equal GPUs and driver versions.' },
    hotplug: { verdict: 'depends', why: 'Instances are made and removed while others run; few guest drivers take a GPU while running.' },
    snapshot: { verdict: 'depends', why: 'As a vGPU, if the vendor driver saves the state; not in a container.' },
    memoryOvercommit: { verdict: 'no', why: 'Guest memory is pinned for DMA, and GPU memory is divided for good.' },
  },
  forms: {
    libvirt: '<hostdev mode="subsystem" type="mdev" model="vfio-pci"><source><address uuid="{uuid}"/></source></hostdev>',
  },
  costs: ['gpu.submit', ...ASSIGNED_COSTS, 'wake.thread'],
  sources: ['NVIDIA Multi-Instance GPU User Guide', 'NVIDIA supported MIG profiles'],
});
