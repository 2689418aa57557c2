import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { exactly, F, P, S } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import { type Cause, nameOf } from './cause.js';
import { outage } from './fault.js';
import type { Grader } from './grader.js';

/** A GPU by the way in which it is divided. */
export const gradeGpu: Grader = ({ a, b }, component) => {
  const device = component.subject as Device;
  const sharing = valueOf(device.facts.sharing);
  const usesMig = [...a.roots, ...b.roots].every(({ device: own }) => own?.technique?.takes === 'partition');
  if (usesMig) return partitioned(a, b, component.entity);
  switch (sharing) {
    case 'mps':
      return [
        cause('security', 'state', S.weakened, `${nameOf(a)} and ${nameOf(b)} run in one context of ${component.entity} under MPS`),
        cause('fault', 'reset', F.inducible, 'an error of one client of MPS ends all of them'),
        cause('performance', 'core', P.capped, 'MPS limits the share of each client'),
      ];
    case 'vgpu':
      return vgpu(device, component.entity, S.kernel);
    case 'time-slice':
      return [
        cause('security', 'state', S.none, `nothing keeps the memory of jobs apart that take turns on ${component.entity}`),
        cause('fault', 'reset', F.inducible, 'a job that crashes takes the others along'),
        cause('performance', 'core', P.unmanaged, 'jobs take turns, and nothing says whose turn is how long'),
      ];
    default:
      return [
        cause('security', 'software', S.kernel, `the graphics driver of the host runs the commands of both on ${component.entity}`),
        cause('fault', 'reset', F.inducible, 'a command that hangs the GPU stops both'),
        cause('performance', 'core', P.unmanaged, 'nothing shares out the GPU'),
      ];
  }
};

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

/** Mediated devices: the vendor driver keeps the DMA of guests apart, unless the IOMMU does. */
export const gradeMediated: Grader = ({ a, b }, component) => {
  const isBacked = (hold: Hold) => hold.roots.every(({ device }) => device !== undefined && valueOf(device.facts.isolation) === 'iommu');
  const byIommu = isBacked(a);
  return [
    byIommu
      ? cause('security', 'dma', S.device, `the IOMMU keeps the DMA of ${nameOf(a)} apart`)
      : cause('security', 'dma', S.kernel, `the vendor driver alone keeps the DMA of ${nameOf(a)} and ${nameOf(b)} apart`),
    ...vgpu(component.subject as Device, component.entity, byIommu ? S.device : S.kernel),
  ];
};

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
