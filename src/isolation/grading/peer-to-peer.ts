import type { Device } from '../../core/model/device.js';
import { type PciePort, portsAbove } from '../../core/model/pcie.js';
import type { Hold } from '../graph/reach.js';
import { remembered } from './cause.js';

/** Two ports below one switch, a device of the aggressor that issues DMA below the first, one of the victim below the second. */
export interface Meeting {
  readonly port: PciePort;
  readonly other: PciePort;
  readonly ours: Device;
  readonly theirs: Device;
  /** False where nobody states whether a guest drives the first of them, or the kernel of the host. */
  readonly isCertain: boolean;
}

/**
 * Where DMA of the aggressor could turn around at a port towards a device of the victim. Only functions that its guests drive
 * by themselves count for the aggressor; any device that serves the victim counts for the other side.
 */
export function meetingsBelow(a: Hold, b: Hold): Meeting[] {
  const meetings: Meeting[] = [];
  const ours = drivenBelow(a);
  if (ours.length === 0) return [];
  const theirs = servingBelow(b);
  const seen = new Set<string>();
  for (const [ourChild, ourDevice] of ours) {
    for (const [theirChild, theirDevice] of theirs) {
      if (ourChild === theirChild || ourDevice === theirDevice || seen.has(`${ourChild.path} ${theirChild.path}`)) continue;
      seen.add(`${ourChild.path} ${theirChild.path}`);
      const isCertain = drivenForCertain(a).includes(ourDevice);
      meetings.push({ port: ourChild, other: theirChild, ours: ourDevice, theirs: theirDevice, isCertain });
    }
  }
  return meetings;
}

const drivenBelow = remembered((hold: Hold) => below(hold.component.subject as PciePort, drivenBy(hold)));
const servingBelow = remembered((hold: Hold) => below(hold.component.subject as PciePort, devicesOf(hold)));

/** Devices of which guests of a tenant drive functions by themselves, on the host of a component. */
export const drivenBy = remembered((hold: Hold): readonly Device[] => heldOn(hold, false));
const drivenForCertain = remembered((hold: Hold): readonly Device[] => heldOn(hold, true));

function heldOn(hold: Hold, isCertain: boolean): Device[] {
  const onHost = hold.component.host === undefined ? [] : (hold.reach.rootsOn.get(hold.component.host) ?? []);
  const roots = isCertain ? onHost.filter(({ isHeldForCertain }) => isHeldForCertain) : onHost;
  return [...new Set(roots.flatMap(({ held }) => held.flatMap((member) => (member.kind === 'pcie-port' ? [] : [member.device]))))];
}

/** All devices that serve a tenant on the host of a component. */
export const devicesOf = remembered((hold: Hold): readonly Device[] => [...new Set([...drivenBy(hold), ...servingOn(hold)])]);

/** Devices that the host drives for a tenant. */
function servingOn(hold: Hold): Device[] {
  const devices = new Set<Device>();
  for (const { component } of hold.reach.holds.values()) {
    const { type, subject } = component;
    if (component.host !== hold.component.host) continue;
    if (type === 'function') devices.add((subject as { device: Device }).device);
    else if (type === 'drive' || type === 'card' || type === 'gpu' || type === 'storage-adapter' || type === 'mediated-device')
      devices.add(subject as Device);
  }
  return [...devices];
}

/** Devices below a port, each with the port next below on the way to it. Directly plugged devices are a matter of IOMMU groups. */
function below(port: PciePort, devices: readonly Device[]): [PciePort, Device][] {
  return devices.flatMap((device): [PciePort, Device][] => {
    const above = portsAbove(device);
    const i = above.indexOf(port);
    const next = i > 0 ? above[i - 1] : undefined;
    return next === undefined ? [] : [[next, device]];
  });
}
