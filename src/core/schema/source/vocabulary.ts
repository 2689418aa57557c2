import type { DimensionName } from '../../units/dimensions.js';

/** What the registries contribute to the schema: the words of enumerations with their meaning. */
export interface Vocabulary {
  readonly techniques: Readonly<Record<string, string>>;
  readonly backends: Readonly<Record<string, string>>;
  readonly switchKinds: Readonly<Record<string, string>>;
  readonly controllerKinds: Readonly<Record<string, string>>;
  readonly profiles: Readonly<Record<string, string>>;
  readonly costs: Readonly<
    Record<string, { readonly description: string; readonly dimension: DimensionName; readonly default: string; readonly source: string }>
  >;
  readonly rules: Readonly<Record<string, { readonly description: string; readonly severity: string }>>;
}
