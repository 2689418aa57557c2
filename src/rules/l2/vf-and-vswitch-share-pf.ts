import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric, type Nic } from '../support/l2.js';
import { changing, fixOf, placeOfEntity } from '../support/text.js';

const host = (bridge: object, vlans: readonly [number, number]) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } } },
  switches: { br0: { kind: 'linux-bridge', vlanFiltering: true, uplinks: ['nic0/p0'], ...bridge } },
  guests: {
    a: { tenant: 'blue', devices: { eth0: { technique: 'virtio-net', connect: 'br0', vlan: vlans[0] } } },
    b: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: vlans[1] } } },
  },
});
const blue = { tenants: { blue: {} } };
const flow = { workloads: { w: { from: 'a/eth0', to: 'b/eth0', size: '1500 B', rate: '1 Gbit/s' } } };

export const vfAndVswitchSharePf = defineRule({
  id: 'IOVT228',
  name: 'vf-and-vswitch-share-pf',
  title: 'A guest behind a switch and a VF of its uplink may not reach each other',
  severity: 'warning',
  group: 'l2',
  messages: {
    same: '{bridged} and {vf} are in one network over {pf}, but the NIC hands the host only frames for its own MAC: {vf} will not reach what is behind {switch}.',
  },
  docs: {
    why: 'Most NICs forward a frame of a VF to the PF only if it is for the MAC of the PF itself, even in promiscuous mode. Guests behind a bridge on the PF have other MACs: they are reachable from everywhere but from VFs of the same port.',
    fix: 'Add FDB entries for the MACs behind the bridge (and write "fdbEntries": true), use a VF as the uplink of the bridge, or move one side to another port.',
    sources: ['Linux Documentation/networking/net_failover.rst', 'Linux bridge(8), fdb add'],
  },
  examples: {
    bad: [onHost(host({}, [100, 100]), blue), onHost(host({}, [100, 200]), { ...blue, ...flow })],
    good: [onHost(host({ fdbEntries: true }, [100, 100]), blue), onHost(host({}, [100, 200]), blue)],
  },
  check(topology, report) {
    const { onFunction, onSwitch, switchesOn } = fabric(topology);
    for (const [fn, vfs] of onFunction) {
      for (const entity of switchesOn.get(fn) ?? []) {
        if (!LEARNING.has(entity.switchKind ?? '') || valueOf(entity.facts.fdbEntries) === true) continue;
        const pair = meeting(topology, onSwitch.get(entity) ?? [], vfs);
        if (pair === undefined) continue;
        const [bridged, vf] = pair;
        const args = { bridged: bridged.path, vf: vf.path, pf: (fn.port ?? fn.device).path, switch: entity.path };
        report('same', placeOfEntity(vf), args, {
          entity: vf,
          related: [related('{bridged}', placeOfEntity(bridged), { bridged: bridged.path }), uplinkOf(entity)],
          fixes: fixOf('Say that the FDB entries are made', {}, changing(entity.facts.fdbEntries, entity, ['fdbEntries'], true)),
        });
      }
    }
  },
});

const LEARNING: ReadonlySet<string> = new Set(['linux-bridge', 'ovs-kernel']);

function uplinkOf(entity: Switch) {
  return related('{switch} uses the PF', placeOfEntity(entity), { switch: entity.path });
}

/** A guest behind the switch and a VF that talk to each other, or that one tenant has in one VLAN. */
function meeting(topology: Topology, bridged: readonly Nic[], vfs: readonly Nic[]): readonly [VirtualDevice, VirtualDevice] | undefined {
  for (const { facts } of topology.workloads) {
    const ends = [valueOf(facts.from)?.target, valueOf(facts.to)?.target];
    const one = bridged.find(({ device }) => ends.includes(device));
    const other = vfs.find(({ device }) => ends.includes(device));
    if (one !== undefined && other !== undefined) return [one.device, other.device];
  }
  for (const vf of vfs) {
    const one = bridged.find(
      (nic) => nic.tenant === vf.tenant && nic.tenant !== undefined && nic.vlan !== undefined && nic.vlan === vf.vlan,
    );
    if (one !== undefined) return [one.device, vf.device];
  }
  return undefined;
}
