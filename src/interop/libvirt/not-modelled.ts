import type { Knowledge } from '../losses.js';
import type { XmlElement } from '../xml/element.js';

/**
 * What the importer leaves out on purpose, by path; `*` stands for one name. An element covers all that is in it, an
 * attribute is written behind `@`. Everything else that is not read is reported as unknown.
 */
const PATHS: readonly string[] = [
  // The frame of the domain: firmware, life cycle, the processor as the guest sees it.
  ...['@id', 'uuid', 'genid', 'on_poweroff', 'on_reboot', 'on_crash', 'on_lockfailure', 'pm', 'clock', 'features', 'sysinfo'],
  ...['seclabel', 'keywrap', 'launchSecurity', 'idmap', 'perf', 'resource', 'bootloader', 'bootloader_args', 'memtune', 'vcpus'],
  ...[
    'os/boot',
    'os/bootmenu',
    'os/bios',
    'os/loader',
    'os/nvram',
    'os/kernel',
    'os/initrd',
    'os/cmdline',
    'os/dtb',
    'os/acpi',
    'os/smbios',
  ],
  ...[
    'os/firmware',
    'os/init',
    'os/initarg',
    'os/initenv',
    'os/initdir',
    'os/inituser',
    'os/initgroup',
    'os/shim',
    'os/@firmware',
    'os/type/@arch',
  ],
  ...[
    'cpu/@match',
    'cpu/@check',
    'cpu/@migratable',
    'cpu/@deprecated_features',
    'cpu/model/@fallback',
    'cpu/model/@vendor_id',
    'cpu/vendor',
  ],
  ...['cpu/feature', 'cpu/topology', 'cpu/cache', 'cpu/maxphysaddr', 'cpu/numa/interconnects', 'cpu/model'],
  ...['cpu/numa/cell/@id', 'cpu/numa/cell/@cpus', 'cpu/numa/cell/@memory', 'cpu/numa/cell/@unit', 'cpu/numa/cell/@discard'],
  ...['cpu/numa/cell/distances', 'cpu/numa/cell/cache'],
  ...['memoryBacking/nosharepages', 'memoryBacking/source', 'memoryBacking/allocation', 'memoryBacking/discard', 'maxMemory/@slots'],
  // Scheduling and cache allocation of threads.
  ...['cputune/emulator_period', 'cputune/emulator_quota', 'cputune/iothread_period', 'cputune/iothread_quota', 'cputune/vcpusched'],
  ...['cputune/emulatorsched', 'cputune/iothreadsched', 'cputune/cachetune', 'cputune/memorytune'],
  ...[
    'defaultiothread',
    'iothreadids/iothread/@*',
    'iothreadids/iothread/poll/@*',
    'blkiotune/weight',
    'blkiotune/device',
    'blkiotune/device/*',
  ],
  // The guest's own buses: which slot a device takes there is libvirt's to count.
  ...['devices/emulator', 'devices/controller', 'devices/controller/@*', 'devices/controller/*', 'devices/controller/driver/@*'],
  ...[
    'devices/*/address',
    'devices/*/address/*',
    'devices/*/address/@*',
    'devices/*/alias',
    'devices/*/acpi',
    'devices/*/rom',
    'devices/*/boot/@loadparm',
  ],
  // Options of virtio that change neither path nor cost here.
  ...[
    'devices/*/driver/@iommu',
    'devices/*/driver/@ats',
    'devices/*/driver/@page_per_vq',
    'devices/*/driver/@ioeventfd',
    'devices/*/driver/@acpi',
  ],
  // Disks.
  ...[
    'devices/disk/@snapshot',
    'devices/disk/@model',
    'devices/disk/@rawio',
    'devices/disk/@sgio',
    'devices/disk/@device',
    'devices/disk/backingStore',
  ],
  ...[
    'devices/disk/mirror',
    'devices/disk/auth',
    'devices/disk/encryption',
    'devices/disk/wwn',
    'devices/disk/vendor',
    'devices/disk/product',
  ],
  ...['devices/disk/geometry', 'devices/disk/blockio', 'devices/disk/transient', 'devices/disk/readonly'],
  ...['devices/disk/target/@tray', 'devices/disk/target/@removable', 'devices/disk/target/@rotation_rate'],
  ...[
    'devices/disk/driver/@error_policy',
    'devices/disk/driver/@rerror_policy',
    'devices/disk/driver/@copy_on_read',
    'devices/disk/driver/@discard',
  ],
  ...[
    'devices/disk/driver/@detect_zeroes',
    'devices/disk/driver/@discard_no_unref',
    'devices/disk/driver/metadata_cache',
    'devices/disk/driver/@cache',
  ],
  ...[
    'devices/disk/source/@index',
    'devices/disk/source/@startupPolicy',
    'devices/disk/source/@query',
    'devices/disk/source/@tls',
    'devices/disk/source/@*',
  ],
  ...['devices/disk/source/seclabel', 'devices/disk/source/encryption', 'devices/disk/source/reservations', 'devices/disk/source/ssl'],
  ...['devices/disk/source/cookies', 'devices/disk/source/readahead', 'devices/disk/source/timeout', 'devices/disk/source/reconnect'],
  ...['devices/disk/source/knownHosts', 'devices/disk/source/identity', 'devices/disk/source/snapshot', 'devices/disk/source/config'],
  ...[
    'devices/disk/source/auth',
    'devices/disk/source/initiator',
    'devices/disk/source/slices',
    'devices/disk/source/nfs',
    'devices/disk/source/privateData',
  ],
  // Interfaces.
  ...[
    'devices/interface/target',
    'devices/interface/target/@*',
    'devices/interface/source/@portid',
    'devices/interface/source/@*',
    'devices/interface/source/reconnect',
    'devices/interface/source/*',
  ],
  ...[
    'devices/interface/virtualport',
    'devices/interface/virtualport/parameters',
    'devices/interface/script',
    'devices/interface/downscript',
  ],
  ...[
    'devices/interface/backend',
    'devices/interface/backend/@*',
    'devices/interface/portForward',
    'devices/interface/ip',
    'devices/interface/route',
  ],
  ...[
    'devices/interface/guest',
    'devices/interface/tune',
    'devices/interface/mac/@*',
    'devices/interface/filterref/parameter',
    'devices/interface/driver',
  ],
  ...[
    'devices/interface/driver/@txmode',
    'devices/interface/driver/@rss_hash_report',
    'devices/interface/driver/host',
    'devices/interface/driver/guest',
  ],
  ...[
    'devices/interface/driver/@*',
    'devices/interface/@trustGuestRxFilters',
    'devices/interface/model',
    'devices/interface/link/@state',
    'devices/interface/teaming/@*',
  ],
  ...['devices/interface/bandwidth', 'devices/interface/coalesce/*', 'devices/interface/@managed'],
  // Host devices.
  ...['devices/hostdev/@display', 'devices/hostdev/@ramfb', 'devices/hostdev/@rawio', 'devices/hostdev/@sgio', 'devices/hostdev/driver/@*'],
  ...[
    'devices/hostdev/source/auth',
    'devices/hostdev/source/initiator',
    'devices/hostdev/source/@*',
    'devices/hostdev/source/address/@type',
  ],
  ...['devices/hostdev/teaming/@*'],
  // Others.
  ...[
    'devices/memballoon/@*',
    'devices/memballoon/*',
    'devices/rng/backend',
    'devices/rng/backend/*',
    'devices/rng/driver',
    'devices/rng/backend/@*',
  ],
  ...['devices/vsock/cid/@*', 'devices/vsock/driver', 'devices/shmem/@role', 'devices/shmem/msi', 'devices/video', 'devices/video/driver'],
  ...[
    'devices/video/model/@*',
    'devices/video/model/*',
    'devices/video/model/acceleration/@*',
    'devices/iommu/driver',
    'devices/console',
    'devices/channel',
    'devices/channel/*',
    'devices/console/*',
  ],
  ...['devices/channel/@*', 'devices/console/@*', 'devices/channel/target/@*', 'devices/console/target/@*'],
  ...[
    'devices/filesystem/@accessmode',
    'devices/filesystem/@type',
    'devices/filesystem/binary',
    'devices/filesystem/driver/@*',
    'devices/filesystem/@*',
  ],
  ...[
    'devices/filesystem/idmap',
    'devices/filesystem/space_hard_limit',
    'devices/filesystem/space_soft_limit',
    'devices/filesystem/source/@*',
  ],
];

/** Networks: addressing, names and isolation are the business of the host's own network. */
const NETWORK_PATHS: readonly string[] = [
  ...[
    'uuid',
    'mac',
    'ip',
    'dns',
    'domain',
    'route',
    'title',
    'description',
    'metadata',
    '@ipv6',
    '@connections',
    '@trustGuestRxFilters',
    'options',
  ],
  ...[
    'bridge/@delay',
    'bridge/@macTableManager',
    'bridge/@zone',
    'bridge/@stp',
    'forward/nat',
    'forward/@managed',
    'forward/driver',
    'forward/pf/@connections',
  ],
  ...[
    'forward/interface/@connections',
    'forward/address',
    'virtualport',
    'virtualport/parameters',
    'portgroup/virtualport',
    'portgroup/@trustGuestRxFilters',
  ],
];

const domainPaths = compile(PATHS);
const networkPaths = compile(NETWORK_PATHS);

export const libvirtKnowledge: Knowledge = {
  isNotModelled(element, attribute) {
    const { path, root } = pathBelow(element);
    // Whatever a management layer keeps for itself beyond owner and name.
    if (path.startsWith('metadata/')) return true;
    const full = attribute === undefined ? path : `${path === '' ? '' : `${path}/`}@${attribute}`;
    return (root === 'network' ? networkPaths : domainPaths).some((pattern) => pattern.test(full));
  },
};

function compile(paths: readonly string[]): RegExp[] {
  return paths.map((path) => new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\*/g, '[^/@]+')}$`));
}

/** The path below the innermost domain or network, which wrappers may hold. */
function pathBelow(element: XmlElement): { readonly path: string; readonly root: string } {
  const names: string[] = [];
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    if ((at.name === 'domain' && at.parent?.name !== 'network') || at.name === 'network') return { path: names.join('/'), root: at.name };
    names.unshift(at.name);
  }
  return { path: names.join('/'), root: names[0] ?? '' };
}
