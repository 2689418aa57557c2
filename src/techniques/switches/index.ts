import { eswitchSwitchdev } from './eswitch-switchdev.js';
import { eswitchVeb } from './eswitch-veb.js';
import { linuxBridge } from './linux-bridge.js';
import { linuxRouter } from './linux-router.js';
import { macvtap } from './macvtap.js';
import { ovsDpdk } from './ovs-dpdk.js';
import { ovsKernel } from './ovs-kernel.js';
import type { SwitchKind } from './switch-kind.js';
import { testpmd } from './testpmd.js';
import { vpp } from './vpp.js';
import { xdp } from './xdp.js';

/** Every kind of virtual switch, by name. */
export const switchKinds: ReadonlyMap<string, SwitchKind> = new Map(
  [linuxBridge, linuxRouter, xdp, ovsKernel, ovsDpdk, vpp, testpmd, macvtap, eswitchVeb, eswitchSwitchdev].map((kind) => [kind.name, kind]),
);
