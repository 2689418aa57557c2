import { valueOf } from '../../../core/model/fact.js';
import type { Topology } from '../../../core/model/topology.js';
import type { VirtualDevice } from '../../../core/model/virtual-device.js';
import { sourceDevice } from '../../../techniques/path/backend.js';

/** Shares of bandwidth that firmware of the NIC tells apart. Source: Linux mlx5/core/esw/qos.c, fw_max_bw_share as devices report it. */
const MAX_SHARE = 100;

/**
 * The weight of a function for which a least rate is stated: as the driver turns such rates into shares of bandwidth, which
 * the NIC serves by deficit round robin. `divider = max(greatest / MAX_SHARE, 1)`, `share = ceil(rate / divider)`, in Mbit/s;
 * functions without one have share 1. Undefined where no function of the NIC has one.
 * Source: Linux drivers/net/ethernet/mellanox/mlx5/core/esw/qos.c.
 */
export function minRateShare(topology: Topology, device: VirtualDevice): number | undefined {
  const nic = sourceDevice(device);
  if (nic === undefined) return undefined;
  const rates = topology.virtualDevices.filter((other) => sourceDevice(other) === nic).map(megabits);
  const greatest = Math.max(0, ...rates);
  if (greatest === 0) return undefined;
  const divider = Math.max(greatest / MAX_SHARE, 1);
  return Math.min(MAX_SHARE, Math.max(1, Math.ceil(megabits(device) / divider)));
}

function megabits(device: VirtualDevice): number {
  return (valueOf(device.facts.minRate) ?? 0) / 1e6;
}
