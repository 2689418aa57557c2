import type { Legend } from '../scene.js';
import { PALETTE_SIZE } from './style.js';

/** Which class or colour paints a tenant. */
export class Palette {
  readonly #byId: ReadonlyMap<string, Legend['tenants'][number]>;

  constructor(legend: Legend) {
    this.#byId = new Map(legend.tenants.map((tenant) => [tenant.id, tenant]));
  }

  /** Class of the palette; `own` keeps the style sheet from painting a tenant that has a colour of its own. */
  className(tenant: string | null): string {
    const entry = tenant === null ? undefined : this.#byId.get(tenant);
    if (entry === undefined) return '';
    return entry.color === null ? ` t${entry.index % PALETTE_SIZE}` : ' own';
  }

  /** Attribute for a tenant with a colour of its own. */
  attribute(tenant: string | null, property: 'fill' | 'stroke'): string {
    const color = tenant === null ? null : (this.#byId.get(tenant)?.color ?? null);
    return color === null || !/^#[0-9a-fA-F]{6}$/.test(color) ? '' : ` ${property}="${color}"`;
  }
}
