import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Tristate } from '../../core/model/iommu-groups.js';
import type { Switch } from '../../core/model/switch.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { between, exactly, F, P, S } from '../grade.js';
import { isNetwork } from '../graph/presence.js';
import type { Hold } from '../graph/reach.js';
import { takeTurns } from '../graph/root.js';
import { type Cause, nameOf, type Remedy } from './cause.js';
import { outage } from './fault.js';
import type { Grader } from './grader.js';
import { loadCause } from './load.js';
import { ownerCauses, turns } from './ownership.js';
import { resetCause } from './reset.js';
import { segmentCause } from './segment.js';

/** A vSwitch: whose code reads the frames of both, whether they are one segment, what one can take of it. */
export const gradeSwitch: Grader = ({ a, b, vlans }, component) => {
  const entity = component.subject as Switch;
  const kind = entity.switchKind ?? '';
  const runsIn = switchKinds.get(kind)?.runsIn ?? 'kernel';
  const base = runsIn === 'user-space' ? S.process : runsIn === 'kernel' ? S.kernel : S.device;
  const parser = runsIn === 'user-space' ? `one process of ${kind}` : runsIn === 'kernel' ? 'the host kernel' : 'one e-switch';
  const causes: Cause[] = [
    {
      axis: 'security',
      about: runsIn === 'nic' ? 'firmware' : 'software',
      interval: exactly(base),
      reason: `${parser} reads the frames of both`,
    },
  ];
  const segment = segmentCause(a, b, { base, ...enforcement(entity, kind), entity, vlans, isNic: runsIn === 'nic' });
  if (segment !== undefined) causes.push(kind === 'macvtap' ? macvtapCause(segment, entity, a, b) : segment);
  if (valueOf(entity.facts.controller) === true && valueOf(entity.facts.failMode) === 'standalone') {
    causes.push({
      axis: 'security',
      about: 'l2',
      interval: exactly(S.weakened),
      reason: `${component.entity} becomes a plain learning switch when it loses its controller`,
      remedies: [{ title: `"failMode": "secure" on ${entity.path}`, changes: [{ entity, keys: ['failMode'], value: 'secure' }] }],
    });
  }
  causes.push(
    outage(
      a,
      b,
      component,
      reconnects(b, runsIn === 'user-space') ?? `a failure or restart of ${component.entity} interrupts both`,
      reconnects(b, runsIn === 'user-space') !== undefined,
    ),
  );
  causes.push(loadCause(a, b, component, { about: runsIn === 'user-space' ? 'core' : 'link', noControl: undefined as never }));
  return causes;
};

function enforcement(entity: Switch, kind: string): { enforces: Tristate; enforcedBy?: { entity: string; property: string } } {
  if (kind !== 'linux-bridge') return { enforces: true };
  return { enforces: valueOf(entity.facts.vlanFiltering), enforcedBy: { entity: entity.path, property: 'vlanFiltering' } };
}

/** Guests are the servers of their sockets: the switch can come back and they find it again. */
function reconnects(b: Hold, isProcess: boolean): string | undefined {
  const stated =
    isProcess && b.roots.every(({ device }) => device?.facts.socketMode.state === 'known' && device.facts.socketMode.value === 'server');
  return stated ? `${nameOf(b)} reconnects by itself when the process is back` : undefined;
}

/** Siblings on a macvtap reach each other or not by its mode, whatever their VLANs are. */
function macvtapCause(flat: Cause, entity: Switch, a: Hold, b: Hold): Cause {
  const mode = valueOf(entity.facts.mode);
  return macvtapSecurity(mode, flat, a, b, {
    title: `"mode": "private" on ${entity.path}`,
    changes: [{ entity, keys: ['mode'], value: 'private' }],
  });
}

function macvtapSecurity(mode: string | undefined, _flat: Cause, a: Hold, b: Hold, remedy: Remedy | undefined): Cause {
  const names = `${nameOf(a)} and ${nameOf(b)}`;
  const base = { axis: 'security', about: 'l2' } as const;
  const remedies = remedy === undefined ? {} : { remedies: [remedy] };
  if (mode === 'private') return { ...base, interval: exactly(S.kernel), reason: `private mode keeps ${names} apart` };
  if (mode === 'vepa')
    return { ...base, interval: exactly(S.weakened), reason: `in vepa mode the switch outside decides whether ${names} meet`, ...remedies };
  if (mode === undefined)
    return {
      ...base,
      interval: between(S.kernel, S.none),
      reason: `nobody states the mode of the macvtap that decides whether ${names} meet`,
      ...remedies,
    };
  return { ...base, interval: exactly(S.none), reason: `in ${mode} mode frames pass directly between ${names}`, ...remedies };
}

/** A port with taps stacked on it directly, each device with a mode of its own. Both must be private to be apart. */
export const gradeMacvtapParent: Grader = ({ a, b }, component) => {
  const vlansOf = (hold: Hold) => hold.roots.flatMap(({ presence }) => presence?.vlans ?? []);
  const theirs = vlansOf(b);
  const common = new Set(vlansOf(a).filter((vlan) => theirs.includes(vlan)));
  // Siblings are those on one VLAN interface of the port.
  const siblings = [...a.roots, ...b.roots].filter(({ presence }) => presence?.vlans.some((vlan) => common.has(vlan)) !== false);
  const modes = siblings.map(({ device }) => (device === undefined ? undefined : valueOf(device.facts.mode)));
  const isL3 = modes.every((mode) => mode === 'l3');
  const mode =
    modes.includes('bridge') || modes.includes('l2')
      ? 'bridge'
      : modes.includes(undefined)
        ? undefined
        : modes.includes('vepa')
          ? 'vepa'
          : 'private';
  const devices = siblings.flatMap(({ device }) => (device !== undefined && valueOf(device.facts.mode) !== 'private' ? [device] : []));
  const remedy =
    devices.length > 0 && !modes.includes('l2') && !modes.includes('l3')
      ? {
          title: `"mode": "private" for ${devices.map(({ path }) => path).join(', ')}`,
          changes: devices.map((entity) => ({ entity, keys: ['mode'], value: 'private' })),
        }
      : undefined;
  const flat: Cause = { axis: 'security', about: 'l2', interval: exactly(S.none), reason: '' };
  return [
    { axis: 'security', about: 'software', interval: exactly(S.kernel), reason: 'the host kernel sorts the frames of both' },
    common.size === 0
      ? { axis: 'security', about: 'l2', interval: exactly(S.kernel), reason: 'each stands on VLAN interfaces of its own' }
      : isL3
        ? { axis: 'security', about: 'l2', interval: exactly(S.kernel), reason: 'the kernel routes between both' }
        : macvtapSecurity(mode, flat, a, b, remedy),
    outage(a, b, component, `a failure of ${component.entity} interrupts both`),
    loadCause(a, b, component, { about: 'link' }),
  ];
};

/** The switch of Hyper-V or ESXi on a port: a kernel that enforces the VLAN of each of its ports. */
export const gradeExternalSwitch: Grader = ({ a, b, vlans }, component) => {
  const segment = segmentCause(a, b, { base: S.kernel, enforces: true, vlans });
  return [
    { axis: 'security', about: 'software', interval: exactly(S.kernel), reason: 'the vSwitch of the hypervisor reads the frames of both' },
    ...(segment === undefined ? [] : [segment]),
    outage(a, b, component, `a failure of ${component.entity} interrupts both`),
    loadCause(a, b, component, { about: 'link' }),
  ];
};

/** Cores that poll for a vSwitch: theirs alone only where the queues of each tenant are pinned to cores of their own. */
export const gradeSwitchCores: Grader = ({ a, b }, component) => {
  const entity = component.subject as Switch;
  const pinned = valueOf(entity.facts.rxqAffinity) ?? {};
  const coresOf = (hold: Hold) =>
    hold.roots.map(({ device }) =>
      Object.entries(pinned).flatMap(([queue, cpu]) =>
        device !== undefined && (queue.startsWith(`${device.path}:`) || queue.startsWith(`${device.guest.id}/${device.id}:`)) ? [cpu] : [],
      ),
    );
  const [ours, theirs] = [coresOf(a), coresOf(b)];
  const isPinned = [...ours, ...theirs].every((cpus) => cpus.length > 0) && valueOf(entity.facts.pmdRxqIsolate) !== false;
  const meet = ours.flat().some((cpu) => theirs.flat().includes(cpu));
  if (isPinned && !meet)
    return [
      { axis: 'performance', about: 'core', interval: exactly(P.dedicated), reason: 'queues of each are pinned to cores of their own' },
    ];
  return [
    {
      axis: 'performance',
      about: 'core',
      interval: exactly(P.unmanaged),
      reason: `the same cores of ${component.entity} poll the queues of both`,
    },
  ];
};

export const gradeBufferPool: Grader = (_direction, component) => {
  const entity = component.subject as Switch;
  return [
    {
      axis: 'performance',
      about: 'queue',
      interval: exactly(P.unmanaged),
      reason: `ports of both take packet buffers from one pool of ${component.entity}`,
      remedies: [{ title: `"perPortMemory": true on ${entity.path}`, changes: [{ entity, keys: ['perPortMemory'], value: true }] }],
    },
  ];
};

/** A physical function: its firmware, its driver, and for a NIC its e-switch. */
export const gradeFunction: Grader = ({ a, b, vlans, all }, component) => {
  const fn = component.subject as PhysicalFunction;
  const owners = (hold: Hold) => hold.roots.filter(({ owned }) => owned.includes(fn));
  const [ours, theirs] = [owners(a), owners(b)];
  const causes: Cause[] = [];
  // What of the function the victim has beside what both have by turns.
  const served = theirs.length > 0 ? theirs : b.roots;
  const byTurns = ours.length > 0 && ours.every((x) => served.every((y) => takeTurns(x, y)));
  if (byTurns && ours.length === a.roots.length) return [turns(a, b, component.entity)];
  if (byTurns) {
    causes.push(turns(a, b, component.entity));
  } else if (ours.length > 0 && theirs.length > 0) {
    causes.push({ axis: 'security', about: 'state', interval: exactly(S.none), reason: `both have ${component.entity} for themselves` });
  } else if (ours.length > 0) {
    causes.push({
      axis: 'security',
      about: 'firmware',
      interval: exactly(S.weakened),
      reason: `${nameOf(a)} drives the physical function that serves ${nameOf(b)}`,
    });
    causes.push({
      axis: 'fault',
      about: 'reset',
      interval: exactly(F.inducible),
      reason: `${nameOf(a)} can reset the physical function that serves ${nameOf(b)}`,
    });
  } else {
    const vfs = a.roots.some(({ pf }) => pf === fn);
    causes.push({
      axis: 'security',
      about: 'firmware',
      interval: exactly(S.device),
      reason: vfs ? 'one firmware serves both, and one driver answers the requests of its VFs' : 'one firmware carries the traffic of both',
    });
  }
  if (isNetwork(fn.device)) {
    const segment = segmentCause(a, b, { base: S.device, enforces: true, isNic: true, vlans });
    if (segment !== undefined) causes.push(segment);
    const pause = pauseFrames(a, fn, component.entity);
    if (pause !== undefined) causes.push(pause);
  }
  causes.push(outage(a, b, component, `a failure of ${component.entity}, or a reload of its driver, interrupts both`));
  const reset = resetCause(a, b, component);
  if (reset !== undefined) causes.push(reset);
  causes.push(
    loadCause(a, b, component, {
      about: isNetwork(fn.device) ? 'cache' : 'media',
      isTimingChannel: true,
      hasMinimums: true,
      all,
    }),
  );
  return causes;
};

/** Pause frames of a VF stop the port for all. NICs drop them where the PF tags the VF; whether flow control is on, no document says. */
function pauseFrames(a: Hold, fn: PhysicalFunction, name: string): Cause | undefined {
  const untagged = a.roots.find(({ pf, presence }) => pf === fn && presence?.isNicLegacy === true && presence.mayTag === true);
  if (untagged === undefined) return undefined;
  return {
    axis: 'fault',
    about: 'link',
    interval: between(F.disruptive, F.inducible),
    reason: `${untagged.path} has no VLAN from its PF, so it can send pause frames, which stop ${name} where flow control is on`,
  };
}

/** A card with several functions: its firmware, and what it presents by itself. */
export const gradeCard: Grader = ({ a, b, vlans, all }, component) => {
  const device = component.subject as Device;
  const reset = resetCause(a, b, component);
  const segment = segmentCause(a, b, { base: S.device, enforces: true, isNic: true, vlans, isOnlyHere: true });
  return [
    ...ownerCauses(a, b, device, component.entity),
    ...(segment === undefined ? [] : [segment]),
    { axis: 'security', about: 'firmware', interval: exactly(S.device), reason: 'one firmware serves all functions of the card' },
    outage(a, b, component, `a failure of ${component.entity} interrupts both`),
    ...(reset === undefined ? [] : [reset]),
    loadCause(a, b, component, { about: isNetwork(device) ? 'link' : 'media', isTimingChannel: true, hasMinimums: isNetwork(device), all }),
  ];
};

export const gradePort: Grader = ({ a, b, all }, component) => [
  { axis: 'security', about: 'link', interval: exactly(S.hardware), reason: 'frames of both take turns on one wire' },
  outage(a, b, component, `a failure of ${component.entity} interrupts both`),
  loadCause(a, b, component, { about: 'link', hasMinimums: true, all }),
];

export const gradeNetwork: Grader = ({ a, b, vlans }, component) => {
  const segment = segmentCause(a, b, { base: S.hardware, enforces: true, vlans, isNetwork: true });
  return [
    { axis: 'security', about: 'link', interval: exactly(S.hardware), reason: 'both send through one physical network' },
    ...(segment === undefined ? [] : [segment]),
    outage(a, b, component, `a failure of ${component.entity} interrupts both`),
    loadCause(a, b, component, { about: 'link' }),
  ];
};
