import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { tenantOf } from '../../core/model/guest.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { mediatedTypeOf, migInstance, migTypes } from './gpu.js';
import { spareFor } from './spare.js';
import { areDifferent } from './tenants.js';
import { changing, fixOf, rewriting, setting } from './text.js';
import { listed } from './words.js';

/** The offers to keep tenants apart that share a GPU by software: hardware partitions of it, or another GPU. */
export function gpusApart(topology: Topology, gpu: Device, users: readonly VirtualDevice[]): Fix[] {
  return [...migInstances(gpu, users), ...otherGpus(topology, gpu, users)];
}

/** Rewritten at once; a design with more users is changed by hand. */
const MOST_USERS = 16;

/** An instance for each user, of the largest type of which there are enough. */
function migInstances(gpu: Device, users: readonly VirtualDevice[]): Fix[] {
  const copies = users.reduce((sum, { guest }) => sum + guest.count, 0);
  const slices = valueOf(gpu.facts.gpu.migSlices) ?? Number.POSITIVE_INFINITY;
  const type = migTypes(gpu)
    .flatMap((name) => {
      const facts = migInstance(gpu, name);
      const share = facts && valueOf(facts.memoryFraction);
      if (facts === undefined || share === undefined || copies > (valueOf(facts.max) ?? 0)) return [];
      return copies * share <= 1.001 && copies * (valueOf(facts.slices) ?? 0) <= slices ? [{ name, share }] : [];
    })
    .sort((a, b) => b.share - a.share)[0]?.name;
  if (type === undefined || users.length > MOST_USERS) return [];
  return fixOf(
    'Give each a MIG instance {type} of {gpu}',
    { type, gpu: gpu.path },
    ...(gpu.facts.sharing.state === 'known' ? [changing(gpu.facts.sharing, gpu, ['sharing'], 'mig')] : []),
    ...users.map((user) =>
      rewriting(user, { technique: 'mig', from: gpu.id, type, isolation: undefined, framebuffer: undefined, uuid: undefined }),
    ),
  );
}

/** A GPU of its own for every tenant but the first. */
function otherGpus(topology: Topology, gpu: Device, users: readonly VirtualDevice[]): Fix[] {
  const first = users.map(({ guest }) => tenantOf(guest)).find((tenant) => tenant !== undefined);
  const others = users.filter(({ guest }) => areDifferent(first, tenantOf(guest)));
  const tenants = [...new Set(others.map(({ guest }) => tenantOf(guest)))];
  const spare = spareFor(gpu, topology).filter((other) => others.every((user) => offers(other, user)));
  if (others.length === 0 || spare.length < tenants.length || others.length > MOST_USERS) return [];
  const used = spare.slice(0, tenants.length);
  return fixOf(
    'Take {gpus} for {tenants}',
    { gpus: listed(used.map(({ path }) => path)), tenants: listed(tenants.map((tenant) => tenant?.id ?? '')) },
    ...others.map((user) => {
      const other = used[tenants.indexOf(tenantOf(user.guest))] as Device;
      const type = mediatedTypeOf(user);
      const isNamed = valueOf(user.facts.from)?.target?.kind === 'mediated-type';
      return setting(user, ['from'], type !== undefined && isNamed ? `${other.id}/${type.id}` : other.id);
    }),
  );
}

/** Whether a GPU has the type of vGPU that a guest has now; whole ones come from any. */
function offers(gpu: Device, user: VirtualDevice): boolean {
  const type = mediatedTypeOf(user);
  return type === undefined || gpu.mediatedTypes.some(({ id }) => id === type.id);
}
