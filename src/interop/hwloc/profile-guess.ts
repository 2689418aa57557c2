import { profileTable } from '../../catalog/profiles/index.js';
import { type PcieLink, parsePcieLink } from '../../core/units/pcie-link.js';

interface ProfileFacts {
  readonly kind?: string;
  readonly pciId?: string;
  readonly vfPciId?: string;
  readonly link?: string;
  readonly ports?: object;
  readonly extends?: string;
  readonly sriov?: { readonly offset?: number; readonly stride?: number };
}

/** A profile with what it takes from the one it extends. */
function factsOf(name: string, seen: readonly string[] = []): ProfileFacts {
  const own = (profileTable[name] ?? {}) as ProfileFacts;
  return own.extends === undefined || seen.includes(name) ? own : { ...factsOf(own.extends, [...seen, name]), ...own };
}

const profiles = Object.keys(profileTable).map((name) => ({ name, facts: factsOf(name) }));

export type ProfileGuess = { readonly name: string } | { readonly candidates: readonly string[] } | undefined;

/**
 * The profile of a card by its PCI id. One id stands for cards of several speeds and port counts, so the guess holds only
 * where a single profile has the id and as many ports as the card has functions.
 */
export function guessProfile(pciId: string | undefined, functions: number): ProfileGuess {
  const same = profiles.filter(({ facts }) => pciId !== undefined && facts.pciId === pciId);
  if (same.length === 0) return undefined;
  const fitting = same.filter(({ facts }) => facts.ports === undefined || Object.keys(facts.ports).length === functions);
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return { name: only.name };
  return { candidates: same.map(({ name }) => name) };
}

export function profileLink(name: string): PcieLink | undefined {
  const parsed = parsePcieLink(factsOf(name).link ?? '');
  return parsed.ok ? parsed.value : undefined;
}

/** Ids of physical functions whose VFs have this id, with what their profiles say of VF addresses. */
export function pfsOfVf(
  vfPciId: string,
): { readonly pciId: string; readonly offset: number | undefined; readonly stride: number | undefined }[] {
  return profiles
    .filter(({ facts }) => facts.vfPciId === vfPciId && facts.pciId !== undefined)
    .map(({ facts }) => ({ pciId: facts.pciId as string, offset: facts.sriov?.offset, stride: facts.sriov?.stride }));
}
