/** Facts about one function that `lspci -D -nn -vvv` prints; just what grouping looks at. */
interface Printed {
  readonly bdf: string;
  readonly isBridge: boolean;
  readonly portType: string | undefined;
  readonly secondary: number | undefined;
  readonly acs: object | undefined;
  readonly group: string | undefined;
  readonly vfs: { readonly count: number; readonly offset: number; readonly stride: number } | undefined;
}

/** A host of the language made from what `lspci -vvv` prints as root, and the groups that the kernel of the machine made. */
export function hostFromLspci(text: string): { host: object; groups: ReadonlyMap<string, string> } {
  const all = text.split(/\n(?=\S)/).flatMap(printed);
  const bySlot = new Map<string, number>();
  const virtual = new Set(all.flatMap((fn) => vfAddresses(fn)));
  for (const { bdf } of all) if (!virtual.has(bdf)) bySlot.set(slotOf(bdf), (bySlot.get(slotOf(bdf)) ?? 0) + 1);
  const bridges = all.filter(({ isBridge }) => isBridge);
  const above = ({ bdf }: Printed) =>
    bridges.find(({ bdf: other, secondary }) => domainOf(other) === domainOf(bdf) && secondary === busOf(bdf));
  const pcie: Record<string, object> = { rc: { kind: 'root-complex-integrated' } };
  const devices: Record<string, object> = {};
  for (const fn of all) {
    if (virtual.has(fn.bdf)) continue;
    const multifunction = (bySlot.get(slotOf(fn.bdf)) ?? 0) > 1;
    const upper = above(fn);
    const common = { bdf: fn.bdf, multifunction, ...(upper === undefined ? {} : { at: idOf(upper) }) };
    if (fn.isBridge) pcie[idOf(fn)] = { ...common, kind: kindOf(fn), acs: fn.acs ?? false };
    else
      devices[idOf(fn)] = {
        kind: 'other',
        ...common,
        acs: fn.acs !== undefined,
        ...(upper === undefined ? { at: 'rc' } : {}),
        ...(fn.vfs === undefined
          ? {}
          : { sriov: { vfs: fn.vfs.count, totalVfs: fn.vfs.count, offset: fn.vfs.offset, stride: fn.vfs.stride } }),
      };
  }
  const groups = new Map(all.flatMap(({ bdf, group }) => (group === undefined ? [] : [[bdf, group] as const])));
  return { host: { iommu: { state: 'on' }, pcie, devices }, groups };
}

function printed(block: string): Printed[] {
  const bdf = /^([0-9a-f]{4}:)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) /.exec(block);
  if (bdf === null) return [];
  const find = (pattern: RegExp) => pattern.exec(block)?.[1];
  const secondary = find(/Bus: primary=[0-9a-f]+, secondary=([0-9a-f]+)/);
  const vfs = /Number of VFs: (\d+)[\s\S]*?VF offset: (\d+), stride: (\d+)/.exec(block);
  return [
    {
      bdf: `${bdf[1] ?? '0000:'}${bdf[2]}`,
      isBridge: secondary !== undefined,
      portType: find(/Express \(v\d\) ([^,(\n]+)/)?.trim(),
      secondary: secondary === undefined ? undefined : Number.parseInt(secondary, 16),
      acs: acsOf(find(/ACSCap:\s*(.*)/), find(/ACSCtl:\s*(.*)/)),
      group: find(/IOMMU group: (\d+)/),
      vfs: vfs === null || vfs[1] === '0' ? undefined : { count: Number(vfs[1]), offset: Number(vfs[2]), stride: Number(vfs[3]) },
    },
  ];
}

/** A control that the capability does not offer is hard-wired on. Source: Linux drivers/pci/pci.c, pci_acs_flags_enabled. */
function acsOf(cap: string | undefined, ctl: string | undefined): object | undefined {
  if (cap === undefined || ctl === undefined) return undefined;
  const on = (name: string) => ctl.includes(`${name}+`) || cap.includes(`${name}-`);
  return {
    sourceValidation: on('SrcValid'),
    requestRedirect: on('ReqRedir'),
    completionRedirect: on('CmpltRedir'),
    upstreamForwarding: on('UpstreamFwd'),
  };
}

function kindOf({ portType = '' }: Printed): string {
  if (portType.startsWith('Root Port')) return 'root-port';
  if (portType.startsWith('Upstream Port')) return 'switch-upstream';
  if (portType.startsWith('Downstream Port')) return 'switch-downstream';
  return portType.startsWith('PCI-Express to PCI') ? 'pcie-to-pci-bridge' : 'pci-bridge';
}

function vfAddresses({ bdf, vfs }: Printed): string[] {
  if (vfs === undefined) return [];
  const [bus, device, fn] = bdf
    .slice(5)
    .split(/[:.]/)
    .map((part) => Number.parseInt(part, 16)) as [number, number, number];
  return Array.from({ length: vfs.count }, (_, i) => {
    const id = ((bus << 8) | (device << 3) | fn) + vfs.offset + vfs.stride * i;
    return `${domainOf(bdf)}:${hex(id >> 8)}:${hex((id >> 3) & 31)}.${id & 7}`;
  });
}

const hex = (n: number) => n.toString(16).padStart(2, '0');
const idOf = ({ bdf }: Printed) => `d${bdf.replace(/[:.]/g, '_')}`;
const domainOf = (bdf: string) => bdf.slice(0, 4);
const busOf = (bdf: string) => Number.parseInt(bdf.slice(5, 7), 16);
const slotOf = (bdf: string) => bdf.slice(0, -2);
