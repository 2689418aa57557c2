import type { ViewName } from '../../scene.js';
import { mappingView } from './mapping.js';
import { networkView } from './network.js';
import { physicalView } from './physical.js';
import { storageView } from './storage.js';
import { tenantsView } from './tenants.js';
import type { View } from './view.js';

/** Every view, by name. */
export const views: ReadonlyMap<ViewName, View> = new Map(
  [mappingView, physicalView, networkView, storageView, tenantsView].map((view) => [view.name, view]),
);
