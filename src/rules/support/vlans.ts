import type { Change, Fix } from '../../core/diagnostics/diagnostic.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import { child } from '../../core/text/tree.js';
import { fabric, type Nic, nicSetting } from './l2.js';
import { getOrMake } from './maps.js';
import { changing, fixOf, settingAtTop } from './text.js';

const FIRST = 100;
const LAST = 4094;

/** A VLAN that the tenant has to itself, else the first that nobody uses. */
export function vlanFor(topology: Topology, tenant: Tenant | undefined, taken: ReadonlySet<number> = new Set()): number | undefined {
  const users = usersOfVlans(topology);
  for (const [vlan, set] of users) if (tenant !== undefined && set.size === 1 && set.has(tenant) && !taken.has(vlan)) return vlan;
  for (let vlan = FIRST; vlan <= LAST; vlan++) if (!users.has(vlan) && !taken.has(vlan)) return vlan;
  return undefined;
}

const usersByTopology = new WeakMap<Topology, ReadonlyMap<number, ReadonlySet<Tenant | undefined>>>();

function usersOfVlans(topology: Topology): ReadonlyMap<number, ReadonlySet<Tenant | undefined>> {
  let users = usersByTopology.get(topology);
  if (users === undefined) {
    const made = new Map<number, Set<Tenant | undefined>>();
    for (const nic of fabric(topology).nics) {
      const vlan = valueOf(nicSetting(nic.device, 'vlan'));
      if (vlan !== undefined && vlan !== 0) getOrMake(made, vlan, () => new Set<Tenant | undefined>()).add(nic.tenant);
    }
    users = made;
    usersByTopology.set(topology, users);
  }
  return users;
}

/** More devices than this make a new design, not a fix. */
const MOST = 16;

/** Takes all NICs of one tenant out of a VLAN. */
export function moveTenant(topology: Topology, nics: readonly Nic[], tenant: Tenant | undefined): Fix[] {
  const own = nics.filter((nic) => nic.tenant === tenant);
  const vlan = vlanFor(topology, tenant, new Set(nics.flatMap((nic) => nic.vlan ?? [])));
  if (tenant === undefined || vlan === undefined || own.length > MOST) return [];
  return fixOf('Put {tenant} into VLAN {vlan}', { tenant: tenant.id, vlan }, ...own.map((nic) => vlanChange(nic, vlan)));
}

export function vlanChange({ device }: Nic, vlan: number): Change | undefined {
  return changing(device.facts.vlan, device, ['vlan'], vlan);
}

/** Says in the design that tenants share a VLAN on purpose. */
export function declareShared(topology: Topology, tenants: readonly Tenant[], vlan: number): Fix[] {
  const main = topology.files.at(-1);
  const list = child(topology.root, 'policy', 'sharedSegments');
  const value = { tenants: tenants.map(({ id }) => id), vlan };
  const change: Change | undefined =
    list?.type === 'array'
      ? { kind: 'append', to: list, value }
      : main === undefined
        ? undefined
        : settingAtTop({ file: main, start: 0, end: 0 }, ['policy', 'sharedSegments'], [value]);
  return fixOf('Declare VLAN {vlan} shared', { vlan }, change);
}
