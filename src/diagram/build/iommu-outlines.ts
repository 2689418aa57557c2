import type { Host } from '../../core/model/host.js';
import { type GroupMember, type IommuGroup, iommuGroups, memberName } from '../../core/model/iommu-groups.js';
import { type Box, descendants } from './box.js';
import type { BuildContext } from './context.js';
import type { Outline } from './drawing.js';

/**
 * One outline for each IOMMU group with a physical function in it, around the largest boxes that hold nothing else. A VF
 * that is alone in its group needs none.
 */
export function iommuOutlines(host: Host, context: BuildContext, roots: readonly Box[]): Outline[] {
  const groups = iommuGroups(host);
  const position = new Map(roots.flatMap((root) => [...descendants(root)]).map((box, i) => [box, i]));
  const first = ({ members }: { members: readonly Box[] }) => Math.min(...members.map((box) => position.get(box) ?? 0));
  const drawn = groups.all
    .filter((group) => group.members.some(isPciFunction))
    .map((group) => ({ group, members: membersOf(group, context) }))
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => first(a) - first(b));
  let predicted = 0;
  return drawn.map(({ group, members }): Outline => {
    const isCertain = group.isDeclared || group.members.every((member) => groups.isCertain(member));
    // Numbers are what the kernel of a real host gave; a predicted group has a letter.
    const name = group.isDeclared ? group.id : `${letters(predicted++)}${isCertain ? '' : ' ?'}`;
    return {
      id: `${host.path}#iommu/${group.id}`,
      kind: 'iommu',
      label: `IOMMU ${name}`,
      members,
      covers: stretches(largest(new Set(members)).sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0))),
      facts: [
        group.isDeclared ? 'As read off the host.' : 'Predicted from the port tree and ACS.',
        ...(isCertain ? [] : ['Depends on ACS of ports that the document does not state.']),
        ...group.members.slice(0, 12).map(memberName),
        ...(group.members.length > 12 ? [`and ${group.members.length - 12} more`] : []),
      ],
    };
  });
}

/** A disk hangs on a controller; by itself it is nothing that the IOMMU sees. */
function isPciFunction(member: GroupMember): boolean {
  return member.kind === 'function' && member.device.deviceKind !== 'disk';
}

function membersOf(group: IommuGroup, { drawing }: BuildContext): Box[] {
  const boxes = new Set<Box>();
  for (const member of group.members) {
    const box = drawing.boxOf(member);
    if (box !== undefined && box.kind !== 'host') boxes.add(box);
  }
  return [...boxes];
}

/** Boxes that stand for something the IOMMU can isolate. */
function isIsolatable(box: Box): boolean {
  return (
    box.kind === 'function' ||
    box.kind === 'vf' ||
    (box.kind === 'device' && !box.children.some((child) => isIsolatable(child) || child.kind === 'nic-port'))
  );
}

/** Grows each member to the box around it as long as nothing foreign is in there. */
function largest(members: ReadonlySet<Box>): Box[] {
  const known = new Map<Box, boolean>();
  const isOurs = (box: Box): boolean => {
    let ours = known.get(box);
    if (ours === undefined) {
      ours = (members.has(box) || (!isIsolatable(box) && box.kind !== 'pcie-port')) && box.children.every(isOurs);
      known.set(box, ours);
    }
    return ours;
  };
  const grown = new Set<Box>();
  for (const member of members) {
    let box = member;
    for (let up = box.parent; up !== undefined; up = up.parent) {
      const mayHold = up.kind === 'device' || up.kind === 'nic-port' || (up.kind === 'pcie-port' && members.has(up));
      if (!mayHold || !isOurs(up)) break;
      // A port of a NIC is no more than its function; the card is.
      if (up.kind !== 'nic-port') box = up;
    }
    grown.add(box);
  }
  return [...grown].filter((box) => !isInside(box, grown));
}

function isInside(box: Box, others: ReadonlySet<Box>): boolean {
  for (let up = box.parent; up !== undefined; up = up.parent) if (others.has(up)) return true;
  return false;
}

/** Siblings that follow each other lie together. */
function stretches(boxes: readonly Box[]): Box[][] {
  const result: Box[][] = [];
  for (const box of boxes) {
    const before = result.at(-1)?.at(-1);
    const siblings = box.parent?.children ?? [];
    if (before !== undefined && before.parent === box.parent && siblings.indexOf(before) + 1 === siblings.indexOf(box))
      result.at(-1)?.push(box);
    else result.push([box]);
  }
  return result;
}

/** A to Z, then AA and on. */
function letters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest === 0 ? '' : letters(rest - 1)) + String.fromCharCode(65 + (index % 26));
}
