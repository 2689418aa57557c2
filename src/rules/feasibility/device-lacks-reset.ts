import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { fixOf, placeOfFact, setting } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

/** Resets that reach one function and nothing else. */
const OF_ONE_FUNCTION: ReadonlySet<string> = new Set(['flr', 'af-flr', 'pm', 'device-specific']);

export const deviceLacksReset = defineRule({
  id: 'IOVT124',
  name: 'device-lacks-reset',
  title: 'An assigned device has no reset that works',
  severity: 'warning',
  group: 'feasibility',
  messages: {
    none: '{fn} has no reset of its own; after {guest} stops, it may not work again before the host restarts.',
    broken: 'The reset of {fn} is known not to work; after {guest} stops, it may not work again before the host restarts.',
  },
  docs: {
    why: 'Without a reset the next user inherits the state of the device, or finds it dead: "Cannot reset device, no available reset mechanism". A bus or slot reset is enough where one guest has all functions of the card, so then this is not reported.',
    fix: 'Use a VF, which has a function-level reset, or keep the card with one guest: `"reassignable": false`.',
    sources: ['QEMU hw/vfio/pci.c, vfio_pci_reset', 'Linux drivers/pci/pci.c, pci_reset_fn_methods'],
  },
  examples: {
    bad: [
      onHost({
        devices: { gpu0: { kind: 'gpu', reset: ['bus'], functions: { f0: {}, f1: {} } } },
        guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0/f0' } } } },
      }),
      onHost({
        devices: { gpu0: { kind: 'gpu', reset: ['flr'], resetBroken: true } },
        guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } } },
      }),
    ],
    good: [
      onHost({
        devices: { gpu0: { kind: 'gpu', reset: ['bus'], functions: { f0: {}, f1: {} } } },
        guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } } },
      }),
      onHost({
        devices: { gpu0: { kind: 'gpu' } },
        guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } } },
      }),
      onHost({
        devices: { gpu0: { kind: 'gpu', resetBroken: true, reassignable: false } },
        guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } } },
      }),
    ],
  },
  check(topology, report) {
    const spoken = new Set<unknown>();
    for (const assignment of assignments(topology).vfio) {
      const { member, device } = assignment;
      // That VFs can be reset is part of SR-IOV.
      if (member.kind === 'vf' || spoken.has(member.device) || valueOf(member.device.facts.reassignable) === false) continue;
      const isBroken = valueOf(member.device.facts.resetBroken) === true;
      if (!isBroken && !isKnownToLackReset(topology, member, assignment)) continue;
      spoken.add(member.device);
      const fact = isBroken ? member.device.facts.resetBroken : member.facts.reset;
      report(
        isBroken ? 'broken' : 'none',
        placeOfFact(device.facts.from, device),
        { fn: nameOf(member), guest: device.guest.path },
        {
          entity: device,
          related: [related('as stated for {device}', placeOfFact(fact, member.device), { device: member.device.path })],
          fixes: fixOf(
            'State that {device} stays with its guest',
            { device: member.device.id },
            setting(member.device, ['reassignable'], false),
          ),
        },
      );
    }
  },
});

function isKnownToLackReset(topology: Topology, fn: PhysicalFunction, { instance }: Assignment): boolean {
  const methods = valueOf(fn.facts.reset);
  if (methods === undefined || methods.some((method) => OF_ONE_FUNCTION.has(method))) return false;
  if (methods.length === 0) return true;
  // What is left resets the whole card, which is fine if the guest has all of it.
  return !fn.device.functions.every((other) =>
    assignments(topology)
      .of(other)
      .some((owner) => owner.instance.guest === instance.guest),
  );
}
