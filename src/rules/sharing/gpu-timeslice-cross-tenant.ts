import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import { defineRule, related } from '../rule.js';
import { takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { gpuUsers } from '../support/gpu.js';
import { gpusApart } from '../support/gpu-apart.js';
import { strangers, tenantNames, tenantsOf } from '../support/tenants.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { devicesOf } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

const gpu = (sharing: string, more: object = {}) => ({ gpu0: { kind: 'gpu', sharing, ...more } });
const container = (tenant: string) => ({ kind: 'container', tenant, devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } });
const vm = (tenant: string) => ({ tenant, devices: { gpu: { technique: 'mdev', from: 'gpu0/t4-4q', isolation: 'iommu' } } });
const mig = { gpu: { migSlices: 7, migInstances: { '3g.20gb': { slices: 3, memoryFraction: 0.5, max: 2 } } } };
const types = { mediatedTypes: { 't4-4q': { maxInstances: 4 } } };
const two = { tenants: { blue: {}, red: {} } };

export const gpuTimesliceCrossTenant = defineRule({
  id: 'IOVT247',
  name: 'gpu-timeslice-cross-tenant',
  title: 'Tenants take turns on one GPU',
  severity: 'error',
  group: 'sharing',
  mutedBy: ['mdev-vendor-isolation'],
  messages: {
    slice: '{gpu} is time-sliced between {tenants}: nothing keeps their memory or their faults apart.',
    mps: '{gpu} is shared by MPS between {tenants}: a fault of one ends the work of all.',
    vgpu: '{gpu} runs vGPUs of {tenants} in turns: they wait for each other, and the driver of the host serves all of them.',
  },
  docs: {
    why: 'With time-slicing every client has access to the memory of the GPU and runs in one fault domain: if one crashes, all do. MPS limits resources, not errors. vGPUs have memory of their own but take turns, which is a warning.',
    fix: 'Use MIG instances, which have memory, caches and engines of their own, or one GPU for each tenant.',
    sources: [
      'NVIDIA Kubernetes device plugin, README, "Shared Access to GPUs"',
      'NVIDIA GPU Operator: Time-Slicing GPUs in Kubernetes',
      'NVIDIA AI Enterprise: choosing a vGPU mode',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: gpu('time-slice', mig), guests: { a: container('blue'), b: container('red') } }, two),
      onHost({ devices: { ...gpu('mps'), gpu1: { kind: 'gpu' } }, guests: { a: container('blue'), b: container('red') } }, two),
      onHost({ devices: gpu('vgpu', types), guests: { a: vm('blue'), b: vm('red') } }, two),
    ],
    good: [
      onHost({ devices: { gpu0: { kind: 'gpu', sharing: 'exclusive' } }, guests: { a: container('blue') } }, two),
      onHost({ devices: gpu('vgpu', { ...types, scheduler: 'fixed-share' }), guests: { a: vm('blue'), b: vm('red') } }, two),
    ],
  },
  check(topology, report) {
    for (const device of devicesOf(topology)) {
      const sharing = valueOf(device.facts.sharing);
      if (sharing !== 'time-slice' && sharing !== 'mps' && sharing !== 'vgpu') continue;
      const { whole, mediated } = gpuUsers(topology, device);
      const users = (sharing === 'vgpu' ? mediated : [...whole, ...mediated]).map((user) => ({ user, tenant: tenantOf(user.guest) }));
      const pair = strangers(users);
      if (pair === undefined || (sharing === 'vgpu' && valueOf(device.facts.scheduler) === 'fixed-share')) continue;
      const id = sharing === 'time-slice' ? 'slice' : sharing;
      report(
        id,
        placeOfFact(device.facts.sharing, device),
        { gpu: device.path, tenants: tenantNames(tenantsOf(users)) },
        {
          entity: device,
          severity: sharing === 'vgpu' ? 'warning' : 'error',
          subjects: sharing === 'vgpu' ? [pair[1].user.path] : [device.path],
          related: relatedPlaces(users, ({ user, tenant }) =>
            related('{user} ({tenant})', takenAt(user), { user: user.path, tenant: tenant?.id ?? 'no tenant' }),
          ),
          fixes: [
            ...gpusApart(
              topology,
              device,
              users.map(({ user }) => user),
            ),
            ...(sharing === 'vgpu'
              ? fixOf(
                  'Give each vGPU a fixed share of the time',
                  {},
                  changing(device.facts.scheduler, device, ['scheduler'], 'fixed-share'),
                )
              : []),
          ],
        },
      );
    }
  },
});
