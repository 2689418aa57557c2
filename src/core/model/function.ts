import { child, keyPlace, type Property, type SyntaxNode } from '../text/tree.js';
import { addressFromRoutingId, type PciAddress, routingId } from '../units/pci-address.js';
import type { BuildContext } from './build.js';
import type { Device, NicPort } from './device.js';
import { childPath, declared, type EntityBase, entries } from './entity.js';
import { type Fact, known, unknown, valueOf } from './fact.js';
import type { FunctionFacts, VfFacts } from './facts.generated.js';
import { readFacts } from './facts.js';
import { merge, objectOf, pick } from './merge.js';

/** A physical function. A device that declares none has one for each port, or a single one. */
export interface PhysicalFunction extends EntityBase<'function'> {
  readonly device: Device;
  readonly index: number;
  /** Own facts, and what the device says for all of its functions. */
  readonly facts: FunctionFacts;
  readonly port: NicPort | undefined;
  /** Enabled virtual functions. */
  readonly numVfs: number;
  readonly address: Fact<PciAddress>;
  readonly isDeclared: boolean;
  /** Settings of VFs as declared, in document order. */
  readonly vfRanges: readonly VfRange[];
}

export interface VfRange {
  readonly first: number;
  readonly last: number;
  readonly property: Property;
}

export interface VirtualFunction extends EntityBase<'vf'> {
  readonly fn: PhysicalFunction;
  readonly device: Device;
  readonly index: number;
  readonly facts: VfFacts;
}

/** Largest VF index that is given an entity; SR-IOV counts VFs in 16 bits. */
const MAX_VF_INDEX = 0xffff;

/** What a device says about functions that do not say it themselves. */
const FOR_ALL = ['sriov', 'reset', 'ats', 'pri', 'acs', 'driver'];
/** What can only be about the one function of a device. */
const FOR_THE_ONLY_ONE = ['group', 'role'];

export function buildFunctions(device: Device, context: BuildContext): PhysicalFunction[] {
  const properties = entries(child(device.node, 'functions'));
  if (properties.length > 0) {
    return properties.map((prop, i) => {
      const inherited = inheritedBy(device, properties.length === 1);
      const node = prop.value?.type === 'object' ? merge(inherited, prop.value) : inherited;
      return finish(declared('function', prop, device, node), device, i, true, context);
    });
  }
  const count = Math.max(1, device.ports.length);
  return Array.from({ length: count }, (_, i) => {
    const id = `f${i}`;
    const base = {
      kind: 'function' as const,
      id,
      path: childPath(device, id),
      at: device.at,
      node: inheritedBy(device, count === 1),
      parent: device,
    };
    return finish(base, device, i, false, context);
  });
}

function inheritedBy(device: Device, isOnly: boolean): SyntaxNode {
  const keys = isOnly ? [...FOR_ALL, ...FOR_THE_ONLY_ONE] : FOR_ALL;
  return pick(device.node, keys) ?? objectOf([], device.at);
}

function finish(
  base: EntityBase<'function'>,
  device: Device,
  position: number,
  isDeclared: boolean,
  context: BuildContext,
): PhysicalFunction {
  const fn = Object.assign(base, { device, isDeclared }) as PhysicalFunction;
  const facts = context.read('function', base.node, fn);
  const index = valueOf(facts.index) ?? position;
  const portName = valueOf(facts.port);
  const port = portName === undefined ? device.ports[position] : device.ports.find((candidate) => candidate.id === portName);
  const vfRanges = entries(child(base.node, 'vfs')).flatMap((property) => {
    const match = /^vf(\d{1,6})(?:-(\d{1,6}))?$/.exec(property.key);
    if (match === null) return [];
    return [{ first: Number(match[1]), last: Number(match[2] ?? match[1]), property }];
  });
  return Object.assign(fn, {
    facts,
    index,
    port,
    vfRanges,
    numVfs: valueOf(facts.sriov.vfs) ?? 0,
    address: addressOf(device, facts, position),
  });
}

/**
 * The function's own address, or that of the device with its function number. Without a number functions count on from the
 * device: a document may hold the functions of one slot as devices of their own.
 */
function addressOf(device: Device, facts: FunctionFacts, position: number): Fact<PciAddress> {
  if (facts.bdf.state === 'known') return facts.bdf;
  const base = device.facts.bdf;
  if (base.state !== 'known') return unknown;
  const fn = valueOf(facts.index) ?? base.value.fn + position;
  return fn > 7 ? unknown : known({ ...base.value, fn }, base.at);
}

const virtualFunctions = new WeakMap<PhysicalFunction, Map<number, VirtualFunction>>();

/** The VF of that index, whether or not it is enabled; made when first asked for. Undefined beyond what SR-IOV can count. */
export function virtualFunction(fn: PhysicalFunction, index: number): VirtualFunction | undefined {
  if (!Number.isInteger(index) || index < 0 || index > MAX_VF_INDEX) return undefined;
  let known = virtualFunctions.get(fn);
  if (known === undefined) {
    known = new Map();
    virtualFunctions.set(fn, known);
  }
  let vf = known.get(index);
  if (vf === undefined) {
    vf = makeVf(fn, index);
    known.set(index, vf);
  }
  return vf;
}

function makeVf(fn: PhysicalFunction, index: number): VirtualFunction {
  const ranges = fn.vfRanges.filter((range) => index >= range.first && index <= range.last);
  const node = ranges.reduce<SyntaxNode | undefined>(
    (base, range) => (range.property.value === undefined ? base : merge(base, range.property.value)),
    undefined,
  );
  const last = ranges.at(-1);
  const parent = fn.port ?? fn;
  const id = `vf${index}`;
  return {
    kind: 'vf',
    id,
    path: childPath(parent, id),
    at: last === undefined ? fn.at : keyPlace(last.property),
    node,
    parent,
    fn,
    device: fn.device,
    index,
    facts: readFacts('vf', node, []),
  };
}

/**
 * Where the VF appears on the bus: the declared address, or PF + offset + stride x index.
 * Source: Linux drivers/pci/iov.c, pci_iov_virtfn_bus and pci_iov_virtfn_devfn.
 */
export function vfAddress(vf: VirtualFunction): Fact<PciAddress> {
  if (vf.facts.bdf.state === 'known') return vf.facts.bdf;
  return computedVfAddress(vf);
}

export function computedVfAddress(vf: VirtualFunction): Fact<PciAddress> {
  const { address, facts } = vf.fn;
  const offset = valueOf(facts.sriov.offset);
  const stride = valueOf(facts.sriov.stride);
  if (address.state !== 'known' || offset === undefined || stride === undefined) return unknown;
  const computed = addressFromRoutingId(address.value.domain, routingId(address.value) + offset + stride * vf.index);
  return computed === undefined ? unknown : known(computed, address.at);
}
