import { DraftObject, draft } from '../draft.js';
import type { ImportLog } from '../import-log.js';
import { lookup } from '../lookup.js';
import { importUnresolved } from '../problems.js';
import type { HostTarget } from '../target/host-target.js';
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
  readonly place: Omit<NetworkPlace, 'settings'>;
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
    this.#networks.set(name, { place: this.#placeOf(name, network, settings), settings, groups, defaultGroup });
    const bandwidth = network.child('bandwidth');
    if (bandwidth === undefined) return;
    this.log.reduce(bandwidth, `The bandwidth that all guests of network "${name}" have together is not modelled`);
    bandwidth.setAside();
  }

  /** @param bridge the bridge that a running guest was given, where its XML says so. */
  resolve(name: string, portgroup: string | undefined, bridge: string | undefined, at: XmlElement): NetworkPlace {
    const known = this.#networks.get(name);
    if (known === undefined) return { connect: this.#unknown(name, bridge, at), settings: {} };
    const group = portgroup ?? known.defaultGroup;
    const settings = group === undefined ? {} : known.groups.get(group);
    if (settings === undefined) this.log.add(importUnresolved.at('portgroup', at.at, { network: name, portgroup: group ?? '' }));
    if (known.place.from !== undefined) this.#takeVf(known.place.from);
    return { ...known.place, settings: layered(known.settings, settings ?? {}) };
  }

  #placeOf(name: string, network: XmlElement, settings: LinkSettings): Omit<NetworkPlace, 'settings'> {
    const forward = network.child('forward');
    const mode = forward === undefined ? undefined : (forward.attr('mode') ?? 'nat');
    const bridge = network.child('bridge');
    const bridgeName = bridge?.attr('name');
    const interfaces = forward?.children('interface').flatMap((element) => element.attr('dev') ?? []) ?? [];
    const dev = forward?.attr('dev');
    const isOvs = network.child('virtualport')?.attr('type') === 'openvswitch';
    if (mode === 'hostdev') return this.#pool(name, forward as XmlElement);
    if (bridgeName !== undefined || isOvs || !isMacvtap(mode)) {
      const isRouted = mode === 'nat' || mode === 'route' || mode === 'open';
      const what = mode === undefined ? 'isolated from the outside' : mode === 'nat' ? 'NAT' : mode === 'route' ? 'routed' : undefined;
      const connect = this.#switch(name, bridgeName ?? name, {
        kind: isOvs ? 'ovs-kernel' : 'linux-bridge',
        uplinks: isRouted && dev !== undefined ? [this.host.nicPorts.get(dev).ref] : undefined,
        stp: flagAttr(bridge, 'stp') === true ? true : undefined,
        mtu: settings['mtu'],
        note: what === undefined ? undefined : `libvirt network "${name}": ${what}`,
      });
      return { connect };
    }
    const devices = [...new Set([...(dev === undefined ? [] : [dev]), ...interfaces])];
    const addresses = forward?.children('address') ?? [];
    for (const address of addresses) address.setAside();
    if (addresses.length > 0 && forward !== undefined)
      this.log.reduce(forward, `The devices of network "${name}" are given by PCI address; the design has no uplinks for them`);
    const macvtapMode = lookup(MACVTAP_MODES, mode ?? 'bridge');
    const connect = this.#switch(name, name, {
      kind: 'macvtap',
      uplinks: devices.map((netdev) => this.host.nicPorts.get(netdev).ref),
      mode: macvtapMode === 'bridge' ? undefined : macvtapMode,
    });
    return { connect };
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

  #unknown(name: string, bridge: string | undefined, at: XmlElement): string {
    const known = (bridge === undefined ? undefined : this.host.switches.find(bridge)) ?? this.host.switches.find(name);
    if (known !== undefined) return known;
    if (bridge === undefined) this.log.add(importUnresolved.at('network', at.at, { network: name }));
    const id = this.host.switches.get({
      name: bridge ?? name,
      kind: 'linux-bridge',
      properties: { title: bridge === undefined ? `libvirt network ${name}` : name },
    });
    this.host.switches.alias(name, id);
    return id;
  }
}

function isMacvtap(mode: string | undefined): boolean {
  return mode === 'bridge' || mode === 'private' || mode === 'vepa' || mode === 'passthrough';
}
