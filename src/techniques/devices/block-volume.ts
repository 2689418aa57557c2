import { vcpus, work } from '../path/cpu.js';
import { hostCache, pageCache } from '../path/disk.js';
import { deliver, isPollMode } from '../path/guest-side.js';
import { ioLimit } from '../path/limits.js';
import { needsContainer, needsKey } from '../path/needs.js';
import { defineTechnique } from '../technique.js';

export const blockVolume = defineTechnique({
  name: 'block-volume',
  title: 'volume of a container',
  family: 'container',
  carries: ['storage', 'filesystem'],
  keys: ['driver', 'media', 'path', 'size', 'limit', 'weight', 'priority', 'readonly', 'shareable', 'image', 'cache'],
  help: `A volume of the host in a container: a directory that is mounted into it, or a block device as such. The container's processes call the kernel of the host and nothing lies in between; the page cache is the host's. With \`driver\` poll-mode the process brings its own driver (SPDK) and the kernel is not on the way.

As fast as the host itself. What keeps tenants apart is the kernel alone: a limit by cgroup (\`io.max\`, \`io.weight\`) is all there is against a neighbour who floods the disk.`,
  needs: [needsContainer, needsKey('what the volume lies on (`media`)', 'media')],
  storage: {
    via: (context) => (isPollMode(context) ? 'user-space' : 'host-kernel'),
    hostCache: (context) => (isPollMode(context) ? { readHitRatio: 0, absorbsWrites: false } : hostCache(context)),
    submit: (context) => {
      const processes = vcpus(context.instance);
      if (isPollMode(context)) return [work(context, processes, 'SPDK block device', ['spdk.bdev']), ...ioLimit(context, processes)];
      return [work(context, processes, 'system call and file system', ['block-volume.io']), ...pageCache(context, processes)];
    },
    complete: (context) => deliver(context, 'completion', []),
  },
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'Containers share the kernel, its file systems, its page cache and the queue of the disk.',
  },
  operability: {
    liveMigration: { verdict: 'no', why: 'Containers are restarted elsewhere; the volume must be reachable from there.' },
    hotplug: { verdict: 'depends', why: 'Mounts can be added to a running container; most runtimes only do so at start.' },
    snapshot: { verdict: 'depends', why: 'Of the volume, where what lies below can; not of the container.' },
    memoryOvercommit: { verdict: 'yes', why: 'Nothing is pinned.' },
  },
  forms: {},
  costs: ['spdk.bdev', 'spdk.qos', 'spdk.qos-lock', 'block-volume.io', 'page-cache.hit', 'copy.dram', 'wake.thread'],
  sources: ['Linux Documentation/admin-guide/cgroup-v2, IO', 'Kubernetes documentation: volumes'],
});
