import type { VirtualDevice } from '../core/model/virtual-device.js';

/** A port that a device of Hyper-V or ESXi is connected to stands for the external switch of the hypervisor on that port, which has VLANs. */
export function hasExternalSwitch({ technique, guest }: VirtualDevice): boolean {
  if (technique?.name === 'netvsc' || technique?.name === 'vmxnet3') return true;
  const { hypervisor } = guest.host.facts;
  return hypervisor.state === 'known' && (hypervisor.value === 'hyperv' || hypervisor.value === 'esxi');
}
