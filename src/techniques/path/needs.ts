import { poolOf } from '../../core/model/assign.js';
import type { Device } from '../../core/model/device.js';
import { is, unknown, valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Need } from '../technique.js';
import { sourceDevice } from './backend.js';

/** Needs that several techniques have. */

export function needsHypervisor(what: string, ...hypervisors: readonly string[]): Need {
  return {
    what,
    isMet: (device) => {
      const { hypervisor } = device.guest.host.facts;
      // The default hypervisor is an assumption; only a stated one can contradict.
      return hypervisor.state === 'known' ? hypervisors.includes(hypervisor.value) : undefined;
    },
  };
}

export const needsVm: Need = { what: 'a virtual machine, not a container', isMet: (device) => kindOf(device) !== 'container' };

export const needsContainer: Need = { what: 'a container', isMet: (device) => kindOf(device) === 'container' };

/** At least one of these keys. */
export function needsKey(what: string, ...keys: readonly ('connect' | 'from' | 'media' | 'controller' | 'path' | 'type')[]): Need {
  return { what, isMet: (device) => keys.some((key) => device.facts[key].state !== 'unknown') };
}

/** Where it is known what the reference leads to, it is of one of these kinds. */
export function needsConnection(what: string, ...kinds: readonly ('switch' | 'nic-port' | 'device' | 'network')[]): Need {
  return {
    what,
    isMet: (device) => {
      const target = valueOf(device.facts.connect)?.target;
      return target === undefined ? undefined : (kinds as readonly string[]).includes(target.kind);
    },
  };
}

/** Where it is known what `from` leads to, the device is of one of these kinds. */
export function needsSource(what: string, ...kinds: readonly Device['deviceKind'][]): Need {
  return {
    what,
    isMet: (device) => {
      const source = sourceDevice(device);
      return source === undefined ? undefined : kinds.includes(source.deviceKind);
    },
  };
}

/** For virtual machines; containers use the host's own IOMMU settings. */
export const needsIommu: Need = { what: 'an IOMMU that is on, for virtual machines', rule: 'assignment-needs-iommu' };

export const needsSharedMemory: Need = {
  what: 'guest memory that is shared, for a vhost-user back end',
  rule: 'vhost-user-memory-not-shared',
};

/** Source: Linux drivers/vdpa, which cards have a driver there. */
export const needsVdpaCard: Need = {
  what: 'a card whose functions work virtio rings themselves (`vdpa` of the device)',
  isMet: (device) => !usesVdpa(device) || valueOf(sourceDevice(device)?.facts.vdpa ?? unknown),
};

/** Source: Linux drivers/vdpa/mlx5/net: it steers by the flow tables of the e-switch. NVIDIA DOCA: "vDPA requires switchdev mode". */
export const needsVdpaMode: Need = {
  what: 'its e-switch in switchdev mode (`eswitch`), as vDPA of mlx5 cards does',
  isMet: (device) => {
    if (!usesVdpa(device)) return true;
    const driver = valueOf(sourceDevice(device)?.facts.kernelDriver ?? unknown);
    if (driver === undefined || !driver.startsWith('mlx5')) return driver === undefined ? undefined : true;
    const [fn] = poolOf(device);
    return fn === undefined ? undefined : is(fn.facts.sriov.eswitch, 'switchdev');
  },
};

function usesVdpa(device: VirtualDevice): boolean {
  return device.technique?.name === 'vdpa-hw' || valueOf(device.facts.backend) === 'vdpa';
}

function kindOf(device: VirtualDevice): string {
  return valueOf(device.guest.facts.kind) ?? 'vm';
}
