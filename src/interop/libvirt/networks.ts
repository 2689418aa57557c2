import { DraftObject, draft } from '../draft.js';
import type { ImportLog } from '../import-log.js';
import { lookup } from '../lookup.js';
import { importUnresolved } from '../problems.js';
import type { HostTarget } from '../target/host-target.js';
import { slotName } from '../target/pci-devices.js';
import type { XmlElement } from '../xml/element.js';
import { type LinkSettings, layered, linkSettings, networkSettings } from './link-settings.js';
import { flagAttr, pciAddressOf } from './values.js';

/** What an interface on a libvirt network gets. */
export interface NetworkPlace {
  /** A port of this switch … */
  readonly connect?: string;
  /** … or a VF of this device or port. */
  readonly from?: string;
  readonly pool?: string;
  readonly settings: LinkSettings;
}

interface Network {
  /** Several where the network hands out one device after the other. */
  readonly places: readonly Omit<NetworkPlace, 'settings'>[];
  readonly settings: LinkSettings;
  readonly groups: ReadonlyMap<string, LinkSettings>;
  readonly defaultGroup: string | undefined;
}

/** libvirt's modes by the names of macvtap. */
export const MACVTAP_MODES: Readonly<Record<string, string>> = {
  bridge: 'bridge',
  vepa: 'vepa',
  private: 'private',
  passthrough: 'passthru',
};

/** libvirt networks by name, as the network XML among the inputs describes them. */
export class NetworkTable {
  readonly #networks = new Map<string, Network>();
  /** VFs taken from a pool whose size nobody stated, by device. */
  readonly #taken = new Map<string, number>();
  /** Interfaces so far of networks that hand out several devices. */
  readonly #turns = new Map<string, number>();

  constructor(
    private readonly host: HostTarget,
    private readonly log: ImportLog,
  ) {}

  add(network: XmlElement): void {
    const name = network.child('name')?.content();
    if (name === undefined) {
      this.log.missing(network, 'name');
      network.setAside();
      return;
    }
    const groups = new Map<string, LinkSettings>();
    let defaultGroup: string | undefined;
    for (const group of network.children('portgroup')) {
      const groupName = group.attr('name') ?? '';
      groups.set(groupName, linkSettings(group, this.log));
      if (flagAttr(group, 'default') === true) defaultGroup = groupName;
    }
    const settings = networkSettings(network, this.log);
    this.#networks.set(name, { places: this.#placesOf(name, network, settings), settings, groups, defaultGroup });
    const bandwidth = network.child('bandwidth');
    if (bandwidth === undefined) return;
    this.log.reduce(bandwidth, `The bandwidth that all guests of network "${name}" have together is not modelled`);
    bandwidth.setAside();
  }

  /**
   * @param source the `<source network=…>` of an interface; a running guest's says which bridge it was given
   * @param isOvs whether the interface has the port of an Open vSwitch
   */
  resolve(name: string, source: XmlElement, isOvs: boolean): NetworkPlace {
    const at = source;
    const portgroup = source.attr('portgroup');
    const bridge = source.attr('bridge');
    const known = this.#networks.get(name);
    if (known === undefined) return { connect: this.#unknown(name, bridge, at, isOvs), settings: {} };
    const group = portgroup ?? known.defaultGroup;
    const settings = group === undefined ? {} : known.groups.get(group);
    if (settings === undefined) this.log.add(importUnresolved.at('portgroup', at.at, { network: name, portgroup: group ?? '' }));
    const place = this.#next(name, known, at);
    if (place.from !== undefined) this.#takeVf(place.from);
    return { ...place, settings: layered(known.settings, settings ?? {}) };
  }

  /** libvirt gives the device of the network that fewest interfaces have; in turn comes to the same. */
  #next(name: string, { places }: Network, at: XmlElement): Omit<NetworkPlace, 'settings'> {
    const turn = this.#turns.get(name) ?? 0;
    this.#turns.set(name, turn + 1);
    const place = places[turn % places.length] ?? {};
    if (places.length > 1)
      this.log.assume(
        at,
        `Which device of network "${name}" an interface gets is settled when its guest starts; they are given out in turn.`,
      );
    return place;
  }

  #placesOf(name: string, network: XmlElement, settings: LinkSettings): Omit<NetworkPlace, 'settings'>[] {
    const forward = network.child('forward');
    const mode = forward === undefined ? undefined : (forward.attr('mode') ?? 'nat');
    if (mode === 'hostdev') return [this.#pool(name, forward as XmlElement)];
    const bridge = network.child('bridge');
    const bridgeName = bridge?.attr('name');
    const isOvs = network.child('virtualport')?.attr('type') === 'openvswitch';
    if (forward !== undefined && bridgeName === undefined && !isOvs && lookup(MACVTAP_MODES, mode) !== undefined)
      return this.#macvtaps(name, forward, mode);
    const isRouted = mode === 'nat' || mode === 'route' || mode === 'open';
    const what = mode === undefined ? 'isolated from the outside' : mode === 'nat' ? 'NAT' : mode === 'route' ? 'routed' : undefined;
    const dev = forward?.attr('dev');
    const own = bridgeName ?? name;
    const connect = this.#switch(name, own, {
      kind: isOvs ? 'ovs-kernel' : 'linux-bridge',
      uplinks: isRouted && dev !== undefined ? [this.#router(own, dev)] : undefined,
      stp: flagAttr(bridge, 'stp') === true ? true : undefined,
      mtu: settings['mtu'],
      note: what === undefined ? undefined : `libvirt network "${name}": ${what}`,
    });
    return [{ connect }];
  }

  /** The bridge of a routed network has no port of the host: its kernel routes between the two. */
  #router(bridge: string, dev: string): string {
    const uplinks = [this.host.nicPorts.get(dev).ref];
    return this.host.switches.get({ name: `${bridge}-router`, kind: 'linux-router', properties: { uplinks } });
  }

  /** A macvtap stacks on one interface, so a network over several of them is several switches. */
  #macvtaps(name: string, forward: XmlElement, mode: string | undefined): Omit<NetworkPlace, 'settings'>[] {
    const written = lookup(MACVTAP_MODES, mode ?? '');
    const netdevs = [forward, ...forward.children('interface')].flatMap((element) => element.attr('dev') ?? []);
    const ports = [...new Set(netdevs)].map((netdev) => ({ label: netdev, uplink: this.host.nicPorts.get(netdev).ref }));
    const functions = forward.children('address').flatMap((element) => {
      element.attr('type');
      const address = pciAddressOf(element, this.log);
      return address === undefined ? [] : [{ label: slotName(address) + `.${address.fn}`, uplink: this.host.pci.vf(address, name).ref }];
    });
    const stacked = [...ports, ...functions];
    if (stacked.length === 0) this.log.missing(forward, 'device to stack on');
    return stacked.map(({ label, uplink }) => {
      const own = stacked.length === 1 ? name : `${name}-${label}`;
      return { connect: this.#switch(name, own, { kind: 'macvtap', uplinks: [uplink], mode: written === 'bridge' ? undefined : written }) };
    });
  }

  #switch(network: string, name: string, wanted: { kind: string; note?: string | undefined; [key: string]: unknown }): string {
    const { kind, note, ...properties } = wanted;
    const known = this.host.switches.find(name);
    const id =
      known ??
      this.host.switches.get({
        name,
        kind,
        note,
        properties: { title: name === network ? undefined : network, ...(properties as object) },
      });
    this.host.switches.alias(network, id);
    return id;
  }

  /** A network whose members get VFs: of a PF by its interface, or from a list of addresses. */
  #pool(name: string, forward: XmlElement): Omit<NetworkPlace, 'settings'> {
    const pf = forward.child('pf')?.attr('dev');
    if (pf !== undefined) {
      const { ref, id, isNew } = this.host.nicPorts.get(pf, `known by its name only; libvirt network "${name}" takes its VFs`);
      if (isNew) this.#taken.set(ref, 0);
      const device = this.host.section('devices').get(id);
      if (isNew && device instanceof DraftObject) device.set('sriov', draft({ supported: true, vfs: 0 }));
      return { from: ref, pool: name };
    }
    const vfs = forward.children('address').flatMap((element) => {
      element.attr('type');
      const address = pciAddressOf(element, this.log);
      return address === undefined ? [] : [this.host.pci.vf(address, name)];
    });
    const [first] = vfs;
    if (first === undefined) {
      this.log.reduce(forward, `Network "${name}" names no device to take VFs from`);
      return { pool: name };
    }
    // All VFs of one function: the pool is what stands above them. Of a single one: that one.
    return { from: vfs.length === 1 ? first.ref : first.ref.replace(/\/vf\d+$/, ''), pool: name };
  }

  #takeVf(from: string): void {
    const taken = this.#taken.get(from);
    if (taken === undefined) return;
    this.#taken.set(from, taken + 1);
    const device = this.host.section('devices').get(from.split('/')[0] as string);
    if (device instanceof DraftObject) device.set('sriov', draft({ supported: true, vfs: taken + 1 }));
  }

  #unknown(name: string, bridge: string | undefined, at: XmlElement, isOvs: boolean): string {
    const known = (bridge === undefined ? undefined : this.host.switches.find(bridge)) ?? this.host.switches.find(name);
    if (known !== undefined) return known;
    if (bridge === undefined)
      this.log.add(importUnresolved.at('network', at.at, { network: name, kind: isOvs ? 'an Open vSwitch' : 'a Linux bridge' }));
    const id = this.host.switches.get({
      name: bridge ?? name,
      kind: isOvs ? 'ovs-kernel' : 'linux-bridge',
      properties: { title: bridge === undefined ? `libvirt network ${name}` : name },
      note:
        bridge === undefined
          ? `Its network XML was not among the inputs; taken for ${isOvs ? 'an Open vSwitch' : 'a Linux bridge'} of its own.`
          : undefined,
    });
    this.host.switches.alias(name, id);
    return id;
  }
}
