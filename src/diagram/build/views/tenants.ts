import { valueOf } from '../../../core/model/fact.js';
import { firstInstance, type Guest } from '../../../core/model/guest.js';
import { type MappingNode, mappingOf } from '../../../core/model/mapping.js';
import type { Box } from '../box.js';
import { type BuildContext, ownerOf } from '../context.js';
import { deviceBox } from '../device.js';
import type { Section } from '../drawing.js';
import { factLines } from '../fact-lines.js';
import { foldAlike } from '../fold-alike.js';
import { hostBox } from '../hosts.js';
import { MAX_STEPS } from '../mappings.js';
import { linkNetworks, networkBoxes } from '../networks.js';
import { controllerBox, switchBox, volumeBox } from '../virtual-layer.js';
import type { View } from './view.js';

/** Who owns what, and what tenants share: guests by tenant on the left, what each of them touches on the right. */
export const tenantsView: View = {
  name: 'tenants',
  title: 'Tenants',
  build(context) {
    const networks = networkBoxes(context);
    const hosts = context.topology.hosts.map((host) => {
      const frame = hostBox(host, context);
      return context.drawing.into(
        frame,
        ...host.switches.map((entity) => switchBox(entity, context, 'row')),
        ...host.controllers.map((entity) => controllerBox(entity, context, 'row')),
        ...host.volumes.map((entity) => volumeBox(entity, context, 'row')),
        ...host.devices.map((entity) => deviceBox(entity, context, { isDetailed: false, isFlat: true })),
      );
    });
    const tenants = tenantBoxes(context);
    foldAlike(
      hosts.map((host) => [...host.children]),
      context,
      context.isAtLeast('alike') ? 2 : undefined,
    );
    if (context.isAtLeast('alike'))
      foldAlike(
        tenants.map((tenant) => [...tenant.children]),
        context,
        2,
      );
    linkNetworks(context);
    markShared(context);
    const sections = (heading: string, boxes: readonly Box[]): Section[] => (boxes.length === 0 ? [] : [{ heading, boxes }]);
    return {
      columns: [
        { key: 'tenants', width: 320 },
        { key: 'hosts', width: 440 },
      ],
      lanes: [{ frame: undefined, cells: [sections('Tenants and their guests', tenants), sections('What they touch', hosts)] }],
      outside: sections('Networks', networks),
      outlines: [],
    };
  },
};

/** Says in words what several stripes of colour say. */
function markShared({ drawing }: BuildContext): void {
  const owners = new Map<Box, Set<string>>();
  for (const { to, from } of drawing.links) {
    const [owner] = from.tenants;
    if (owner !== undefined) owners.set(to, (owners.get(to) ?? new Set()).add(owner));
  }
  for (const [box, tenants] of owners) {
    if (tenants.size > 1) box.marks.push({ text: `shared by ${tenants.size}`, tone: 'plain' });
  }
}

function tenantBoxes(context: BuildContext): Box[] {
  const { topology, drawing } = context;
  const boxes = new Map<string | undefined, Box>();
  for (const tenant of topology.tenants) {
    const trust = valueOf(tenant.facts.trust);
    const title = valueOf(tenant.facts.title);
    const box = drawing.box(
      {
        id: tenant.path,
        kind: 'tenant',
        symbol: 'tenant',
        form: 'frame',
        label: tenant.id,
        sublabel: [title, trust].filter((text) => text !== undefined).join(' · '),
        owner: tenant.id,
        facts: factLines('tenant', tenant.facts),
      },
      tenant,
    );
    boxes.set(tenant.id, box);
  }
  for (const host of topology.hosts) {
    for (const guest of host.guests) {
      const owner = ownerOf(guest);
      let box = boxes.get(owner);
      if (box === undefined) {
        box = drawing.box({ id: '#no-tenant', kind: 'tenant', symbol: 'tenant', form: 'frame', label: 'no tenant' });
        boxes.set(owner, box);
      }
      if (context.isAtLeast('guests')) {
        box.covers.push(guest.path);
        touch(guest, box, box, context);
        continue;
      }
      const row = guestRow(guest, owner, context);
      drawing.into(box, row);
      touch(guest, row, box, context);
    }
  }
  return [...boxes.values()];
}

function guestRow(guest: Guest, owner: string | undefined, context: BuildContext): Box {
  const devices = guest.devices.length === 1 ? '1 device' : `${guest.devices.length} devices`;
  return context.drawing.box(
    {
      id: guest.path,
      kind: 'guest',
      symbol: valueOf(guest.facts.kind) === 'container' ? 'container' : 'vm',
      form: 'row',
      label: guest.id,
      sublabel: `on ${guest.host.id} · ${devices}`,
      owner,
      count: guest.count,
      facts: factLines('guest', guest.facts),
      alike: `guest|${guest.host.id}|${devices}`,
    },
    guest,
    ...guest.devices,
  );
}

const TOUCHED: readonly MappingNode['kind'][] = ['controller', 'switch', 'volume', 'device', 'network'];

/** One line from the tenant to everything that the mapping of a guest passes. */
function touch(guest: Guest, user: Box, tenant: Box, { drawing }: BuildContext): void {
  const chain = drawing.chains.get(user) ?? new Set<Box>([user]);
  drawing.chains.set(user, chain);
  const touched = new Set<Box>();
  for (const device of firstInstance(guest).devices) {
    for (const { to } of mappingOf(device).slice(0, MAX_STEPS)) {
      if (!TOUCHED.includes(to.kind) || (to.kind === 'controller' && to.isImplied)) continue;
      const box = drawing.boxOf(to);
      if (box !== undefined && box.kind !== 'host') touched.add(box);
    }
  }
  for (const box of touched) {
    chain.add(box);
    drawing.link(tenant, box, box.kind === 'network' ? 'network' : 'mapping', user, guest.count);
  }
}
