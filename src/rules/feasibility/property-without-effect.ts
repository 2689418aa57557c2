import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { definition } from '../../core/schema/schema.js';
import { keyPlace, type Property, property } from '../../core/text/tree.js';
import { techniques } from '../../techniques/index.js';
import type { Technique } from '../../techniques/technique.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument, objectWith, removing } from '../support/text.js';

export const propertyWithoutEffect = defineRule({
  id: 'IOVT137',
  name: 'property-without-effect',
  title: 'A property that means nothing for this technique',
  severity: 'warning',
  group: 'feasibility',
  mutedBy: ['attachment-attribute-unsupported', 'switchdev-legacy-vf-attribute'],
  messages: { ignored: '"{key}" means nothing for {technique}, so it has no effect on {device}.' },
  docs: {
    why: 'A virtual device may have any property, but each technique heeds only some. One that it does not heed states an intent that nothing carries out: a VLAN that is not set, a limit that does not limit.',
    fix: 'Remove the property, or take a technique that has it. Properties of a template are reported only where the template names the technique itself, because others may extend it.',
  },
  examples: {
    bad: [
      onHost({
        devices: { ssd0: { kind: 'nvme' } },
        guests: { a: { devices: { vda: { technique: 'virtio-blk', media: 'ssd0', vlan: 100 } } } },
      }),
      onHost({
        switches: { br0: { kind: 'linux-bridge' } },
        guests: { a: { kind: 'container', devices: { eth0: { technique: 'veth', connect: 'br0', queues: 4 } } } },
      }),
    ],
    good: [
      onHost({
        switches: { br0: { kind: 'linux-bridge' } },
        guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'br0', vlan: 100 } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 2, eswitch: 'switchdev' } } },
        switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], hwOffload: true } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', connect: 'br0', portMode: 'trunk', trunks: [10] } } } },
      }),
      onHost(
        {
          guests: { a: { kind: 'container', devices: { eth0: { extends: 'nic', technique: 'veth', connect: 'br0' } } } },
          switches: { br0: { kind: 'linux-bridge' } },
        },
        { templates: { nic: { queues: 4 } } },
      ),
    ],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) {
      const technique = techniques.get(device.technique?.name ?? '');
      if (technique === undefined || device.node?.type !== 'object') continue;
      const keys = keysOf(technique);
      for (const prop of device.node.properties) {
        if (
          keys.has(prop.key) ||
          isOfRepresentor(device, prop.key) ||
          !(prop.key in known()) ||
          !isInDocument(keyPlace(prop)) ||
          !isMeantForIt(device, prop)
        )
          continue;
        report(
          'ignored',
          keyPlace(prop),
          { key: prop.key, technique: technique.name, device: device.path },
          {
            entity: device,
            subjects: [`${device.path}.${prop.key}`],
            fixes: fixOf('Remove "{key}"', { key: prop.key }, removing(prop)),
          },
        );
      }
    }
  },
});

/** A VF that is connected to a vSwitch has a port there: its representor. What is said of ports holds for it. */
function isOfRepresentor(device: VirtualDevice, key: string): boolean {
  return key === 'portMode' && device.technique?.takes === 'vf' && valueOf(device.facts.connect)?.target?.kind === 'switch';
}

const keySets = new WeakMap<Technique, ReadonlySet<string>>();

function keysOf(technique: Technique): ReadonlySet<string> {
  let keys = keySets.get(technique);
  if (keys === undefined) {
    keys = new Set(technique.keys);
    keySets.set(technique, keys);
  }
  return keys;
}

/** What the language does not know is reported by the schema check. */
function known(): object {
  return definition('virtual-device').properties ?? {};
}

/** Stated by the device itself, or by the same object that names the technique. */
function isMeantForIt(device: VirtualDevice, prop: Property): boolean {
  const own = objectWith(prop);
  if (own === undefined) return false;
  return property(own, 'technique') !== undefined || own.start === device.node?.start;
}
