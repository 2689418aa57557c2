import type { Knowledge } from '../losses.js';
import type { XmlElement } from '../xml/element.js';

/**
 * What the importer leaves out on purpose: elements with all that is in them, and attributes (`@`), by the path of the
 * element that holds them. `devices/*` stands for every device. Everything else that is not read is reported as unknown.
 */
const DOMAIN: Readonly<Record<string, string>> = {
  // The frame: firmware, life cycle, the processor as the guest sees it, what clouds keep for themselves.
  '': `@id uuid genid on_poweroff on_reboot on_crash on_lockfailure pm clock features sysinfo seclabel keywrap
    launchSecurity idmap perf resource bootloader bootloader_args memtune vcpus defaultiothread`,
  os: '@firmware boot bootmenu bios loader nvram kernel initrd cmdline dtb acpi smbios firmware init initarg initenv initdir inituser initgroup shim',
  'os/type': '@arch @machine',
  cpu: '@match @check @migratable @deprecated_features model vendor feature topology cache maxphysaddr',
  'cpu/model': '@fallback @vendor_id',
  'cpu/numa': 'interconnects',
  'cpu/numa/cell': '@id @cpus @memory @unit @discard distances cache',
  maxMemory: '@slots',
  memoryBacking: 'nosharepages source allocation discard',
  // Scheduling and cache allocation of threads.
  cputune: 'emulator_period emulator_quota iothread_period iothread_quota vcpusched emulatorsched iothreadsched cachetune memorytune',
  'iothreadids/iothread': '@thread_pool_min @thread_pool_max',
  'iothreadids/iothread/poll': '@max @grow @shrink',
  blkiotune: 'weight device',
  'blkiotune/device': 'weight read_bytes_sec write_bytes_sec read_iops_sec write_iops_sec',
  // The guest's own buses: which slot a device takes there is libvirt's to count.
  devices: 'emulator controller memballoon iommu video console channel',
  'devices/*': 'address alias acpi rom',
  'devices/*/address': `@type @domain @bus @slot @function @multifunction @controller @target @unit @port @cssid @ssid @devno
    @reg @iobase @irq @base zpci`,
  'devices/*/boot': '@loadparm',
  'devices/*/driver': '@iommu @ats @page_per_vq @ioeventfd',
  'devices/controller': '@index @model @ports @vectors @maxGrantFrames @maxEventChannels model target master driver pcihole64 serial',
  'devices/controller/driver': '@cmd_per_lun @max_sectors',
  'devices/disk': `@snapshot @model @rawio @sgio backingStore mirror auth encryption wwn vendor product geometry blockio
    transient readonly`,
  'devices/disk/target': '@tray @removable @rotation_rate',
  'devices/disk/driver': `@cache @discard @error_policy @rerror_policy @copy_on_read @detect_zeroes @discard_no_unref
    metadata_cache`,
  'devices/disk/source': `@index @name @startupPolicy @query @tls @tlsHostname @type @mode @managed seclabel encryption reservations ssl
    cookies readahead timeout reconnect knownHosts identity snapshot config auth initiator slices nfs privateData`,
  'devices/interface':
    '@managed @trustGuestRxFilters backend target virtualport script downscript portForward ip route guest tune driver model bandwidth',
  'devices/interface/target': '@dev @managed',
  'devices/interface/source': '@portid @mode @type reconnect local',
  'devices/interface/virtualport': 'parameters',
  'devices/interface/backend': '@tap @vhost @logFile @hostname @fqdn',
  'devices/interface/driver': '@name @txmode @rss_hash_report @model host guest',
  'devices/interface/filterref': 'parameter',
  'devices/interface/link': '@state',
  'devices/interface/teaming': '@type @persistent',
  'devices/hostdev': '@display @ramfb @rawio @sgio',
  'devices/hostdev/driver': '@name @iommufd',
  'devices/hostdev/source': '@writeFiltering @startupPolicy @protocol auth initiator',
  'devices/hostdev/source/address': '@type',
  'devices/hostdev/teaming': '@type @persistent',
  'devices/memballoon': '@autodeflate @freePageReporting stats driver',
  'devices/rng': 'backend driver',
  'devices/rng/backend': '@type source',
  'devices/vsock': 'driver',
  'devices/vsock/cid': '@auto @address',
  'devices/shmem': '@role msi',
  'devices/video': 'driver',
  'devices/video/model': '@ram @vram @vram64 @vgamem @heads @primary @blob @edid acceleration resolution',
  'devices/video/model/acceleration': '@accel2d @rendernode',
  'devices/iommu': 'driver',
  'devices/channel': '@type source protocol log',
  'devices/channel/target': '@type @state @port',
  'devices/console': '@type @tty source protocol log',
  'devices/console/target': '@type @port',
  'devices/filesystem': `@type @accessmode @dmode @fmode @multidevs @model binary idmap space_hard_limit space_soft_limit`,
  'devices/filesystem/driver': '@name @format @wrpolicy',
};

/** Networks: addressing, names and isolation are the business of the host's own network. */
const NETWORK: Readonly<Record<string, string>> = {
  '': '@ipv6 @connections @trustGuestRxFilters uuid mac ip dns domain route title description metadata options virtualport',
  bridge: '@stp @delay @macTableManager @zone',
  forward: '@managed nat driver',
  'forward/pf': '@connections',
  'forward/interface': '@connections',
  virtualport: 'parameters',
  portgroup: '@trustGuestRxFilters virtualport',
};

type Table = ReadonlyMap<string, ReadonlySet<string>>;

const tables: Readonly<Record<string, Table>> = { domain: tableOf(DOMAIN), network: tableOf(NETWORK) };

function tableOf(words: Readonly<Record<string, string>>): Table {
  return new Map(Object.entries(words).map(([path, names]) => [path, new Set(names.trim().split(/\s+/))]));
}

export const libvirtKnowledge: Knowledge = {
  isNotModelled(element, attribute) {
    const { path, root } = pathBelow(element);
    // Whatever a management layer keeps for itself beyond owner and name.
    if (path[0] === 'metadata' && path.length > 1) return true;
    const holder = attribute === undefined ? path.slice(0, -1) : path;
    const name = attribute === undefined ? path.at(-1) : `@${attribute}`;
    const table = tables[root];
    if (name === undefined || table === undefined) return false;
    const anyDevice = holder[0] === 'devices' && holder.length > 1 ? ['devices', '*', ...holder.slice(2)] : holder;
    return [holder, anyDevice].some((names) => table.get(names.join('/'))?.has(name) === true);
  },
};

/** Names below the innermost domain or network, which wrappers may hold. */
function pathBelow(element: XmlElement): { readonly path: readonly string[]; readonly root: 'domain' | 'network' | '' } {
  const path: string[] = [];
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    // A network has an element of that name as well.
    if (at.name === 'network' || (at.name === 'domain' && at.parent?.name !== 'network')) return { path, root: at.name };
    path.unshift(at.name);
  }
  return { path, root: '' };
}
