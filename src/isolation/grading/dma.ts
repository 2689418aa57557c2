import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import type { GroupMember } from '../../core/model/iommu-groups.js';
import { upstream } from '../../core/model/pcie.js';
import { between, exactly, P, S } from '../grade.js';
import type { ComponentGraph } from '../graph/graph.js';
import type { Reach } from '../graph/reach.js';
import type { Root } from '../graph/root.js';
import type { Cause } from './cause.js';
import { groupComponents, type PairComponent } from './dma-groups.js';
import { bypassesIommu, type DmaSide, type Held, mayHaveIommu, sideOf, softened, wayOf } from './dma-side.js';

/** Components of one host in which two tenants meet by DMA and interrupts. */
export function dmaComponents(graph: ComponentGraph, host: Host, a: Reach, b: Reach): PairComponent[] {
  const [x, y] = [sideOf(a, host), sideOf(b, host)];
  if (x.first === undefined || y.first === undefined) return [];
  if (x.held.length === 0 && y.held.length === 0 && !x.isRefused && !y.isRefused) return [];
  const pathOf = (side: DmaSide, through: Held | undefined) =>
    through === undefined ? [(side.first as Root).path, host.path] : [...wayOf(through), host.path];
  const made = (type: 'memory' | 'interrupts' | 'iommu', grade: (from: DmaSide, to: DmaSide) => readonly Cause[]): PairComponent => ({
    component: graph.component(type, `${host.path}#${type}`, host.path, host, host),
    aToB: grade(x, y),
    bToA: grade(y, x),
    pathA: pathOf(x, x.held[0]),
    pathB: pathOf(y, y.held[0]),
  });
  const groups = mayHaveIommu(host) ? groupComponents(graph, x, y) : [];
  return [...groups, made('memory', memory), made('interrupts', interrupts), made('iommu', translation)].filter(
    ({ aToB, bToA }) => aToB.length > 0 || bToA.length > 0,
  );
}

/** Whether DMA of the aggressor's functions stays in its own memory. */
function memory(from: DmaSide, to: DmaSide): Cause[] {
  const { host } = from;
  const [us, them] = [from.reach.tenant.id, to.reach.tenant.id];
  const first = from.held[0];
  if (first === undefined && !from.isRefused) return [];
  const isOn = mayHaveIommu(host);
  const causes: Cause[] = [];
  if (isOn || from.isRefused) {
    const reason = isOn
      ? `the IOMMU keeps DMA of ${us} out of the memory of ${them}`
      : `VFIO hands out no function of ${host.path} while no IOMMU is on, so none of ${us} reaches the memory of ${them}`;
    causes.push(...softened([{ axis: 'security', about: 'dma', interval: exactly(S.hardware), reason }], isOn ? first : undefined));
  }
  for (const held of from.kinds) {
    const { root, member } = held;
    const bypass = bypassesIommu(root, member, host);
    if (bypass === true)
      causes.push({
        axis: 'security',
        about: 'dma',
        interval: exactly(S.none),
        reason: `${root.path} drives ${member.path} with no IOMMU in between: it can read and write all memory of ${host.path}`,
      });
    if (bypass === undefined)
      causes.push({
        axis: 'security',
        about: 'dma',
        interval: between(S.hardware, S.none),
        reason: `nobody states whether an IOMMU stands between ${member.path} of ${us} and the memory of ${host.path}`,
        open: [{ entity: host.path, property: 'iommu.state' }],
      });
    const translates = isOn ? mayTranslate(from, member) : undefined;
    if (translates === undefined) continue;
    const [ats] = softened([translates], held) as [Cause];
    // Functions of one card are alike.
    if (!causes.some(({ reason }) => reason === ats.reason)) causes.push(ats);
  }
  return causes;
}

/** A device that translates addresses itself (ATS) is believed by the IOMMU, unless the port above blocks what is translated already. */
function mayTranslate(from: DmaSide, member: GroupMember): Cause | undefined {
  const { trust } = from.reach.tenant.facts;
  if (valueOf(trust) !== 'untrusted' || member.kind === 'pcie-port') return undefined;
  const { host } = from;
  const fn = member.kind === 'vf' ? member.fn : member;
  const port = upstream(fn.device);
  const blocks = valueOf(host.facts.kernel.noats) === true || (port !== undefined && valueOf(port.acs.translationBlocking) === true);
  if (blocks) return undefined;
  const ats = valueOf(fn.facts.ats);
  if (ats === false) return undefined;
  const name = fn.device.path;
  const remedies = [{ title: `boot ${host.path} with pci=noats`, changes: [{ entity: host, keys: ['kernel', 'noats'], value: true }] }];
  if (ats === true)
    return {
      axis: 'security',
      about: 'dma',
      interval: exactly(S.weakened),
      reason: `${name} translates addresses itself (ATS), and the IOMMU believes what it says`,
      remedies,
    };
  return {
    axis: 'security',
    about: 'dma',
    interval: between(S.hardware, S.weakened),
    reason: `nobody states whether ${name} translates addresses itself (ATS); if it does, the IOMMU believes what it says`,
    open: [{ entity: name, property: 'ats' }],
    remedies,
  };
}

function interrupts(from: DmaSide, to: DmaSide): readonly Cause[] {
  return from.held.length === 0 ? [] : softened(delivery(from, to), from.held[0]);
}

/** Interrupts of the aggressor's functions: remapped to its own guests, or anywhere on the host. */
function delivery(from: DmaSide, to: DmaSide): Cause[] {
  const { host } = from;
  const us = from.reach.tenant.id;
  const them = to.reach.tenant.id;
  const remapping = valueOf(host.facts.iommu.interruptRemapping);
  const isUntrusted = valueOf(from.reach.tenant.facts.trust) === 'untrusted';
  if (isUntrusted && valueOf(host.facts.vfio.allowUnsafeInterrupts) === true)
    return [
      {
        axis: 'security',
        about: 'interrupt',
        interval: exactly(S.weakened),
        reason: `${host.path} allows unsafe interrupts: functions of ${us} can raise any`,
      },
    ];
  if (isUntrusted && remapping === false)
    return [
      {
        axis: 'security',
        about: 'interrupt',
        interval: exactly(S.weakened),
        reason: `${host.path} does not remap interrupts: functions of ${us} can raise any`,
      },
    ];
  if (isUntrusted && remapping === undefined)
    return [
      {
        axis: 'security',
        about: 'interrupt',
        interval: between(S.hardware, S.weakened),
        reason: `nobody states whether ${host.path} remaps interrupts; if not, functions of ${us} can raise any`,
        open: [{ entity: host.path, property: 'iommu.interruptRemapping' }],
      },
    ];
  const reason =
    remapping === true
      ? `interrupts of ${us} are remapped and do not reach ${them}`
      : `${us} is trusted not to raise interrupts of others; nothing that is stated would stop it`;
  return [{ axis: 'security', about: 'interrupt', interval: exactly(S.hardware), reason }];
}

/** Both translate through one IOMMU: its cache is shared, and nothing divides it. */
function translation(from: DmaSide, to: DmaSide): readonly Cause[] {
  if (from.held.length === 0 || to.held.length === 0 || !mayHaveIommu(from.host)) return [];
  const causes: Cause[] = [
    { axis: 'security', about: 'cache', interval: exactly(S.hardware), reason: 'both translate addresses through one IOMMU' },
    {
      axis: 'performance',
      about: 'cache',
      interval: exactly(P.unmanaged),
      reason: 'translations of both compete for one cache (IOTLB), which nothing divides',
      isInherent: true,
      isTimingChannel: true,
    },
  ];
  return softened(causes, from.held[0], to.held[0]);
}
