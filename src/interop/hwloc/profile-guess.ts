import { profileTable } from '../../catalog/profiles/index.js';
import { type PcieLink, parsePcieLink } from '../../core/units/pcie-link.js';

interface ProfileFacts {
  readonly kind?: string;
  readonly title?: string;
  readonly pciId?: string;
  readonly vfPciId?: string;
  readonly link?: string;
  readonly ports?: object;
  readonly extends?: string;
  readonly sriov?: VfGrid;
  readonly functions?: Readonly<Record<string, { readonly index?: number; readonly sriov?: VfGrid }>>;
}

/** Where the VFs of a function lie: First VF Offset and VF Stride, as far as a profile knows them. */
export interface VfGrid {
  readonly offset?: number;
  readonly stride?: number;
}

/** What is known of a card besides its PCI id. */
export interface CardEvidence {
  readonly pciId: string | undefined;
  readonly functions: number;
  /** As the drive or GPU names itself. */
  readonly model: string | undefined;
  /** Capacity of a drive, memory of a GPU. */
  readonly sizeBytes: number | undefined;
}

/** A profile with what it takes from the one it extends. */
function factsOf(name: string, seen: readonly string[] = []): ProfileFacts {
  const own = (profileTable[name] ?? {}) as ProfileFacts;
  return own.extends === undefined || seen.includes(name) ? own : { ...factsOf(own.extends, [...seen, name]), ...own };
}

const profiles = Object.keys(profileTable).map((name) => ({ name, facts: factsOf(name) }));

export type ProfileGuess =
  | { readonly name: string }
  | { readonly candidates: readonly string[]; readonly against: string | undefined }
  | undefined;

/**
 * The profile of a card by its PCI id. One id stands for cards of several speeds, port counts and sizes, so the guess
 * holds only where a single profile has the id and nothing that is known of the card speaks against it.
 */
export function guessProfile(card: CardEvidence): ProfileGuess {
  const same = profiles.filter(({ facts }) => card.pciId !== undefined && facts.pciId === card.pciId);
  if (same.length === 0) return undefined;
  const judged = same.map(({ name, facts }) => ({ name, against: whyNot(facts, card) }));
  const [only, ...others] = judged.filter(({ against }) => against === undefined);
  if (only !== undefined && others.length === 0) return { name: only.name };
  return { candidates: same.map(({ name }) => name), against: only === undefined ? judged[0]?.against : undefined };
}

/** What speaks against a profile; for a drive its size has to speak for it, because ids of drives tell the controller only. */
function whyNot(facts: ProfileFacts, card: CardEvidence): string | undefined {
  if (facts.ports !== undefined && Object.keys(facts.ports).length !== card.functions) return 'another number of ports';
  const size = sizeOfTitle(facts.title);
  if (facts.kind === 'nvme' && card.sizeBytes === undefined) return 'no size to tell it by';
  if (size !== undefined && card.sizeBytes !== undefined && Math.abs(card.sizeBytes - size) > 0.12 * size) return 'another size';
  return facts.kind === 'nvme' && namesAnother(facts.title ?? '', card.model) ? 'another model name' : undefined;
}

/** The capacity that a profile has in its title: "Samsung PM1733, 3.84 TB". */
function sizeOfTitle(title: string | undefined): number | undefined {
  const match = /([\d.]+) (GB|TB)\b/.exec(title ?? '');
  return match === null ? undefined : Number(match[1]) * (match[2] === 'TB' ? 1e12 : 1e9);
}

/** A model name that has some words of the title but not all is that of a sibling; a part number has none of them. */
function namesAnother(title: string, model: string | undefined): boolean {
  const words = (text: string) => text.toUpperCase().split(/[^A-Z0-9]+/);
  const wanted = words(title.replace(/,.*$/, '').replace(/\(.*?\)/, ''))
    .slice(1)
    .filter((word) => word !== '');
  const given = new Set(words(model ?? ''));
  const found = wanted.filter((word) => given.has(word));
  return found.length > 0 && found.length < wanted.length;
}

export function profileLink(name: string): PcieLink | undefined {
  const parsed = parsePcieLink(factsOf(name).link ?? '');
  return parsed.ok ? parsed.value : undefined;
}

/** A kind of card whose VFs have some id. */
export interface VfOwner {
  readonly pciId: string;
  /** @param fn number of the physical function. */
  gridOf(fn: number): VfGrid;
}

export function ownersOfVf(vfPciId: string): VfOwner[] {
  return profiles.flatMap(({ facts }) => {
    const { pciId, functions = {}, sriov } = facts;
    if (facts.vfPciId !== vfPciId || pciId === undefined) return [];
    const own = Object.values(functions);
    return [{ pciId, gridOf: (fn) => ({ ...sriov, ...own.find(({ index }, i) => (index ?? i) === fn)?.sriov }) }];
  });
}
