import type { NicPort } from '../../core/model/device.js';
import type { Network } from '../../core/model/document.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { TUNNEL_BYTES } from '../../core/model/tunnel-bytes.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { defineRule, related } from '../rule.js';
import { uplinksBehind } from '../support/cards.js';
import { onHost } from '../support/examples.js';
import { fabric, type Nic } from '../support/l2.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const host = (nic: object, more: object = {}, port: object = {}) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: { ...port } } } },
  switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], ...more } },
  guests: { a: { memory: { shared: true }, devices: { eth0: { technique: 'virtio-net', connect: 'br0', ...nic } } } },
});

export const mtuMismatch = defineRule({
  id: 'IOVT322',
  name: 'mtu-mismatch',
  title: 'The MTU shrinks along the path',
  severity: 'error',
  group: 'performance',
  messages: {
    hop: '{inner} has MTU {a}, but {outer} on its path carries {b}: larger frames are lost.',
    tunnel: '{inner} has MTU {a}; with the {overhead} bytes of {tunnel} that is more than the {b} of {outer}.',
    polled: '{inner} has MTU {a}, but {outer} says no "mtu", and ports of a switch in user space carry 1500 unless told otherwise.',
  },
  docs: {
    why: 'A frame larger than a hop carries is dropped there, without a word to its sender: small packets pass, large ones do not. DPDK ports have MTU 1500 until it is raised. Hops whose MTU nobody states are not looked at, but for those.',
    fix: 'Set the smallest MTU of the path on the inner ports, or raise the outer ones.',
    sources: [
      'Open vSwitch Documentation/topics/dpdk/jumbo-frames.rst',
      'SR-IOV Network Operator pkg/webhook/validate.go',
      'RFC 7348 (VXLAN), RFC 8926 (Geneve)',
    ],
  },
  examples: {
    bad: [
      onHost(host({ mtu: 9000 }, { mtu: 1500 })),
      onHost(host({}, { mtu: 9000 }, { mtu: 1500 })),
      onHost(host({ mtu: 1500 }, { tunnel: 'vxlan' }, { mtu: 1500 })),
    ],
    good: [
      onHost(host({ mtu: 9000 }, { mtu: 9000 }, { mtu: 9000 })),
      onHost(host({ mtu: 1450 }, { tunnel: 'vxlan' }, { mtu: 1500 })),
      onHost(host({ mtu: 9000 })),
    ],
  },
  check(topology, report) {
    const { nics, onSwitch } = fabric(topology);
    const networks = networksOf(topology);
    const say = (inner: Hop, outer: Hop) => {
      const a = inner.mtu.state === 'known' ? inner.mtu.value : undefined;
      const b = outer.mtu.state === 'known' ? outer.mtu.value : undefined;
      if (a === undefined || b === undefined || a <= b) return;
      report(
        'hop',
        placeOfFact(inner.mtu, inner.entity),
        { inner: inner.entity.path, a, outer: outer.entity.path, b },
        {
          entity: inner.entity,
          related: [related('carries {b}', placeOfFact(outer.mtu, outer.entity), { b })],
          fixes: fixOf('Set it to {b}', { b }, changing(inner.mtu, inner.entity, ['mtu'], b)),
        },
      );
    };
    for (const nic of nics) {
      const inner = { entity: nic.device, mtu: nic.device.facts.mtu };
      const outer = hopOf(nic);
      if (outer === undefined) continue;
      const a = inner.mtu.state === 'known' ? inner.mtu.value : 0;
      if (
        outer.entity.kind === 'switch' &&
        outer.mtu.state !== 'known' &&
        a > 1500 &&
        switchKinds.get(outer.entity.switchKind ?? '')?.runsIn === 'user-space'
      ) {
        report(
          'polled',
          placeOfFact(inner.mtu, nic.device),
          { inner: nic.device.path, a, outer: outer.entity.path },
          {
            entity: nic.device,
            severity: 'warning',
            related: [related('{outer}', placeOfEntity(outer.entity), { outer: outer.entity.path })],
            fixes: fixOf('Let {switch} carry {a}', { switch: outer.entity.id, a }, changing(outer.mtu, outer.entity, ['mtu'], a)),
          },
        );
      } else say(inner, outer);
    }
    for (const entity of topology.hosts.flatMap(({ switches }) => switches)) {
      const tunnel = valueOf(entity.facts.tunnel) ?? 'none';
      for (const uplink of uplinksOf(entity).flatMap(({ target }) => (target === undefined ? [] : uplinksBehind(target)))) {
        if (uplink.kind !== 'nic-port') continue;
        const outer = { entity: uplink, mtu: uplink.facts.mtu };
        if (tunnel === 'none') {
          say({ entity, mtu: entity.facts.mtu }, outer);
          continue;
        }
        const overhead = TUNNEL_BYTES[tunnel];
        const b = outer.mtu.state === 'known' ? outer.mtu.value : undefined;
        for (const { device } of b === undefined || overhead === undefined ? [] : (onSwitch.get(entity) ?? [])) {
          const { mtu } = device.facts;
          if (mtu.state !== 'known' || mtu.value + (overhead as number) <= (b as number)) continue;
          const fits = (b as number) - (overhead as number);
          const args = { inner: device.path, a: mtu.value, overhead: overhead as number, tunnel, b: b as number, outer: uplink.path };
          const fixes = fits < 68 ? [] : fixOf('Set it to {fits}', { fits }, changing(mtu, device, ['mtu'], fits));
          report('tunnel', placeOfFact(mtu, device), args, { entity: device, fixes });
        }
      }
    }
    for (const [port, network] of networks) say({ entity: port, mtu: port.facts.mtu }, { entity: network, mtu: network.facts.mtu });
  },
});

interface Hop {
  readonly entity: Nic['device'] | Switch | NicPort | Network;
  readonly mtu: Fact<number>;
}

function hopOf({ at }: Nic): Hop | undefined {
  if (at.kind === 'switch') return { entity: at.entity, mtu: at.entity.facts.mtu };
  const port = at.kind === 'vf' ? at.fn.port : at.port;
  return port === undefined ? undefined : { entity: port, mtu: port.facts.mtu };
}

function networksOf(topology: Topology): Map<NicPort, Network> {
  const map = new Map<NicPort, Network>();
  for (const network of topology.networks)
    for (const { target } of valueOf(network.facts.uplinks) ?? []) if (target?.kind === 'nic-port') map.set(target, network);
  return map;
}
