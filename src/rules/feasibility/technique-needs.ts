import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { controllerKinds } from '../../techniques/controllers/index.js';
import { techniques } from '../../techniques/index.js';
import { switchKinds } from '../../techniques/switches/index.js';
import type { Need } from '../../techniques/technique.js';
import { defineRule, type Report } from '../rule.js';
import { onHost } from '../support/examples.js';
import { placeOfFact } from '../support/text.js';

const messages = {
  technique: '{device}: {technique} needs {what}.',
  controller: '{device} is served by {controller}, and {kind} needs {what}.',
  switch: '{switch}: {kind} needs {what}.',
} as const;

export const techniqueNeeds = defineRule({
  id: 'IOVT136',
  name: 'technique-needs',
  title: 'Something that a technique, switch or controller needs is missing',
  severity: 'error',
  group: 'feasibility',
  messages,
  docs: {
    why: 'Each way to realise a device, each kind of vSwitch and each kind of virtual I/O controller works only on certain ground; its page lists what it needs. Needs that a rule of their own watches over are reported by that rule.',
    fix: 'Provide what is missing, or take another technique.',
  },
  examples: {
    bad: [
      onHost({
        guests: { a: { kind: 'vm', devices: { eth0: { technique: 'veth', connect: 'br0' } } } },
        switches: { br0: { kind: 'linux-bridge' } },
      }),
      onHost({ guests: { a: { devices: { vda: { technique: 'virtio-blk' } } } } }),
      onHost({
        devices: { nic0: { profile: 'intel-x710-2x10g', sriov: { vfs: 2 } } },
        guests: { a: { devices: { eth0: { technique: 'vdpa-hw', from: 'nic0' } } } },
      }),
      onHost({
        devices: { nic0: { profile: 'nvidia-connectx6dx-2x100g', sriov: { vfs: 2, eswitch: 'legacy' } } },
        guests: { a: { devices: { eth0: { technique: 'vdpa-hw', from: 'nic0/p0' } } } },
      }),
      onHost({ switches: { tap0: { kind: 'macvtap' } } }),
    ],
    good: [
      onHost({
        devices: { nic0: { profile: 'nvidia-connectx6dx-2x100g', sriov: { vfs: 2, eswitch: 'switchdev' } } },
        switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], hwOffload: true } },
        guests: { a: { devices: { eth0: { technique: 'vdpa-hw', from: 'nic0/p0', connect: 'br0' } } } },
      }),
      onHost({
        guests: { a: { kind: 'container', devices: { eth0: { technique: 'veth', connect: 'br0' } } } },
        switches: { br0: { kind: 'linux-bridge' } },
      }),
      onHost({ devices: { ssd0: { kind: 'nvme' } }, guests: { a: { devices: { vda: { technique: 'virtio-blk', media: 'ssd0' } } } } }),
    ],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) checkDevice(device, report);
    checkSwitches(topology, report);
  },
});

function checkDevice(device: VirtualDevice, report: Report<typeof messages>): void {
  const name = device.technique?.name ?? '';
  const said: string[] = [];
  for (const need of techniques.get(name)?.needs ?? []) {
    if (!isUnmet(need, device)) continue;
    const { what } = need;
    said.push(what);
    report('technique', placeOfFact(device.facts.technique, device), { device: device.path, technique: name, what }, { entity: device });
  }
  for (const reference of namedControllers(device)) {
    const controller = reference.as('controller');
    const kind = controllerKinds.get(controller?.controllerKind ?? '');
    if (controller === undefined || kind === undefined) continue;
    for (const need of kind.needs) {
      const { what } = need;
      if (said.includes(what) || !isUnmet(need, device)) continue;
      said.push(what);
      report(
        'controller',
        placeOfFact(device.facts.controller, device),
        { device: device.path, controller: controller.path, kind: kind.name, what },
        { entity: device },
      );
    }
  }
}

function isUnmet({ isMet, rule }: Need, device: VirtualDevice): boolean {
  return rule === undefined && isMet?.(device) === false;
}

function checkSwitches(topology: Topology, report: Report<typeof messages>): void {
  for (const entity of topology.hosts.flatMap(({ switches }) => switches)) {
    const kind = switchKinds.get(valueOf(entity.facts.kind) ?? '');
    for (const { what, isMet } of kind?.needs ?? []) {
      if (kind === undefined || isMet(entity) !== false) continue;
      report('switch', placeOfFact(entity.facts.kind, entity), { switch: entity.path, kind: kind.name, what }, { entity });
    }
  }
}
