import { formatPciAddress } from '../units/pci-address.js';
import { valueOf } from './fact.js';
import { type PhysicalFunction, type VirtualFunction, vfAddress, virtualFunction } from './function.js';
import { type GroupMember, GroupPrediction, isPlaced, pciFunctions, type Tristate } from './group-prediction.js';
import type { Host } from './host.js';
import type { PciePort } from './pcie.js';

export type { GroupMember, Tristate } from './group-prediction.js';
export { functionAcs, missingAcs, portAcs } from './group-prediction.js';

export interface IommuGroup {
  /** The number read off the host, or the member after which a predicted group is called. */
  readonly id: string;
  readonly isDeclared: boolean;
  readonly members: readonly GroupMember[];
}

/** The most VFs that are laid out of one function: above what any device has, below what a slip of the keyboard asks for. */
export const MAX_VFS_LISTED = 4096;

/**
 * The IOMMU groups of a host: as read off it where stated, predicted otherwise. Numbers that were read under an ACS override
 * are what the override pretends, so they count for nothing.
 */
export class IommuGroups {
  /** Ports of unknown ACS taken for isolating: members that share even so share for certain. */
  readonly #likely: GroupPrediction;
  /** Taken for not isolating: members that are apart even so are apart for certain. */
  readonly #cautious: GroupPrediction;
  readonly #trustsDeclared: boolean;
  #numbers: ReadonlyMap<string, string | undefined> | undefined;
  #groups: ReadonlyMap<string, IommuGroup> | undefined;

  constructor(private readonly host: Host) {
    this.#likely = new GroupPrediction(host, true);
    this.#cautious = new GroupPrediction(host, false);
    this.#trustsDeclared = (valueOf(host.facts.kernel.acsOverride) ?? 'none') === 'none';
  }

  /** The group a member is in for all that is known: the number read off the host, or the name of a predicted group. */
  keyOf(member: GroupMember): string {
    const stated = this.#trustsDeclared ? declaredGroup(member) : undefined;
    if (stated !== undefined) return String(stated);
    const predicted = this.#likely.keyOf(member);
    return this.#numberOf.get(predicted) ?? predicted;
  }

  predictedKeyOf(member: GroupMember): string {
    return this.#likely.keyOf(member);
  }

  /** The bridge that is known to put a member into one group with all else below it. */
  leakyBridgeAbove(member: GroupMember): PciePort | undefined {
    return this.#likely.leakyBridgeAbove(member);
  }

  /** Whether two members share a group; undefined where it depends on a fact that nobody stated. */
  share(a: GroupMember, b: GroupMember): Tristate {
    if (a === b || this.keyOf(a) === this.keyOf(b)) return true;
    if (this.#trustsDeclared && declaredGroup(a) !== undefined && declaredGroup(b) !== undefined) return false;
    const mayMeet = this.#cautious.keyOf(a) === this.#cautious.keyOf(b) || !isPlaced(a) || !isPlaced(b);
    return mayMeet ? undefined : false;
  }

  /** Whether the predicted group of a member does not depend on unknown facts. */
  isCertain(member: GroupMember): boolean {
    return isPlaced(member) && this.#likely.keyOf(member) === this.#cautious.keyOf(member);
  }

  /** All groups that hold more than bridges; enabled VFs are members one by one. */
  get all(): readonly IommuGroup[] {
    return [...this.#byKey.values()].filter((group) => group.members.some((member) => member.kind !== 'pcie-port'));
  }

  groupOf(member: GroupMember): IommuGroup {
    const key = this.keyOf(member);
    return this.#byKey.get(key) ?? { id: key, isDeclared: false, members: [member] };
  }

  get #byKey(): ReadonlyMap<string, IommuGroup> {
    if (this.#groups === undefined) {
      const groups = new Map<string, { id: string; isDeclared: boolean; members: GroupMember[] }>();
      for (const member of allMembers(this.host)) {
        const id = this.keyOf(member);
        const group = groups.get(id);
        if (group === undefined) groups.set(id, { id, isDeclared: /^\d+$/.test(id), members: [member] });
        else group.members.push(member);
      }
      this.#groups = groups;
    }
    return this.#groups;
  }

  /** For predicted groups of which some members state one and the same number: that number holds for the others as well. */
  get #numberOf(): ReadonlyMap<string, string | undefined> {
    if (this.#numbers === undefined) {
      const numbers = new Map<string, string | undefined>();
      for (const member of this.#trustsDeclared ? statingMembers(this.host) : []) {
        const number = String(declaredGroup(member));
        const key = this.#likely.keyOf(member);
        numbers.set(key, numbers.has(key) && numbers.get(key) !== number ? undefined : number);
      }
      this.#numbers = numbers;
    }
    return this.#numbers;
  }
}

/** The group of a function as read off the host. */
export function declaredGroup(member: GroupMember): number | undefined {
  return valueOf(member.facts.group);
}

/** Members that state their group. VFs can only do so where they are listed. */
function statingMembers(host: Host): GroupMember[] {
  const functions = pciFunctions(host);
  return [...host.ports, ...functions, ...functions.flatMap(listedVfs)].filter((member) => declaredGroup(member) !== undefined);
}

function allMembers(host: Host): GroupMember[] {
  const functions = pciFunctions(host);
  return [...host.ports, ...functions, ...functions.flatMap(enabledVfs)];
}

/** VFs that exist once the host is set up. */
export function enabledVfs(fn: PhysicalFunction): VirtualFunction[] {
  const vfs: VirtualFunction[] = [];
  for (let i = 0; i < Math.min(fn.numVfs, MAX_VFS_LISTED); i++) {
    const vf = virtualFunction(fn, i);
    if (vf !== undefined) vfs.push(vf);
  }
  return vfs;
}

/** VFs that have settings of their own. */
export function listedVfs(fn: PhysicalFunction): VirtualFunction[] {
  const indexes = new Set<number>();
  for (const { first, last } of fn.vfRanges) for (let i = first; i <= Math.min(last, MAX_VFS_LISTED - 1); i++) indexes.add(i);
  return [...indexes].flatMap((index) => virtualFunction(fn, index) ?? []);
}

const groupsOf = new WeakMap<Host, IommuGroups>();

export function iommuGroups(host: Host): IommuGroups {
  let groups = groupsOf.get(host);
  if (groups === undefined) {
    groups = new IommuGroups(host);
    groupsOf.set(host, groups);
  }
  return groups;
}

/** A member as a person would name it: reference, and address where known. */
export function memberName(member: GroupMember): string {
  const bdf = member.kind === 'pcie-port' ? member.facts.bdf : member.kind === 'function' ? member.address : vfAddress(member);
  return bdf.state === 'unknown' ? member.path : `${member.path} (${formatPciAddress(bdf.value)})`;
}
