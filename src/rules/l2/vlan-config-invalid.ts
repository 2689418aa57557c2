import type { Network } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { child, type Json } from '../../core/text/tree.js';
import { defineRule, type Report, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { type Attachment, fabric, nicSetting } from '../support/l2.js';
import { push } from '../support/maps.js';
import { noDeviceStates } from '../support/stated.js';
import { fixOf, isInDocument, placeOfFact, rewriting } from '../support/text.js';
import { listed } from '../support/words.js';

const port = (more: object, uplinks: readonly string[] = []) => ({
  devices: { nic0: { kind: 'nic' } },
  switches: { br0: { kind: 'ovs-kernel', uplinks: [...uplinks] } },
  guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'br0', ...more } } } },
});
const vf = (more: object) => ({
  devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
  guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', ...more } } } },
});

const messages = {
  problem: '{port}: {problem}.',
  notCarried: '{port} is in VLAN {vlan}, which does not pass {network}: it carries {vlans}.',
} as const;

export const vlanConfigInvalid = defineRule({
  id: 'IOVT219',
  name: 'vlan-config-invalid',
  title: 'VLAN settings of a port contradict each other',
  severity: 'error',
  group: 'l2',
  messages,
  docs: {
    why: 'An access port has one VLAN and drops every tagged frame; a trunk port has no VLAN of its own. Open vSwitch ignores the setting that its port mode has no use for, and SR-IOV plugins refuse priority or tag protocol without a VLAN: the port then does something else than the text says. A VLAN that the physical network does not carry ends at its first port; that is a warning.',
    fix: 'Remove the setting that the mode ignores, or change the mode.',
    sources: ['Open vSwitch vswitchd/vswitch.xml, table Port', 'SR-IOV CNI pkg/config/config.go'],
  },
  examples: {
    bad: [
      onHost(port({ portMode: 'access', vlan: 100, trunks: [200] })),
      onHost(port({ portMode: 'trunk', vlan: 100, trunks: [200] })),
      onHost(port({ portMode: 'native-untagged', trunks: [200] })),
      onHost(vf({ vlanQos: 3 })),
      onHost(vf({ vlanMode: 'vst' })),
      onHost(vf({ vlanMode: 'guest', vlan: 100 })),
      onHost(port({ vlan: 300 }, ['nic0']), { networks: { tor: { uplinks: ['h1/nic0'], vlans: [10, 20] } } }),
    ],
    good: [
      onHost(port({ vlan: 20 }, ['nic0']), { networks: { tor: { uplinks: ['h1/nic0'], vlans: [10, 20] } } }),
      onHost(port({ vlan: 300 }), { networks: { tor: { uplinks: ['h1/nic0'], vlans: [10, 20] } } }),
      onHost(port({ portMode: 'access', vlan: 100 })),
      onHost(port({ portMode: 'native-tagged', vlan: 100, trunks: [200] })),
      onHost(vf({ vlan: 100, vlanQos: 3, vlanProto: '802.1ad' })),
    ],
  },
  check(topology, report) {
    notCarried(topology, report);
    if (noDeviceStates(topology, 'trunks', 'portMode', 'vlanMode', 'vlanQos', 'vlanProto')) return;
    for (const device of topology.virtualDevices) {
      const found = device.technique?.carries.includes('network') === true ? problemOf(device) : undefined;
      if (found === undefined) continue;
      const { key, problem, title, values } = found;
      const at = placeOfFact(device.facts[key], device);
      report(
        'problem',
        at,
        { port: device.path, problem },
        { entity: device, fixes: isInDocument(at) ? fixOf(title, {}, rewriting(device, values)) : [] },
      );
    }
  },
});

/** VLANs of ports that lead to networks none of which carries them. What stays on one switch may be in any. */
function notCarried(topology: Topology, report: Report<typeof messages>): void {
  const limited = topology.networks.filter(({ facts }) => facts.vlans.state === 'known');
  if (limited.length === 0) return;
  const { nics, rootOf } = fabric(topology);
  const byRoot = new Map<string, Network[]>();
  for (const network of topology.networks) push(byRoot, rootOf(network.path), network);
  for (const { device, at, vlan } of nics) {
    const networks = vlan === undefined || vlan === 0 ? [] : (byRoot.get(rootOf(pathOfAttachment(at))) ?? []);
    const [first] = networks;
    if (first === undefined || vlan === undefined || networks.some((network) => carries(network, vlan))) continue;
    const vlans = valueOf(first.facts.vlans) ?? [];
    const fact = nicSetting(device, 'vlan');
    const list = child(first.node, 'vlans');
    report(
      'notCarried',
      placeOfFact(fact, device),
      { port: device.path, vlan, network: first.path, vlans: listed(vlans.map(String)) || 'none' },
      {
        entity: device,
        severity: 'warning',
        related: [related('what it carries', placeOfFact(first.facts.vlans, first))],
        fixes:
          list?.type === 'array' && isInDocument(list)
            ? fixOf('Let {network} carry VLAN {vlan}', { network: first.id, vlan }, { kind: 'append', to: list, value: vlan })
            : [],
      },
    );
  }
}

function carries({ facts }: Network, vlan: number): boolean {
  return valueOf(facts.vlans)?.includes(vlan) ?? true;
}

function pathOfAttachment(at: Attachment): string {
  if (at.kind === 'switch') return at.entity.path;
  return at.kind === 'vf' ? (at.fn.port ?? at.fn).path : at.port.path;
}

interface Contradiction {
  /** The setting to look at. */
  readonly key: 'vlan' | 'trunks' | 'portMode' | 'vlanMode' | 'vlanQos' | 'vlanProto';
  readonly problem: string;
  readonly title: string;
  readonly values: Readonly<Record<string, Json | undefined>>;
}

function problemOf(device: VirtualDevice): Contradiction | undefined {
  const { facts } = device;
  const vlan = valueOf(facts.vlan);
  const hasVlan = vlan !== undefined && vlan > 0;
  const hasTrunks = (valueOf(facts.trunks) ?? []).length > 0;
  for (const key of ['vlanQos', 'vlanProto'] as const) {
    const isPlain = key === 'vlanProto' && valueOf(facts.vlanProto) !== '802.1ad';
    if (facts[key].state === 'known' && !isPlain && !hasVlan)
      return { key, problem: `"${key}" means nothing without a VLAN`, title: `Remove "${key}"`, values: { [key]: undefined } };
  }
  return device.technique?.takes === 'vf' ? ofVf(facts, hasVlan, hasTrunks) : ofPort(facts, hasVlan, hasTrunks);
}

function ofVf(facts: VirtualDevice['facts'], hasVlan: boolean, hasTrunks: boolean): Contradiction | undefined {
  const mode = facts.vlanMode.state === 'known' ? facts.vlanMode.value : undefined;
  if (mode === 'vst' && !hasVlan)
    return {
      key: 'vlanMode',
      problem: '"vst" tags frames with a VLAN, and there is none',
      title: 'Remove "vlanMode"',
      values: { vlanMode: undefined },
    };
  // Beside a list of trunks it is the native VLAN.
  if ((mode === 'none' || (mode === 'guest' && !hasTrunks)) && hasVlan)
    return {
      key: 'vlan',
      problem: `with "vlanMode": "${mode}" nobody tags its frames with this VLAN`,
      title: 'Let the NIC tag with it',
      values: { vlanMode: 'vst' },
    };
  if (mode === 'vst' && hasTrunks)
    return { key: 'trunks', problem: 'tagged frames do not pass with "vst"', title: 'Remove "trunks"', values: { trunks: undefined } };
  return undefined;
}

function ofPort(facts: VirtualDevice['facts'], hasVlan: boolean, hasTrunks: boolean): Contradiction | undefined {
  const mode = valueOf(facts.portMode) ?? 'access';
  const isStated = facts.portMode.state === 'known';
  if (mode === 'access' && hasTrunks && (isStated || hasVlan))
    return {
      key: 'trunks',
      problem: 'an access port has one VLAN and drops all tagged frames',
      title: 'Make it a trunk with a native VLAN',
      values: hasVlan ? { portMode: 'native-untagged' } : { portMode: 'trunk' },
    };
  if (mode === 'trunk' && hasVlan)
    return {
      key: 'vlan',
      problem: 'a trunk has no VLAN of its own; one for untagged frames is "native-untagged"',
      title: 'Make it the native VLAN',
      values: { portMode: 'native-untagged' },
    };
  if ((mode === 'native-tagged' || mode === 'native-untagged') && !hasVlan)
    return { key: 'portMode', problem: `"${mode}" needs a native VLAN ("vlan")`, title: 'Make it a trunk', values: { portMode: 'trunk' } };
  return undefined;
}
