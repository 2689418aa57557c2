import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { noDeviceStates } from '../support/stated.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';
import { counted } from '../support/words.js';

const guest = (device: object, more: object = {}) => ({
  switches: { br0: { kind: 'linux-bridge' } },
  guests: { a: { machine: 'q35', ...more, devices: { eth0: { technique: 'virtio-net', connect: 'br0', hotplug: true, ...device } } } },
});

export const hotplugSlotNotHotpluggable = defineRule({
  id: 'IOVT505',
  name: 'hotplug-slot-not-hotpluggable',
  title: 'A device that is to be plugged has no slot for it',
  severity: 'warning',
  group: 'operability',
  messages: {
    root: '{device} is to be plugged while {guest} runs, but sits on its root bus, where nothing can be plugged.',
    none: '{guest} has {n} to be plugged while it runs, but {ports} for them.',
  },
  docs: {
    why: 'The root bus of a PCIe machine (q35, virt) cannot hot-plug; only root ports and downstream ports can. Ports have to be there when the guest starts: they cannot be added later.',
    fix: 'Put the device behind a root port (another bus than 00), and plan as many free ports as will be needed ("hotplugPorts").',
    sources: ['QEMU docs/pcie.txt', 'QEMU docs/system/virtio-net-failover.rst'],
  },
  examples: {
    bad: [onHost(guest({ guestAddress: '0000:00:05.0' })), onHost(guest({}, { hotplugPorts: 0 }))],
    good: [onHost(guest({ guestAddress: '0000:01:00.0' })), onHost(guest({}, { hotplugPorts: 2 })), onHost(guest({}))],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'hotplug', 'failoverFor')) return;
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      if (!hasPcie(guest)) continue;
      const plugged = guest.devices.filter(isPlugged);
      for (const device of plugged) {
        const { guestAddress } = device.facts;
        if (guestAddress.state !== 'known' || guestAddress.value.bus !== 0) continue;
        report(
          'root',
          placeOfFact(guestAddress, device),
          { device: device.path, guest: guest.path },
          {
            entity: device,
            fixes: fixOf('Leave the slot to the hypervisor', {}, setting(device, ['guestAddress'], undefined)),
          },
        );
      }
      const { hotplugPorts } = guest.facts;
      const open = plugged.filter(({ facts }) => facts.guestAddress.state !== 'known').length;
      if (hotplugPorts.state !== 'known' || open <= hotplugPorts.value) continue;
      const args = {
        guest: guest.path,
        n: counted(open, 'device'),
        ports: hotplugPorts.value === 0 ? 'no port' : counted(hotplugPorts.value, 'port'),
      };
      report('none', placeOfFact(hotplugPorts, guest), args, {
        entity: guest,
        fixes: fixOf('Plan {n}', { n: counted(open, 'port') }, changing(hotplugPorts, guest, ['hotplugPorts'], open)),
      });
    }
  },
});

/** i440fx plugs into its one bus; of other machines the name tells. */
function hasPcie(guest: Guest): boolean {
  return /q35|virt/.test(valueOf(guest.facts.machine) ?? '');
}

function isPlugged(device: VirtualDevice): boolean {
  const isPrimary = device.guest.devices.some((other) => valueOf(other.facts.failoverFor)?.target === device);
  return valueOf(device.facts.hotplug) === true || isPrimary;
}
