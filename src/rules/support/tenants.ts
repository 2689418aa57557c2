import type { Severity } from '../../core/diagnostics/diagnostic.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import { listed } from './words.js';

/** Others need protection from it. What nobody stated counts as untrusted once there is more than one tenant. */
export function isUntrusted(topology: Topology, tenant: Tenant | undefined): boolean {
  if (tenant === undefined) return false;
  const { trust } = tenant.facts;
  return valueOf(trust) === 'untrusted' && (trust.state === 'known' || topology.tenants.length > 1);
}

/** Two tenants that are known and not one and the same. */
export function areDifferent(a: Tenant | undefined, b: Tenant | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

const UP: Readonly<Record<Severity, Severity>> = { hint: 'info', info: 'warning', warning: 'error', error: 'error' };

/** One step up where all tenants that meet are untrusted, or where an objective asks to isolate two of them. */
export function escalated(severity: Severity, topology: Topology, tenants: Iterable<Tenant>): Severity {
  const list = [...new Set(tenants)];
  if (list.length < 2) return severity;
  return list.filter((tenant) => isUntrusted(topology, tenant)).length > 1 || isPromised(topology, list) ? UP[severity] : severity;
}

/** One step up where an objective asks to isolate two of the tenants. */
export function promised(severity: Severity, topology: Topology, tenants: Iterable<Tenant>): Severity {
  return isPromised(topology, [...new Set(tenants)]) ? UP[severity] : severity;
}

function isPromised(topology: Topology, tenants: readonly Tenant[], about?: string): boolean {
  return topology.objectives.some((objective) => {
    const from = valueOf(objective.facts.from);
    if (about !== undefined && from !== undefined && !([from].flat() as readonly string[]).includes(about)) return false;
    const named = (valueOf(objective.facts.isolate) ?? []).map((reference) => reference.target);
    return tenants.filter((tenant) => named.includes(tenant)).length > 1;
  });
}

/** Whether a design says that two tenants share a VLAN, or a switch, on purpose, and no objective keeps them apart there. */
export function sharesOnPurpose(topology: Topology, tenants: readonly Tenant[], vlan: number, where: ReadonlySet<string>): boolean {
  if (isPromised(topology, tenants, 'l2')) return false;
  return (valueOf(topology.facts.policy.sharedSegments) ?? []).some((shared) => {
    const named = (valueOf(shared.tenants) ?? []).map(({ target }) => target);
    const at = valueOf(shared.switch)?.target;
    const on = valueOf(shared.vlan);
    return (
      tenants.every((tenant) => named.includes(tenant)) && (on === undefined || on === vlan) && (at === undefined || where.has(at.path))
    );
  });
}

/** Tenants of a list of things that have one, each once, in order. */
export function tenantsOf(items: Iterable<{ readonly tenant: Tenant | undefined }>): Tenant[] {
  const found = new Set<Tenant>();
  for (const { tenant } of items) if (tenant !== undefined) found.add(tenant);
  return [...found];
}

/** Two of different tenants: the first that has one, and the first of another. */
export function strangers<T extends { readonly tenant: Tenant | undefined }>(items: readonly T[]): readonly [T, T] | undefined {
  const first = items.find(({ tenant }) => tenant !== undefined);
  const other = first === undefined ? undefined : items.find(({ tenant }) => areDifferent(first.tenant, tenant));
  return first === undefined || other === undefined ? undefined : [first, other];
}

/** "a, b and c" of tenants. */
export function tenantNames(tenants: Iterable<Tenant>): string {
  return listed([...tenants].map(({ id }) => id));
}
