import type { Device, NicPort } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { PciePort } from '../../core/model/pcie.js';
import type { Switch } from '../../core/model/switch.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { linkBitsPerSec } from '../../core/units/pcie-link.js';
import type { Component } from '../component.js';

/** What bounds and what protects the load of one copy of a virtual device. Undefined: nothing does. */
export interface Caps {
  readonly bitsPerSec: number | undefined;
  /** Towards the guest. For what carries no frames there is one bound for both directions. */
  readonly receiveBitsPerSec: number | undefined;
  readonly opsPerSec: number | undefined;
  /** A rate that the NIC keeps for it. */
  readonly minBitsPerSec: number | undefined;
  /** Devices with one name share one limit. */
  readonly bucket: string | undefined;
  readonly weight: number | undefined;
}

export const NO_CAPS: Caps = {
  bitsPerSec: undefined,
  receiveBitsPerSec: undefined,
  opsPerSec: undefined,
  minBitsPerSec: undefined,
  bucket: undefined,
  weight: undefined,
};

/** A limit counts only where something enforces it: a VF passes none of the software that shapes. */
export function capsOf(device: VirtualDevice, vf: VirtualFunction | undefined, pf: PhysicalFunction | undefined): Caps {
  const { limit, maxRate, minRate, weight } = device.facts;
  const isVf = pf !== undefined;
  const counts = !isVf || valueOf(limit.by) === 'nic';
  const limitBits = counts ? bitsOf(valueOf(limit.rate)) : undefined;
  const canCap = pf !== undefined && valueOf(pf.facts.sriov.maxRate) !== false;
  const vfMax = canCap ? (valueOf(maxRate) ?? valueOf(vf?.facts.maxRate ?? maxRate)) : undefined;
  const canKeep = pf !== undefined && valueOf(pf.facts.sriov.minRate) !== 'unsupported';
  const vfMin = canKeep ? (valueOf(minRate) ?? valueOf(vf?.facts.minRate ?? minRate)) : undefined;
  const both = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? undefined : a + b);
  const readWrite = both(valueOf(limit.readRate), valueOf(limit.writeRate));
  const bitsPerSec = least(limitBits, isVf ? vfMax : undefined, counts && readWrite !== undefined ? readWrite * 8 : undefined);
  // Rates of a NIC and policers bound what the guest sends.
  const receive = counts ? bitsOf(valueOf(limit.receiveRate)) : undefined;
  return {
    bitsPerSec,
    receiveBitsPerSec:
      device.technique?.carries.includes('network') === true && device.facts.media.state === 'unknown' ? receive : bitsPerSec,
    opsPerSec: counts
      ? least(valueOf(limit.iops), both(valueOf(limit.readIops), valueOf(limit.writeIops)), valueOf(limit.packetRate))
      : undefined,
    minBitsPerSec: vfMin !== undefined && vfMin > 0 ? vfMin : undefined,
    bucket: valueOf(limit.group),
    weight: weight.state === 'known' ? weight.value : undefined,
  };
}

type Rate = { readonly base: string; readonly value: number };

function bitsOf(rate: Rate | undefined): number | undefined {
  return rate === undefined ? undefined : rate.base === 'bit/s' ? rate.value : rate.base === 'B/s' ? rate.value * 8 : undefined;
}

function least(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

export interface Capacity {
  readonly bitsPerSec: number | undefined;
  readonly opsPerSec: number | undefined;
}

const OPEN: Capacity = { bitsPerSec: undefined, opsPerSec: undefined };

/** What a component can carry at most, as far as the design says. */
export function capacityOf({ type, subject }: Component): Capacity {
  const bits = (bitsPerSec: number | undefined): Capacity => ({ bitsPerSec, opsPerSec: undefined });
  switch (type) {
    case 'port':
    case 'macvtap-parent':
      return bits(portRate(subject as NicPort));
    case 'function':
      return bits((subject as PhysicalFunction).port === undefined ? undefined : portRate((subject as PhysicalFunction).port as NicPort));
    case 'card':
      return bits(valueOf((subject as Device).facts.totalRate) ?? total((subject as Device).ports.map(portRate)));
    case 'switch':
    case 'switch-cores':
      return bits(total(uplinksOf(subject as Switch).map((uplink) => rateBehind(uplink.target))));
    case 'pcie-port': {
      const link = valueOf((subject as PciePort).facts.link);
      return bits(link === undefined ? undefined : linkBitsPerSec(link));
    }
    case 'drive': {
      const { storage } = (subject as Device).facts;
      const [bytes, ops] = [
        least(valueOf(storage.readBandwidth), valueOf(storage.writeBandwidth)),
        least(valueOf(storage.readIops), valueOf(storage.writeIops)),
      ];
      return { bitsPerSec: bytes === undefined ? undefined : bytes * 8, opsPerSec: ops };
    }
    case 'network':
      return bits(valueOf((subject as { facts: { rate: Parameters<typeof valueOf<number>>[0] } }).facts.rate));
    default:
      return OPEN;
  }
}

function portRate(port: NicPort): number | undefined {
  return valueOf(port.facts.rate);
}

function rateBehind(target: unknown): number | undefined {
  const entity = target as { kind?: string } | undefined;
  if (entity?.kind === 'nic-port') return portRate(entity as NicPort);
  if (entity?.kind === 'function') return (entity as PhysicalFunction).port && portRate((entity as PhysicalFunction).port as NicPort);
  if (entity?.kind === 'device') return total((entity as Device).ports.map(portRate));
  return undefined;
}

function total(values: readonly (number | undefined)[]): number | undefined {
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return (values as readonly number[]).reduce((sum, value) => sum + value, 0);
}
