import type { UnknownFact } from './result.js';

/** Where a fact about a machine is read, by the last part of its property. Commands are those of Linux and its usual tools. */
const EVIDENCE: Readonly<Record<string, string>> = {
  ats: 'lspci -vvv as root, line "ATSCtl" of the function; without such a line it is false',
  acs: 'lspci -vvv as root, line "ACSCtl" of the port or function',
  at: 'lspci -t: the port that the card hangs on',
  state: 'dmesg | grep -e DMAR -e AMD-Vi, or whether /sys/class/iommu has entries',
  interruptRemapping: 'dmesg | grep -i remapping',
  reset: '/sys/bus/pci/devices/…/reset_method',
  spoofCheck: 'ip link show of the PF, line of the VF',
  vlanFiltering: '/sys/class/net/…/bridge/vlan_filtering',
  minRate: 'the data sheet and driver of the card: whether it keeps minimum rates',
  cpus: 'virsh vcpupin, or the affinity of its threads',
  image: 'lsblk, or the definition of the disk: which file or volume it is',
  rate: 'ethtool, line "Speed"',
  link: 'lspci -vvv as root, line "LnkSta"',
  totalRate: 'the data sheet of the card',
  readBandwidth: 'the data sheet of the drive, or fio',
};

/** How somebody with the machine at hand finds it out; undefined where that goes without saying. */
export function evidenceFor({ property }: Pick<UnknownFact, 'property'>): string | undefined {
  return EVIDENCE[property.split('.').at(-1) ?? ''];
}

/** What a fact can turn out to be, where there are two answers: the two are tried. */
export function answersTo({ property }: Pick<UnknownFact, 'property'>): readonly (string | boolean)[] {
  if (property === 'iommu.state') return ['on', 'off'];
  return YES_OR_NO.has(property) ? [false, true] : [];
}

const YES_OR_NO: ReadonlySet<string> = new Set(['ats', 'acs', 'iommu.interruptRemapping', 'spoofCheck', 'vlanFiltering']);
