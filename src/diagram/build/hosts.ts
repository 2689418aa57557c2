import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import type { Box } from './box.js';
import type { BuildContext } from './context.js';
import { factLines } from './fact-lines.js';

const hypervisorNames: Readonly<Record<string, string>> = {
  kvm: 'KVM',
  qemu: 'QEMU',
  xen: 'Xen',
  hyperv: 'Hyper-V',
  esxi: 'ESXi',
  powervm: 'PowerVM',
  container: 'containers',
};

export function hostBox(host: Host, context: BuildContext, form: 'frame' | 'card' = 'frame'): Box {
  const { facts } = host;
  const title = valueOf(facts.title);
  return context.drawing.box(
    {
      id: host.path,
      kind: 'host',
      symbol: 'host',
      form,
      label: host.id,
      sublabel: [
        title,
        hypervisorNames[valueOf(facts.hypervisor) ?? ''],
        valueOf(facts.cpuModel),
        form === 'frame' ? iommu(host) : countsOf(host),
      ]
        .filter((text) => text !== undefined && text !== '')
        .join(' · '),
      facts: [countsOf(host), ...factLines('host', facts)],
      alike: `host|${countsOf(host)}`,
    },
    host,
  );
}

function iommu(host: Host): string {
  const { state, mode } = host.facts.iommu;
  if (state.state === 'known' && state.value !== 'on') return `IOMMU ${state.value}`;
  if (mode.state === 'known') return `IOMMU ${mode.value}`;
  return state.state === 'known' ? 'IOMMU on' : '';
}

function countsOf(host: Host): string {
  const guests = host.guests.reduce((sum, guest) => sum + guest.count, 0);
  const counted = (n: number, one: string, many: string) => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`]);
  return [
    ...counted(guests, 'guest', 'guests'),
    ...counted(host.switches.length, 'vSwitch', 'vSwitches'),
    ...counted(host.controllers.length, 'controller', 'controllers'),
    ...counted(host.volumes.length, 'volume', 'volumes'),
    ...counted(host.devices.length, 'device', 'devices'),
  ].join(', ');
}
