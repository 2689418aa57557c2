/** What a path below /dev says about where the data lies. */
export type BlockPath =
  | { readonly kind: 'namespace'; readonly controller: string; readonly nsid: number; readonly partition: string | undefined }
  | { readonly kind: 'disk'; readonly name: string; readonly partition: string | undefined }
  | { readonly kind: 'lvm'; readonly group: string; readonly volume: string }
  | { readonly kind: 'zfs'; readonly pool: string; readonly volume: string }
  | { readonly kind: 'mapped'; readonly name: string }
  | { readonly kind: 'image'; readonly folder: string };

/**
 * Reads a path of a block device. Names of udev and device mapper are taken apart as far as they mean something:
 * `/dev/nvme0n1p2`, `/dev/disk/by-path/pci-0000:41:00.0-nvme-1`, `/dev/vg0/web`, `/dev/mapper/vg0-web`, `/dev/zvol/tank/web`.
 */
export function parseBlockPath(path: string): BlockPath {
  const name = path.replace(/^\/dev\//, '');
  if (name === path) return { kind: 'image', folder: folderOf(path) };
  const nvme = /^nvme(\d+)(?:c\d+)?n(\d+)(?:p(\d+))?$/.exec(name);
  if (nvme !== null)
    return { kind: 'namespace', controller: `nvme${nvme[1]}`, nsid: Number(nvme[2]), partition: nvme[3] === undefined ? undefined : name };
  const byPath = /^disk\/by-path\/pci-([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])-nvme-(\d+)(?:-part(\d+))?$/i.exec(name);
  if (byPath !== null)
    return {
      kind: 'namespace',
      controller: (byPath[1] as string).toLowerCase(),
      nsid: Number(byPath[2]),
      partition: byPath[3] === undefined ? undefined : name,
    };
  const link = /^disk\/by-[a-z]+\/(.+?)(?:-part(\d+))?$/.exec(name);
  if (link !== null)
    return { kind: 'disk', name: link[1] as string, partition: link[2] === undefined ? undefined : (name.split('/').at(-1) as string) };
  const plain = /^((?:sd|vd|xvd|hd)[a-z]{1,3})(\d+)?$/.exec(name);
  if (plain !== null) return { kind: 'disk', name: plain[1] as string, partition: plain[2] === undefined ? undefined : name };
  const zvol = /^zvol\/([^/]+)\/(.+)$/.exec(name);
  if (zvol !== null) return { kind: 'zfs', pool: zvol[1] as string, volume: zvol[2] as string };
  const mapped = /^mapper\/(.+)$/.exec(name);
  if (mapped !== null) return mapperName(mapped[1] as string);
  const lv = /^([^/]+)\/([^/]+)$/.exec(name);
  if (lv !== null) return { kind: 'lvm', group: lv[1] as string, volume: lv[2] as string };
  return { kind: 'mapped', name };
}

/** Device mapper joins group and volume with a hyphen and doubles the hyphens within. */
function mapperName(name: string): BlockPath {
  const parts = /^((?:[^-]|--)+)-((?:[^-]|--)+)$/.exec(name);
  if (parts === null) return { kind: 'mapped', name };
  const [group, volume] = [parts[1], parts[2]].map((part) => (part as string).replace(/--/g, '-')) as [string, string];
  return { kind: 'lvm', group, volume };
}

export function folderOf(path: string): string {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return folder === '' ? '/' : folder;
}
