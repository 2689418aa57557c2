import { formatPciAddress, type PciAddress } from '../../core/units/pci-address.js';
import { draft } from '../draft.js';
import { lookup } from '../lookup.js';
import { importUnresolved } from '../problems.js';
import type { AtAddress } from '../target/pci-devices.js';
import type { XmlElement } from '../xml/element.js';
import type { DomainContext } from './context.js';
import type { LinkSettings } from './link-settings.js';
import { MACVTAP_MODES } from './networks.js';
import { pciAddressOf } from './values.js';

/** Where the frames of an interface go, and who moves them. */
export interface InterfacePlace {
  /** The technique that the kind of connection decides, whatever the model says. */
  readonly technique?: 'sriov-vf' | 'passthrough';
  readonly connect?: string | undefined;
  readonly from?: string | undefined;
  readonly backend?: string | undefined;
  readonly path?: string | undefined;
  readonly socketMode?: string | undefined;
  readonly controller?: string | undefined;
  readonly pool?: string | undefined;
  readonly settings: LinkSettings;
  readonly note?: string | undefined;
}

/** The connection of an interface, by its type. */
export function placeOf(context: DomainContext, element: XmlElement, type: string, path: string): InterfacePlace {
  const source = element.child('source');
  switch (type) {
    case 'bridge':
      return bridge(context, element, source, path);
    case 'network':
      return network(context, element, source, path);
    case 'direct':
      return direct(context, element, source);
    case 'hostdev':
      return virtualFunction(context, element, source, path);
    case 'vhostuser':
      return vhostUser(context, element, source, path);
    case 'vdpa':
      return { backend: 'vdpa', path: source?.attr('dev'), settings: {} };
    case 'user':
      return user(context, element);
    case 'ethernet':
      return { settings: {}, note: tapNote(element) };
    case 'udp':
    case 'mcast':
    case 'server':
    case 'client':
      source?.setAside();
      context.log.reduce(element, `${path} is joined to other QEMU processes by a socket (${type}); the design has no switch for it`, path);
      return { backend: 'qemu', settings: {}, note: `connected through a ${type} socket of QEMU` };
    case 'internal':
    case 'null':
      return { settings: {}, note: type === 'null' ? 'connected to nothing' : 'connected to an internal network' };
    default:
      context.log.invalid(element, 'type', type, 'a type of interface');
      return { settings: {} };
  }
}

/** The virtual port says what the bridge is: Open vSwitch, or something that has taken its place. */
function bridge(context: DomainContext, element: XmlElement, source: XmlElement | undefined, path: string): InterfacePlace {
  const name = source?.attr('bridge');
  const port = element.child('virtualport');
  const kind = port?.attr('type');
  if (kind === 'midonet') {
    context.log.reduce(element, `${path} is connected to MidoNet, which the design has no switch for`, path);
    return { settings: {}, note: 'connected to MidoNet' };
  }
  if (name === undefined) {
    context.log.missing(element, 'name of its bridge');
    return { settings: {} };
  }
  return { connect: context.host.switches.get({ name, kind: kind === 'openvswitch' ? 'ovs-kernel' : 'linux-bridge' }), settings: {} };
}

function isOvsPort(element: XmlElement): boolean {
  return element.child('virtualport')?.attr('type') === 'openvswitch';
}

function network(context: DomainContext, element: XmlElement, source: XmlElement | undefined, path: string): InterfacePlace {
  const name = source?.attr('network');
  if (source === undefined || name === undefined) {
    context.log.missing(element, 'name of its network');
    return { settings: {} };
  }
  const { settings, ...place } = context.networks.resolve(name, source, isOvsPort(element));
  if (place.connect !== undefined) return { ...place, settings };
  if (place.from === undefined) context.log.reduce(element, `${path} takes a VF of network "${name}", of which no device is known`, path);
  return { technique: 'sriov-vf', ...place, settings };
}

/** macvtap on an interface of the host; on a VF's interface in passthrough mode it uses up the VF. */
function direct(context: DomainContext, element: XmlElement, source: XmlElement | undefined): InterfacePlace {
  const netdev = source?.attr('dev');
  const mode = source?.attr('mode');
  if (netdev === undefined) {
    context.log.missing(element, 'name of the device it sits on');
    return { settings: {} };
  }
  const port = context.host.nicPorts.get(netdev);
  if (port.isNew && context.host.existing !== undefined)
    context.log.add(importUnresolved.at('netdev', element.at, { host: context.host.id, netdev, id: port.id }));
  // vepa is what libvirt takes where no mode is given.
  const written = lookup(MACVTAP_MODES, mode ?? 'vepa') ?? 'vepa';
  if (mode !== undefined && lookup(MACVTAP_MODES, mode) === undefined && source !== undefined)
    context.log.invalid(source, 'mode', mode, 'a mode of macvtap');
  const connect = context.host.switches.get({
    name: `macvtap-${netdev}-${written}`,
    kind: 'macvtap',
    properties: { uplinks: [port.ref], mode: written === 'bridge' ? undefined : written },
  });
  return { connect, settings: {} };
}

/** libvirt hands out VFs in this way and nothing else. */
function virtualFunction(context: DomainContext, element: XmlElement, source: XmlElement | undefined, path: string): InterfacePlace {
  const at = source?.child('address');
  at?.attr('type');
  const address = at === undefined ? undefined : pciAddressOf(at, context.log);
  if (address === undefined) {
    context.log.missing(element, 'PCI address of its VF');
    return { technique: 'sriov-vf', settings: {} };
  }
  const found = context.host.pci.vf(address);
  reportStandIn(context, at ?? element, path, address, found);
  if (found.kind === 'vf') return { technique: 'sriov-vf', from: found.ref, settings: {} };
  context.log.assume(
    at ?? element,
    `libvirt gives ${path} a virtual function, but host ${context.host.id} has a physical one at that address ("${found.ref}"); it is imported as passthrough of that.`,
    path,
  );
  return { technique: 'passthrough', from: found.ref, settings: {} };
}

/** Says so where a design of the host was given and has no such device. */
export function reportStandIn(context: DomainContext, element: XmlElement, path: string, address: PciAddress, found: AtAddress): void {
  if (!found.isNew || context.host.existing === undefined) return;
  const args = { what: path, bdf: formatPciAddress(address), host: context.host.id, id: found.id };
  context.log.add(importUnresolved.at('device', element.at, args, { path }));
}

/** What listens on the socket is for the host to say: a switch of the design where there is only one, else a process of its own. */
function vhostUser(context: DomainContext, element: XmlElement, source: XmlElement | undefined, path: string): InterfacePlace {
  source?.attr('type');
  const socket = source?.attr('path');
  const mode = source?.attr('mode');
  const place = {
    backend: 'vhost-user',
    path: socket,
    socketMode: mode === 'client' || mode === 'server' ? mode : undefined,
    settings: {},
  };
  const switches = context.host.existing?.switches.filter(({ switchKind }) => switchKind === 'ovs-dpdk' || switchKind === 'vpp') ?? [];
  const [only, ...others] = switches;
  if (only !== undefined && others.length === 0) {
    context.log.assume(element, `${path} is taken to be a port of "${only.id}", the only user-space switch of the host.`, path);
    return { ...place, connect: only.id };
  }
  const controller = userSpaceProcess(context, 'vhost-user-net', 'whatever polls the vhost-user sockets of NICs');
  context.log.assume(element, `What polls the socket of ${path} is not in the XML; controller "${controller}" stands for it.`, path);
  return { ...place, controller };
}

/** A vhost-user process that guests name by its socket only; one for the whole host. */
export function userSpaceProcess({ host }: DomainContext, name: string, title: string): string {
  return host.standIn('controllers', name, draft({ kind: 'vhost-user', title }));
}

function user(context: DomainContext, element: XmlElement): InterfacePlace {
  const backend = element.child('backend');
  const kind = backend?.attr('type');
  if (kind === 'passt' && backend !== undefined) context.log.reduce(backend, 'passt is modelled as the user-mode stack of QEMU');
  return { backend: 'slirp', settings: {} };
}

/** A tap that other software connects; its name is all that is known. */
function tapNote(element: XmlElement): string {
  const name = element.child('target')?.attr('dev');
  return name === undefined ? 'a tap that other software connects' : `tap ${name}, connected by other software`;
}
