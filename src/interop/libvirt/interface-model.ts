import type { XmlElement } from '../xml/element.js';
import type { DomainContext } from './context.js';

/** What the guest takes a NIC for, and so how it is realised. */
export interface InterfaceModel {
  readonly technique: string;
  /** Of an emulated NIC. */
  readonly model?: string;
  /** The XML names no model; libvirt fills one in. */
  readonly isFilledIn?: true;
}

export function modelOf(context: DomainContext, element: XmlElement, type: string, path: string): InterfaceModel {
  const model = element.child('model')?.attr('type');
  const { type: hypervisor } = context;
  if (context.isContainer) return { technique: 'veth' };
  if (hypervisor === 'vmware' && (model === 'vmxnet3' || model === undefined)) return { technique: 'vmxnet3' };
  if (hypervisor === 'hyperv') return { technique: 'netvsc' };
  if (hypervisor === 'xen' && (model === 'netfront' || (model === undefined && isParavirtualXen(context))))
    return { technique: 'xen-netfront' };
  // vDPA and vhost-user carry virtio, whatever the model says.
  if (type === 'vdpa' || type === 'vhostuser') return { technique: 'virtio-net' };
  if (model !== undefined) return realised(model);
  const filledIn = defaultModel(context);
  context.log.assume(element, `${path} has no model; libvirt fills in ${filledIn}.`, path);
  return { ...realised(filledIn), isFilledIn: true };
}

function realised(model: string): InterfaceModel {
  return model.startsWith('virtio') ? { technique: 'virtio-net' } : { technique: 'emulated-nic', model };
}

/** What libvirt takes for an interface without a model. Source: libvirt 10.7 src/qemu/qemu_domain.c, qemuDomainDefaultNetModel. */
function defaultModel({ arch, machine }: DomainContext): string {
  if (/^(s390|riscv|loongarch)/.test(arch)) return 'virtio';
  if (/^(arm|aarch64)/.test(arch)) return machine.startsWith('versatile') ? 'smc91c111' : machine.startsWith('virt') ? 'virtio' : 'lan9118';
  return 'rtl8139';
}

function isParavirtualXen({ domain }: DomainContext): boolean {
  const os = domain.descend('os', 'type')?.content();
  return os === 'xen' || os === 'linux' || os === 'xenpvh';
}
