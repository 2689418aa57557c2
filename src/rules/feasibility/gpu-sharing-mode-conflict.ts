import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { Place } from '../../core/text/source.js';
import { defineRule, type Report, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { gpuUsers, mediatedTypeOf } from '../support/gpu.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { listed } from '../support/words.js';

const MODE_WORDS = { exclusive: 'no one', mig: 'MIG', 'time-slice': 'time-slicing', mps: 'MPS', vgpu: 'vGPUs' } as const;

const messages = {
  unsupported: '{gpu} cannot be shared by {mode}; it can by {modes}.',
  migAndMps: '{gpu} is divided into MIG instances and shared by MPS; MPS does not run with MIG.',
  node: '{host} shares {a} by time-slicing and {b} by MPS; one host does one or the other.',
  exclusive: '{gpu} is exclusive to one guest, but {users} use it.',
  sizes: 'vGPUs of different framebuffer run on {gpu}, which takes one size at a time.',
  fixedShare: 'vGPUs of different framebuffer run on {gpu} with the fixed-share scheduler, which needs one size.',
} as const;

export const gpuSharingModeConflict = defineRule({
  id: 'IOVT130',
  name: 'gpu-sharing-mode-conflict',
  title: 'Ways of sharing a GPU that exclude each other',
  severity: 'error',
  group: 'feasibility',
  messages,
  docs: {
    why: 'The NVIDIA device plugin takes time-slicing or MPS for a node, not both, and no MPS on a GPU with MIG. vGPUs of different framebuffer size need heterogeneous mode and the best-effort or equal-share scheduler.',
    fix: 'Keep one way of sharing; move the guests that need another to another GPU or host.',
    sources: ['NVIDIA k8s-device-plugin, README, "Shared Access to GPUs"', 'NVIDIA vGPU User Guide, "Heterogeneous vGPU"'],
  },
  examples: {
    bad: [
      onHost({ devices: { gpu0: { kind: 'gpu', sharing: 'mps', partitions: { g0: { type: '1g.5gb' } } } } }),
      onHost({ devices: { gpu0: { kind: 'gpu', sharing: 'mps' }, gpu1: { kind: 'gpu', sharing: 'time-slice' } } }),
      onHost({ devices: { gpu0: { kind: 'gpu', sharing: 'mig', gpu: { sharing: ['time-slice', 'mps'] } } } }),
    ],
    good: [
      onHost({ devices: { gpu0: { kind: 'gpu', sharing: 'mig', partitions: { g0: { type: '1g.5gb' } } } } }),
      onHost({ devices: { gpu0: { kind: 'gpu', sharing: 'mps' }, gpu1: { kind: 'gpu', sharing: 'mps' } } }),
      onHost({ devices: { gpu0: { kind: 'gpu', sharing: 'time-slice', gpu: { sharing: ['time-slice', 'mps'] } } } }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      for (const device of host.devices) {
        modes(topology, device, report);
        sizes(topology, device, report);
      }
      const by = (mode: string) => host.devices.find((device) => valueOf(device.facts.sharing) === mode);
      const [sliced, mps] = [by('time-slice'), by('mps')];
      if (sliced === undefined || mps === undefined) continue;
      report(
        'node',
        placeOfFact(mps.facts.sharing, mps),
        { host: host.path, a: sliced.path, b: mps.path },
        {
          entity: mps,
          related: [related('time-slicing', placeOfFact(sliced.facts.sharing, sliced))],
          fixes: fixOf('Share {gpu} by time-slicing as well', { gpu: mps.id }, changing(mps.facts.sharing, mps, ['sharing'], 'time-slice')),
        },
      );
    }
  },
});

function modes(topology: Topology, device: Device, report: Report<typeof messages>): void {
  const { sharing } = device.facts;
  const mode = sharing.state === 'known' ? sharing.value : undefined;
  const supported = valueOf(device.facts.gpu.sharing);
  const at = placeOfFact(sharing, device);
  const users = gpuUsers(topology, device);
  const [partition] = device.partitions;
  if (mode !== undefined && mode !== 'exclusive' && supported !== undefined && !supported.includes(mode)) {
    report(
      'unsupported',
      at,
      { gpu: device.path, mode: MODE_WORDS[mode], modes: listed(supported.map((other) => MODE_WORDS[other])) || 'nothing' },
      {
        entity: device,
        related: [related('what it can do', placeOfFact(device.facts.gpu.sharing, device))],
        fixes: supported.flatMap((other) =>
          fixOf('Share it by {other}', { other: MODE_WORDS[other] }, { kind: 'text', at, newText: JSON.stringify(other) }),
        ),
      },
    );
  } else if (mode === 'mps' && (partition !== undefined || users.mig.length > 0)) {
    const place: Place = partition !== undefined ? placeOfEntity(partition) : placeOfEntity(users.mig[0] ?? device);
    report('migAndMps', at, { gpu: device.path }, { entity: device, related: [related('a MIG instance', place)] });
  } else if (mode === 'exclusive') {
    const all = [...users.whole, ...users.mediated, ...users.mig].filter(({ guest }) => valueOf(guest.facts.standby) !== true);
    const copies = all.reduce((sum, { guest }) => sum + guest.count, 0);
    // Two guests with all of it are the business of the rule on double assignment.
    if (copies < 2 || all.length === users.whole.length) return;
    const fixes = users.mediated.length > 0 ? fixOf('Share it as vGPUs', {}, changing(sharing, device, ['sharing'], 'vgpu')) : [];
    report('exclusive', at, { gpu: device.path, users: listed(all.map(({ path }) => path)) }, { entity: device, fixes });
  }
}

function sizes(topology: Topology, device: Device, report: Report<typeof messages>): void {
  const byFramebuffer = new Map<number, Place>();
  for (const user of gpuUsers(topology, device).mediated) {
    const type = mediatedTypeOf(user);
    const size = valueOf(user.facts.framebuffer) ?? (type && valueOf(type.facts.framebuffer));
    if (size !== undefined && !byFramebuffer.has(size)) byFramebuffer.set(size, placeOfFact(user.facts.from, user));
  }
  const [first, second] = [...byFramebuffer.values()];
  if (first === undefined || second === undefined) return;
  const extras = { entity: device, related: [related('of another size', first)] };
  if (valueOf(device.facts.gpu.heterogeneousVgpu) === false) report('sizes', second, { gpu: device.path }, extras);
  else if (valueOf(device.facts.scheduler) === 'fixed-share') {
    const fixes = fixOf('Schedule by equal share', {}, changing(device.facts.scheduler, device, ['scheduler'], 'equal-share'));
    report('fixedShare', placeOfFact(device.facts.scheduler, device), { gpu: device.path }, { ...extras, fixes });
  }
}
