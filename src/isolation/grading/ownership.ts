import type { Device } from '../../core/model/device.js';
import { exactly, F, P, S } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import { type Root, takeTurns } from '../graph/root.js';
import { type Cause, nameOf } from './cause.js';

/**
 * A tenant that has a whole device for itself, and one that the device serves in another way: through instances, through
 * what the host drives it for, through disks behind it. Nothing where the first does not own it, or both do.
 */
export function ownerCauses(a: Hold, b: Hold, device: Device, name: string): Cause[] {
  const owners = a.roots.filter((root) => governs(root, device));
  if (owners.length === 0) return [];
  const served = b.roots.filter((root) => isServed(root, device));
  if (served.length === 0) return [];
  const pairs = owners.flatMap((owner) => served.map((user) => [owner, user] as const));
  if (pairs.every(([owner, user]) => takeTurns(owner, user))) return [turns(a, b, name)];
  const isCard = device.deviceKind === 'nic' || device.deviceKind === 'dpu';
  return [
    isCard
      ? {
          axis: 'security',
          about: 'firmware',
          interval: exactly(S.weakened),
          reason: `${nameOf(a)} drives a physical function of ${name}, which serves ${nameOf(b)}`,
        }
      : {
          axis: 'security',
          about: 'state',
          interval: exactly(S.none),
          reason: `${nameOf(a)} drives all of ${name}, and with it what ${nameOf(b)} has there`,
        },
    { axis: 'fault', about: 'reset', interval: exactly(F.inducible), reason: `${nameOf(a)} can reset ${name}, which serves ${nameOf(b)}` },
    { axis: 'performance', about: 'media', interval: exactly(P.unmanaged), reason: `${nameOf(a)} can take all of ${name}` },
  ];
}

/** Guests of which only one runs at a time: what is left behind is up to the reset in between. */
export function turns(a: Hold, b: Hold, name: string): Cause {
  return {
    axis: 'security',
    about: 'state',
    interval: exactly(S.device),
    reason: `${name} goes from ${nameOf(a)} to ${nameOf(b)} by turns; its reset clears what is left in it`,
  };
}

/** Of a GPU the first function is the GPU itself; others are its sound, its USB. */
function governs({ owned }: Root, device: Device): boolean {
  return device.deviceKind === 'gpu' ? owned.includes(device.functions[0] as never) : owned.some((fn) => fn.device === device);
}

/** Who has a function of a card, or VFs of one, is served by that function; a card with one function is that function. */
function isServed({ owned, pf, held }: Root, device: Device): boolean {
  if (owned.some((fn) => fn.device === device)) return false;
  const isCard = device.deviceKind === 'nic' || device.deviceKind === 'dpu';
  return !isCard || !(pf?.device === device || held.some((member) => member.kind === 'function' && member.device === device));
}
