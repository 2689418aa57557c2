import { valueOf } from '../../core/model/fact.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { S } from '../grade.js';
import { isContainer, type Root } from '../graph/root.js';

export type Via = 'kernel' | 'process' | 'device';

export const BOUNDARY: Readonly<Record<Via, { rank: number; words: string }>> = {
  kernel: { rank: S.kernel, words: 'the block layer of the host' },
  process: { rank: S.process, words: 'the process that drives the medium' },
  device: { rank: S.device, words: 'the device' },
};

/** What stands between a disk of a guest and the drive. */
export function via(root: Root): Via {
  const { device, pf, held, owned } = root;
  if (device === undefined) return 'kernel';
  // The kernel drives the functions of containers.
  if (pf !== undefined || owned.length > 0) return isContainer(root) && held.length === 0 ? 'kernel' : 'device';
  if (held.some((member) => member.kind !== 'pcie-port' && device.technique?.name !== 'nvme-namespace')) return 'device';
  const kind = namedControllers(device)[0]?.as('controller')?.controllerKind;
  if (kind === 'dpu' || valueOf(device.facts.backend) === 'vdpa') return 'device';
  if (kind === 'vhost-user' || valueOf(device.facts.backend) === 'vhost-user' || device.technique?.name === 'nvme-namespace')
    return 'process';
  return 'kernel';
}

/** What it is given it cannot change: so it was told, or it takes it for a CD-ROM. */
export function readsOnly({ facts }: VirtualDevice): boolean {
  return valueOf(facts.readonly) === true || valueOf(facts.presentedAs) === 'cdrom';
}
