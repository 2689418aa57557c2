import type { Entity } from '../../core/model/entity.js';
import type { Fact } from '../../core/model/fact.js';
import { valueOf } from '../../core/model/fact.js';
import { computedVfAddress } from '../../core/model/function.js';
import type { Guest } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import { type GroupMember, listedVfs } from '../../core/model/iommu-groups.js';
import { upstream } from '../../core/model/pcie.js';
import { formatPciAddress, type PciAddress } from '../../core/units/pci-address.js';
import { defineRule, type Report, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument, placeOfFact, setting } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

const messages = {
  twice: 'PCI address {bdf} belongs to {a} and to {b}.',
  range: 'PCI address {bdf} is stated for a range of VFs; each has an address of its own.',
  outside: 'PCI address {bdf} of {a} is not below {port}, which has buses {range}.',
  guest: 'PCI address {bdf} inside {guest} is given to {a} and to {b}.',
} as const;

export const bdfConflict = defineRule({
  id: 'IOVT133',
  name: 'bdf-conflict',
  title: 'A PCI address that is taken, or impossible where it is',
  severity: 'error',
  group: 'references',
  messages,
  docs: {
    why: 'An address names one function of one host. libvirt refuses guests in which two devices have one address; on the host the wrong function would be handed out.',
    fix: 'Take the address that the host shows (`lspci -D`). For VFs it follows from the PF; the quick fix computes it.',
    sources: ['OpenStack Nova pci/utils.py', 'libvirt domain_addr.c', 'Linux drivers/pci/iov.c'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: { kind: 'nic', bdf: '0000:3b:00.0' }, ssd0: { kind: 'nvme', bdf: '0000:3b:00.0' } } }),
      onHost({
        pcie: { rp0: { kind: 'root-port', busRange: '3b-3c' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', bdf: '0000:5e:00.0' } },
      }),
      onHost({
        guests: {
          a: {
            devices: {
              eth0: { technique: 'virtio-net', guestAddress: '0000:01:00.0' },
              eth1: { technique: 'virtio-net', guestAddress: '0000:01:00.0' },
            },
          },
        },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', bdf: '0000:3b:00.0', ports: { p0: {}, p1: {} } }, ssd0: { kind: 'nvme', bdf: '0000:5e:00.0' } },
      }),
      onHost({
        pcie: { rp0: { kind: 'root-port', busRange: '3b-3c', bdf: '0000:3a:00.0' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', bdf: '0000:3b:00.0' } },
      }),
      onHost({
        guests: {
          a: { devices: { eth0: { technique: 'virtio-net', guestAddress: '0000:01:00.0' } } },
          b: { devices: { eth0: { technique: 'virtio-net', guestAddress: '0000:01:00.0' } } },
        },
      }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      onTheHost(host, report);
      outsidePorts(host, report);
      for (const guest of host.guests) insideGuest(guest, report);
    }
  },
});

function onTheHost(host: Host, report: Report<typeof messages>): void {
  const functions = host.devices.flatMap((device) => device.functions);
  const members: GroupMember[] = [...host.ports, ...functions, ...functions.flatMap((fn) => (fn.vfRanges.length > 0 ? listedVfs(fn) : []))];
  const byAddress = new Map<string, GroupMember>();
  const spoken = new Set<number>();
  for (const member of members) {
    const fact = addressOf(member);
    if (fact.state !== 'known' || !isInDocument(fact.at)) continue;
    const bdf = formatPciAddress(fact.value);
    const other = byAddress.get(bdf);
    if (other === undefined) {
      byAddress.set(bdf, member);
      continue;
    }
    const otherFact = addressOf(other);
    if (otherFact.state === 'known' && otherFact.at.start === fact.at.start && otherFact.at.file === fact.at.file) {
      // One statement for several VFs.
      if (!spoken.has(fact.at.start)) report('range', fact.at, { bdf }, { entity: member, subjects: [other.path, member.path] });
      spoken.add(fact.at.start);
      continue;
    }
    report(
      'twice',
      fact.at,
      { bdf, a: named(other), b: named(member) },
      {
        entity: member,
        subjects: [other.path, member.path],
        related: [related('{a} has it as well', placeOfFact(otherFact, other), { a: named(other) })],
        fixes: computed(member),
      },
    );
  }
}

function named(member: GroupMember): string {
  return member.kind === 'pcie-port' ? member.path : nameOf(member);
}

function addressOf(member: GroupMember): Fact<PciAddress> {
  return member.kind === 'function' ? member.address : member.facts.bdf;
}

/** Devices and ports whose bus their port does not lead to. */
function outsidePorts(host: Host, report: Report<typeof messages>): void {
  const functions = host.devices.flatMap((device) => device.functions.filter(({ facts }) => facts.bdf.state === 'known'));
  for (const entity of [...host.ports, ...host.devices, ...functions]) {
    const port = upstream(entity.kind === 'function' ? entity.device : entity);
    const buses = port === undefined ? undefined : valueOf(port.facts.busRange);
    const { bdf: fact } = entity.facts;
    if (port === undefined || buses === undefined || fact.state !== 'known' || !isInDocument(fact.at)) continue;
    if (fact.value.bus >= buses.first && fact.value.bus <= buses.last) continue;
    const range = [buses.first, buses.last].map((bus) => bus.toString(16).padStart(2, '0')).join('-');
    report(
      'outside',
      fact.at,
      { bdf: formatPciAddress(fact.value), a: entity.path, port: port.path, range },
      {
        entity,
        related: [related('its buses', placeOfFact(port.facts.busRange, port))],
      },
    );
  }
}

function insideGuest(guest: Guest, report: Report<typeof messages>): void {
  const byAddress = new Map<string, Entity>();
  for (const device of guest.devices) {
    const fact = device.facts.guestAddress;
    if (fact.state !== 'known' || !isInDocument(fact.at)) continue;
    const bdf = formatPciAddress(fact.value);
    const other = byAddress.get(bdf);
    if (other === undefined) byAddress.set(bdf, device);
    else {
      const place = other.kind === 'virtual-device' ? placeOfFact(other.facts.guestAddress, other) : other.at;
      const fixes = fixOf(
        'Leave the address of {device} to the hypervisor',
        { device: device.id },
        setting(device, ['guestAddress'], undefined),
      );
      const extras = { entity: device, related: [related('{a} has it as well', place, { a: other.id })], fixes };
      report('guest', fact.at, { bdf, guest: guest.path, a: other.id, b: device.id }, extras);
    }
  }
}

function computed(member: GroupMember) {
  const address = member.kind === 'vf' ? valueOf(computedVfAddress(member)) : undefined;
  if (address === undefined || member.facts.bdf.state !== 'known') return [];
  const bdf = formatPciAddress(address);
  return fixOf('Change to "{bdf}"', { bdf }, { kind: 'text', at: member.facts.bdf.at, newText: JSON.stringify(bdf) });
}
