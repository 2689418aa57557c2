import type { Severity } from '../../core/diagnostics/diagnostic.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';

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

function isPromised(topology: Topology, tenants: readonly Tenant[]): boolean {
  return topology.objectives.some((objective) => {
    const named = (valueOf(objective.facts.isolate) ?? []).map((reference) => reference.target);
    return tenants.filter((tenant) => named.includes(tenant)).length > 1;
  });
}
