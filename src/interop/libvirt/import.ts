import type { SourceFile } from '../../core/text/source.js';
import { baseName, type ImportFormat } from '../format.js';
import { idFrom } from '../ids.js';
import type { ImportLog } from '../import-log.js';
import { lookup } from '../lookup.js';
import { importRefused } from '../problems.js';
import type { HostTarget } from '../target/host-target.js';
import type { Target } from '../target/target.js';
import type { XmlElement } from '../xml/element.js';
import { readXml } from '../xml/read.js';
import { readDomain } from './domain.js';
import { NetworkTable } from './networks.js';
import { libvirtKnowledge } from './not-modelled.js';

export const libvirt: ImportFormat = {
  name: 'libvirt',
  title: 'libvirt XML',
  summary: 'Guests of libvirt, with the networks they are on',
  inputs: 'domain and network XML: virsh dumpxml, virsh net-dumpxml, files of /etc/libvirt',
  read(sources, target, log) {
    const documents = sources.flatMap((file) => documentsOf(file, log));
    const host = documents.length === 0 ? undefined : hostOf(documents, target, log);
    if (host === undefined) return;
    const networks = new NetworkTable(host, log);
    // Networks first, whatever the order of the inputs: guests refer to them by name.
    for (const { element } of documents) {
      if (element.name !== 'network') continue;
      element.isRead = true;
      networks.add(element);
    }
    let last: SourceFile | undefined;
    for (const { element, file } of documents) {
      if (element.name !== 'domain') continue;
      // Said once for all guests of a file.
      readDomain(element, file === last ? undefined : `From ${baseName(file)}.`, host, networks, log);
      last = file;
    }
    for (const root of new Set(documents.map(({ root }) => root))) log.close(root, libvirtKnowledge);
  },
};

interface Document {
  readonly file: SourceFile;
  /** The root of the text, which may be a wrapper. */
  readonly root: XmlElement;
  readonly element: XmlElement;
}

/** Elements that libvirt and its users put around domains and networks. */
const WRAPPERS = new Set(['domstatus', 'domainsnapshot', 'domaincheckpoint', 'domains', 'networkstatus', 'networks', 'save']);

const HINTS: Readonly<Record<string, string>> = {
  topology: ' Try `iovt import hwloc`.',
  capabilities: ' This is what `virsh capabilities` prints; give the XML of guests, from `virsh dumpxml NAME`.',
  device: ' This is a node device; give the XML of guests, from `virsh dumpxml NAME`.',
};

/** Domains and networks in one text; several may stand behind each other, and each may be wrapped. */
function documentsOf(file: SourceFile, log: ImportLog): Document[] {
  const { roots, diagnostics } = readXml(file);
  for (const diagnostic of diagnostics) log.add(diagnostic);
  return roots.flatMap((root): Document[] => {
    if (root.name === 'domain' || root.name === 'network') return [{ file, root, element: root }];
    if (!WRAPPERS.has(root.name)) {
      const hint = lookup(HINTS, root.name) ?? '';
      log.add(importRefused.at('wrongRoot', root.at, { format: 'libvirt XML', root: root.name, expected: '<domain> or <network>', hint }));
      return [];
    }
    const found = [...root.raw.children].filter(({ name }) => name === 'domain' || name === 'network');
    root.isRead = true;
    for (const attribute of root.raw.attributes) attribute.isRead = true;
    for (const other of root.raw.children) if (!found.includes(other)) other.setAside();
    if (found.length === 0) log.add(importRefused.at('nothing', root.at, { what: '<domain> or <network>' }));
    return found.map((element) => ({ file, root, element }));
  });
}

/** All inputs of one call belong to one host; which one, the XML does not say. */
function hostOf(documents: readonly Document[], target: Target, log: ImportLog): HostTarget | undefined {
  const hosts = target.design?.hosts ?? [];
  const [only, ...others] = hosts;
  if (target.hostOption === undefined && only !== undefined && others.length > 0) {
    const [first] = documents as [Document];
    log.add(importRefused.at('whichHost', first.root.at, { hosts: hosts.map(({ id }) => id).join(', ') }));
    return undefined;
  }
  const id = idFrom(target.hostOption ?? only?.id ?? 'h1', 'h1');
  if (target.design === undefined) {
    const names = documents.flatMap(({ element }) => (element.name === 'domain' ? (element.child('name')?.content() ?? 'guest') : []));
    target.name = names.length === 1 ? (names[0] as string) : `${names.length} guests of libvirt`;
    target.header.push(
      'Guests read from libvirt XML. It says nothing of the host they run on: import the host first (`iovt import hwloc`) and add guests with `--into` to join them to its devices. Who owns a guest is not in it either, unless a cloud wrote it: add tenants to see who shares what.',
    );
  }
  return target.host(id);
}
