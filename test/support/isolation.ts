import type { Pair, SharedComponent } from '../../src/isolation/analysis.js';
import { AXES, type Grades, intervalName } from '../../src/isolation/grade.js';
import { isolate } from '../../src/isolation/isolate.js';
import { topologyOf } from './check.js';

/** A host with what the designs of these tests share: IOMMU, interrupt remapping, ACS, two nodes, and two tenants. */
export function design(host: object, more: object = {}): object {
  return {
    iovt: '1',
    tenants: { blue: {}, red: {} },
    hosts: {
      h1: {
        hypervisor: 'kvm',
        iommu: { state: 'on', interruptRemapping: true },
        numa: { n0: { cpus: '0-7' }, n1: { cpus: '8-15' } },
        pcie: { rp0: { kind: 'root-port', acs: true, link: 'gen4 x16' }, rp1: { kind: 'root-port', acs: true, link: 'gen4 x16' } },
        ...host,
      },
    },
    ...more,
  };
}

/** Two guests, one of each tenant, that share neither CPUs nor memory. */
export function guests(blue: object, red: object, more: { blue?: object; red?: object } = {}): object {
  return {
    a: { tenant: 'blue', cpus: '0-3', memory: { size: '1 GiB', nodes: 'n0' }, devices: blue, ...more.blue },
    b: { tenant: 'red', cpus: '8-11', memory: { size: '1 GiB', nodes: 'n1' }, devices: red, ...more.red },
  };
}

export async function pairOf(document: object): Promise<Pair> {
  const [pair] = isolate(await topologyOf(JSON.stringify(document))).pairs;
  if (pair === undefined) throw new Error('the design has no pair of tenants');
  return pair;
}

export function text(grades: Grades): string {
  return AXES.map((axis) => intervalName(axis, grades[axis])).join(' ');
}

export function all(pair: Pair): SharedComponent[] {
  return pair.shared.flatMap((shared) => [shared, ...shared.behind]);
}

/** Grades of each direction in a component, without the name of the host: `S3k F2 P4`, or with `/` where the directions differ. */
export function graded(pair: Pair, id: string): string {
  const found = all(pair).find(({ component }) => component.id === `h1/${id}` || component.id === `h1${id}` || component.id === id);
  if (found === undefined) return 'not shared';
  const [forth, back] = [text(found.aToB.grades), text(found.bToA.grades)];
  return forth === back ? forth : `${forth} / ${back}`;
}
