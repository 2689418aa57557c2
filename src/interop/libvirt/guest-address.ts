import { formatPciAddress } from '../../core/units/pci-address.js';
import type { ImportLog } from '../import-log.js';
import type { XmlElement } from '../xml/element.js';
import { pciAddressOf } from './values.js';

/**
 * The address at which the guest sees a function of the host. Functions of one card that are to stay one card in the
 * guest have it chosen on purpose; for other devices libvirt counts slots, and nothing depends on them.
 */
export function guestAddress(element: XmlElement, log: ImportLog): string | undefined {
  const at = element.child('address');
  if (at === undefined || at.attr('type') !== 'pci' || !at.raw.attributes.some(({ name }) => name === 'slot' || name === 'bus'))
    return undefined;
  at.attr('multifunction');
  const address = pciAddressOf(at, log);
  return address === undefined ? undefined : formatPciAddress(address);
}
