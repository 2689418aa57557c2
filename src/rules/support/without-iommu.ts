import type { Tenant } from '../../core/model/document.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { wantsVfio } from './assignments.js';
import { lacksIommu } from './obstacles.js';

/** Users that are an error by themselves, because their host has no IOMMU that is on. */
function cannotBe({ device }: { readonly device: VirtualDevice }): boolean {
  return lacksIommu(device.guest.host) && wantsVfio(device);
}

/**
 * The devices by which the rule on the missing IOMMU mutes what users share: all that cannot be, where without them nothing is
 * left to say.
 */
export function mutingWithoutIommu<T extends { readonly device: VirtualDevice; readonly tenant: Tenant | undefined }>(
  users: readonly T[],
  isStillWrong: (left: readonly T[]) => boolean,
): string[] {
  const impossible = users.filter(cannotBe);
  if (impossible.length === 0 || isStillWrong(users.filter((user) => !cannotBe(user)))) return [];
  return impossible.map(({ device }) => device.path);
}
