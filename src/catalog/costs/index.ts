import { computeCosts } from './compute.js';
import { exitCosts } from './exits.js';
import { memoryCosts } from './memory.js';
import { networkCosts } from './network.js';
import { storageCosts } from './storage.js';

/** Every number of the cost model, by id. */
export const costTable = { ...exitCosts, ...memoryCosts, ...networkCosts, ...storageCosts, ...computeCosts };

export type CostId = keyof typeof costTable;

export const costIds = Object.keys(costTable) as CostId[];
