/**
 * One number of the cost model. Work of a CPU is in cycles, so that it scales with the clock; wires, PCIe, translation and
 * media are in time, which does not. A default that nobody measured says so in its source.
 */
export interface CostDefinition {
  /** What it is, as hovers and `calibration` show it. */
  readonly title: string;
  readonly dimension: 'cost' | 'cost-per-byte';
  readonly value: string;
  readonly source: string;
}

/** The marker of numbers that are engineering defaults. */
export const UNCALIBRATED = 'uncalibrated';

export function costs<const Table extends Record<string, CostDefinition>>(table: Table): Table {
  return table;
}

export function time(title: string, value: string, source: string): CostDefinition {
  return { title, dimension: 'cost', value, source };
}

export function perByte(title: string, value: string, source: string): CostDefinition {
  return { title, dimension: 'cost-per-byte', value, source };
}
