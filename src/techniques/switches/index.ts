import { eswitchSwitchdev } from './eswitch-switchdev.js';
import { eswitchVeb } from './eswitch-veb.js';
import { linuxBridge } from './linux-bridge.js';
import { macvtap } from './macvtap.js';
import { ovsDpdk } from './ovs-dpdk.js';
import { ovsKernel } from './ovs-kernel.js';
import type { SwitchKind } from './switch-kind.js';
import { vpp } from './vpp.js';

/** Every kind of virtual switch, by name. */
export const switchKinds: ReadonlyMap<string, SwitchKind> = new Map(
  [linuxBridge, ovsKernel, ovsDpdk, vpp, macvtap, eswitchVeb, eswitchSwitchdev].map((kind) => [kind.name, kind]),
);
