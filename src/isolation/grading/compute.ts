import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Component } from '../component.js';
import { exactly, F, P, S } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import type { Root } from '../graph/root.js';
import { type Cause, nameOf } from './cause.js';
import { outage } from './fault.js';
import type { Grader, GradingContext } from './grader.js';
import { loadCause } from './load.js';
import { ownerCauses } from './ownership.js';
import { resetCause } from './reset.js';

/** How a tenant has a GPU or accelerator: an instance in hardware, a function, a mediated device, or by the driver of the host. */
type Way = 'instance' | 'function' | 'mediated' | 'host';

function wayOf({ device, pf, held, owned }: Root): Way {
  if (device?.technique?.takes === 'partition') return 'instance';
  if (device?.technique?.takes === 'mediated-type') return 'mediated';
  return pf !== undefined || owned.length > 0 || held.length > 0 ? 'function' : 'host';
}

/** A GPU by the way in which it is divided. */
export const gradeGpu: Grader = (context, component) => {
  const { a, b } = context;
  const device = component.subject as Device;
  const owner = ownerCauses(a, b, device, component.entity);
  if (owner.length > 0) return owner;
  const [ours, theirs] = [new Set(a.roots.map(wayOf)), new Set(b.roots.map(wayOf))];
  const areAll = (way: Way) => ours.size === 1 && theirs.size === 1 && ours.has(way) && theirs.has(way);
  if (areAll('instance')) return partitioned(a, b, component.entity);
  if (areAll('function')) return functions(context, component);
  if (areAll('mediated')) return mediated(a, b, device, component.entity);
  if (areAll('host')) return byDriver(a, b, device, component.entity);
  return mixed(a, ours, component);
};

/** By the driver of the host: it runs what both ask for, as it was told to share. */
function byDriver(a: Hold, b: Hold, device: Device, name: string): Cause[] {
  switch (valueOf(device.facts.sharing)) {
    case 'mps':
      return [
        cause('security', 'state', S.weakened, `${nameOf(a)} and ${nameOf(b)} run in one context of ${name} under MPS`),
        cause('fault', 'reset', F.inducible, 'an error of one client of MPS ends all of them'),
        // The percentage of active threads is 100 for each client unless somebody sets it.
        cause('performance', 'core', P.unmanaged, 'each client of MPS may use the whole GPU; no share is stated'),
      ];
    case 'vgpu':
      return vgpu(device, name, S.kernel);
    case 'time-slice':
      return [
        cause('security', 'state', S.none, `nothing keeps the memory of jobs apart that take turns on ${name}`),
        cause('fault', 'reset', F.inducible, 'a job that crashes takes the others along'),
        cause('performance', 'core', P.unmanaged, 'jobs take turns, and nothing says whose turn is how long'),
      ];
    default:
      return [
        cause('security', 'software', S.kernel, `the graphics driver of the host runs the commands of both on ${name}`),
        cause('fault', 'reset', F.inducible, 'a command that hangs the GPU stops both'),
        cause('performance', 'core', P.unmanaged, 'nothing shares out the GPU'),
      ];
  }
}

/** Both have it in different ways: what counts is what the aggressor has to get past. */
function mixed(a: Hold, ways: ReadonlySet<Way>, { entity }: Component): Cause[] {
  const byHost = ways.has('host');
  const byVendor = ways.has('mediated') && !isBacked(a);
  return [
    byHost
      ? cause('security', 'software', S.kernel, `the graphics driver of the host runs the commands of ${nameOf(a)} on ${entity}`)
      : byVendor
        ? cause('security', 'dma', S.kernel, `the vendor driver alone keeps ${nameOf(a)} to its part of ${entity}`)
        : cause('security', 'firmware', S.device, `the device keeps ${nameOf(a)} to its part of ${entity}`),
    byHost
      ? cause('fault', 'reset', F.inducible, `a command of ${nameOf(a)} that hangs ${entity} stops all that use it`)
      : cause('fault', 'reset', F.disruptive, `a failure of ${entity} or of its driver stops both`),
    cause('performance', 'core', P.unmanaged, `nothing shares out ${entity} between its ways of use`),
  ];
}

/** Functions of their own, or VFs: one device behind them. */
function functions({ a, b, all }: GradingContext, component: Component): Cause[] {
  const reset = resetCause(a, b, component);
  return [
    cause('security', 'firmware', S.device, `one firmware serves all functions of ${component.entity}`),
    outage(a, b, component, `a failure of ${component.entity} interrupts both`),
    ...(reset === undefined ? [] : [reset]),
    loadCause(a, b, component, { about: 'media', isTimingChannel: true, all }),
  ];
}

/** Separate instances of a partitioned GPU have their own cores, memory and caches. */
function partitioned(a: Hold, b: Hold, name: string): Cause[] {
  return [
    cause('security', 'firmware', S.device, `the firmware of ${name} keeps its instances apart`),
    cause(
      'fault',
      'reset',
      F.recovering,
      `a fault of an application of ${nameOf(a)} stays in its instance; only a reset of ${name} stops ${nameOf(b)}`,
    ),
    cause('performance', 'media', P.dedicated, 'each has cores, memory and caches of its own'),
  ];
}

/** One instance that both have: its compute instances share memory and bandwidth. */
export const gradeGpuInstance: Grader = ({ a, b }, component) => [
  cause('security', 'firmware', S.device, `the firmware keeps the jobs of both apart in ${component.entity}`),
  outage(a, b, component, `a fault in ${component.entity} stops both`),
  cause('performance', 'media', P.unmanaged, `memory and bandwidth of ${component.entity} are shared`),
];

/** What makes mediated devices and is no GPU. */
export const gradeMediated: Grader = (context, component) => {
  const { a, b } = context;
  const device = component.subject as Device;
  const owner = ownerCauses(a, b, device, component.entity);
  if (owner.length > 0) return owner;
  const [ours, theirs] = [new Set(a.roots.map(wayOf)), new Set(b.roots.map(wayOf))];
  const areAll = (way: Way) => ours.size === 1 && theirs.size === 1 && ours.has(way) && theirs.has(way);
  if (areAll('mediated')) return mediated(a, b, device, component.entity);
  return areAll('function') ? functions(context, component) : mixed(a, ours, component);
};

/** Mediated devices: the vendor driver keeps the DMA of guests apart, unless the IOMMU does. */
function mediated(a: Hold, b: Hold, device: Device, name: string): Cause[] {
  const byIommu = isBacked(a);
  return [
    byIommu
      ? cause('security', 'dma', S.device, `the IOMMU keeps the DMA of ${nameOf(a)} apart`)
      : cause('security', 'dma', S.kernel, `the vendor driver alone keeps the DMA of ${nameOf(a)} and ${nameOf(b)} apart`),
    ...vgpu(device, name, byIommu ? S.device : S.kernel),
  ];
}

function isBacked({ roots }: Hold): boolean {
  return roots.every(({ device }) => device?.technique?.takes !== 'mediated-type' || valueOf(device.facts.isolation) === 'iommu');
}

function vgpu(device: Device, name: string, security: number): Cause[] {
  const scheduler = valueOf(device.facts.scheduler);
  const isFixed = scheduler === 'fixed-share';
  return [
    cause(
      'security',
      'software',
      security,
      security === S.kernel ? `one driver of the host serves both on ${name}` : `the device keeps both apart on ${name}`,
    ),
    cause('fault', 'reset', F.disruptive, `a failure of ${name} or of its driver stops both`),
    device.deviceKind !== 'gpu'
      ? cause('performance', 'media', P.unmanaged, `nothing shares out ${name}`)
      : isFixed
        ? cause('performance', 'core', P.reserved, 'each vGPU has a fixed share of the time')
        : cause(
            'performance',
            'core',
            P.weighted,
            `vGPUs share the time ${scheduler === 'equal-share' ? 'equally' : 'as they ask for it'}`,
          ),
  ];
}

function cause(axis: Cause['axis'], about: Cause['about'], rank: number, reason: string): Cause {
  return { axis, about, interval: exactly(rank), reason };
}
