import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';

/** Facts that keep a guest from having a function, or part of one. Each is true only where it is known. */

export function lacksSriov(fn: PhysicalFunction): boolean {
  return valueOf(fn.facts.sriov.supported) === false;
}

export function hasSriovOffInFirmware(host: Host): boolean {
  return valueOf(host.facts.firmware.sriov) === false;
}

export function lacksIommu(host: Host): boolean {
  const state = valueOf(host.facts.iommu.state);
  return state === 'off' || state === 'absent';
}

/** vfio-pci refuses parts whose errata a hostile driver can exploit, unless the list of them is switched off. */
export function isDenied(device: Device): boolean {
  return valueOf(device.facts.vfioDenied) === true && valueOf(device.host.facts.vfio.disableDenylist) !== true;
}
