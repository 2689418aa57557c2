import type { XmlElement } from '../xml/element.js';
import type { DomainContext } from './context.js';
import { countAttr, flagAttr, MAX_QUEUE_SIZE, numberAttr } from './values.js';

/** An emulated or paravirtual SCSI adapter of the guest. */
export interface ScsiController {
  readonly model: string;
  readonly isVirtio: boolean;
  /** Number of the iothread that serves it. */
  readonly iothread: number | undefined;
  readonly queues: number | undefined;
  readonly queueSize: number | undefined;
  readonly isPacked: boolean;
}

/** SCSI adapters by index; what a disk on a bus without one gets is what libvirt adds. */
export function scsiControllers(context: DomainContext): (index: number) => ScsiController {
  const byIndex = new Map<number, ScsiController>();
  let next = 0;
  for (const element of context.domain.child('devices')?.raw.children ?? []) {
    if (element.name !== 'controller' || element.raw.attributes.find(({ name }) => name === 'type')?.value !== 'scsi') continue;
    element.isRead = true;
    element.attr('type');
    const index = numberAttr(element, 'index', context.log) ?? next;
    next = index + 1;
    byIndex.set(index, read(context, element));
  }
  return (index) => byIndex.get(index) ?? read(context, undefined);
}

function read(context: DomainContext, element: XmlElement | undefined): ScsiController {
  const driver = element?.child('driver');
  const written = element?.attr('model');
  const model = written === undefined || written === 'auto' ? defaultModel(context) : written;
  return {
    model,
    isVirtio: model.startsWith('virtio'),
    iothread: numberAttr(driver, 'iothread', context.log),
    queues: countAttr(driver, 'queues', context.log),
    queueSize: countAttr(driver, 'virtqueue_size', context.log, MAX_QUEUE_SIZE),
    isPacked: flagAttr(driver, 'packed') === true,
  };
}

/** Source: libvirt 10.7 src/qemu/qemu_domain.c, qemuDomainDefaultSCSIControllerModel. */
function defaultModel({ arch, machine }: DomainContext): string {
  if (/^ppc/.test(arch) && machine.startsWith('pseries')) return 'ibmvscsi';
  if (/^(s390|riscv|loongarch)/.test(arch) || (/^(arm|aarch64)/.test(arch) && machine.startsWith('virt'))) return 'virtio-scsi';
  return 'lsilogic';
}
