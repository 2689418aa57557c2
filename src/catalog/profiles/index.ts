import { parseOnce } from '../../core/model/project.js';
import type { ProfileCatalog } from '../../core/model/topology.js';
import type { SourceFile } from '../../core/text/source.js';
import amdRadeonRx580 from './amd-radeon-rx-580.json' with { type: 'json' };
import amdRadeonRx6800Xt from './amd-radeon-rx-6800-xt.json' with { type: 'json' };
import amdSfc92502x25g from './amd-sfc9250-2x25g.json' with { type: 'json' };
import broadcomBcm574142x25g from './broadcom-bcm57414-2x25g.json' with { type: 'json' };
import broadcomBcm575082x100g from './broadcom-bcm57508-2x100g.json' with { type: 'json' };
import broadcomSas3008 from './broadcom-sas3008.json' with { type: 'json' };
import intel825762x1g from './intel-82576-2x1g.json' with { type: 'json' };
import intel82599es2x10g from './intel-82599es-2x10g.json' with { type: 'json' };
import intelE810C2x100g from './intel-e810-c-2x100g.json' with { type: 'json' };
import intelE810Xxv2x25g from './intel-e810-xxv-2x25g.json' with { type: 'json' };
import intelFlex140 from './intel-flex-140.json' with { type: 'json' };
import intelFlex170 from './intel-flex-170.json' with { type: 'json' };
import intelI210 from './intel-i210.json' with { type: 'json' };
import intelI211 from './intel-i211.json' with { type: 'json' };
import intelI225V from './intel-i225-v.json' with { type: 'json' };
import intelI3502x1g from './intel-i350-2x1g.json' with { type: 'json' };
import intelOptaneP4800x375g from './intel-optane-p4800x-375g.json' with { type: 'json' };
import intelOptaneP5800x800g from './intel-optane-p5800x-800g.json' with { type: 'json' };
import intelP3700800g from './intel-p3700-800g.json' with { type: 'json' };
import intelP45004t from './intel-p4500-4t.json' with { type: 'json' };
import intelP45102t from './intel-p4510-2t.json' with { type: 'json' };
import intelQat4xxx from './intel-qat-4xxx.json' with { type: 'json' };
import intelQatC62x from './intel-qat-c62x.json' with { type: 'json' };
import intelX540At22x10g from './intel-x540-at2-2x10g.json' with { type: 'json' };
import intelX5502x10g from './intel-x550-2x10g.json' with { type: 'json' };
import intelX7102x10g from './intel-x710-2x10g.json' with { type: 'json' };
import intelX7104x10g from './intel-x710-4x10g.json' with { type: 'json' };
import intelXl7102x40g from './intel-xl710-2x40g.json' with { type: 'json' };
import intelXxv7102x25g from './intel-xxv710-2x25g.json' with { type: 'json' };
import kioxiaCm7R384t from './kioxia-cm7-r-3.84t.json' with { type: 'json' };
import marvell88se9230 from './marvell-88se9230.json' with { type: 'json' };
import micron7450Pro768t from './micron-7450-pro-7.68t.json' with { type: 'json' };
import micron9100Max24t from './micron-9100-max-2.4t.json' with { type: 'json' };
import nvidiaA10 from './nvidia-a10.json' with { type: 'json' };
import nvidiaA16 from './nvidia-a16.json' with { type: 'json' };
import nvidiaA30 from './nvidia-a30.json' with { type: 'json' };
import nvidiaA100Pcie40g from './nvidia-a100-pcie-40g.json' with { type: 'json' };
import nvidiaA100Pcie80g from './nvidia-a100-pcie-80g.json' with { type: 'json' };
import nvidiaA100Sxm440g from './nvidia-a100-sxm4-40g.json' with { type: 'json' };
import nvidiaA100Sxm480g from './nvidia-a100-sxm4-80g.json' with { type: 'json' };
import nvidiaBluefield22x100g from './nvidia-bluefield2-2x100g.json' with { type: 'json' };
import nvidiaConnectx42x100g from './nvidia-connectx4-2x100g.json' with { type: 'json' };
import nvidiaConnectx4lx2x25g from './nvidia-connectx4lx-2x25g.json' with { type: 'json' };
import nvidiaConnectx51x100g from './nvidia-connectx5-1x100g.json' with { type: 'json' };
import nvidiaConnectx52x100g from './nvidia-connectx5-2x100g.json' with { type: 'json' };
import nvidiaConnectx5ex2x100g from './nvidia-connectx5ex-2x100g.json' with { type: 'json' };
import nvidiaConnectx62x200g from './nvidia-connectx6-2x200g.json' with { type: 'json' };
import nvidiaConnectx6dx2x100g from './nvidia-connectx6dx-2x100g.json' with { type: 'json' };
import nvidiaConnectx6lx2x25g from './nvidia-connectx6lx-2x25g.json' with { type: 'json' };
import nvidiaConnectx71x400g from './nvidia-connectx7-1x400g.json' with { type: 'json' };
import nvidiaConnectx72x200g from './nvidia-connectx7-2x200g.json' with { type: 'json' };
import nvidiaGeforceGtx1080Ti from './nvidia-geforce-gtx-1080-ti.json' with { type: 'json' };
import nvidiaGeforceRtx2080Ti from './nvidia-geforce-rtx-2080-ti.json' with { type: 'json' };
import nvidiaGeforceRtx3060 from './nvidia-geforce-rtx-3060.json' with { type: 'json' };
import nvidiaGeforceRtx3090 from './nvidia-geforce-rtx-3090.json' with { type: 'json' };
import nvidiaGeforceRtx4090 from './nvidia-geforce-rtx-4090.json' with { type: 'json' };
import nvidiaH100Pcie80g from './nvidia-h100-pcie-80g.json' with { type: 'json' };
import nvidiaH100Sxm580g from './nvidia-h100-sxm5-80g.json' with { type: 'json' };
import nvidiaH200Sxm141g from './nvidia-h200-sxm-141g.json' with { type: 'json' };
import nvidiaL4 from './nvidia-l4.json' with { type: 'json' };
import nvidiaL40 from './nvidia-l40.json' with { type: 'json' };
import nvidiaL40s from './nvidia-l40s.json' with { type: 'json' };
import nvidiaT4 from './nvidia-t4.json' with { type: 'json' };
import realtekRtl8111 from './realtek-rtl8111.json' with { type: 'json' };
import realtekRtl8125 from './realtek-rtl8125.json' with { type: 'json' };
import samsung970EvoPlus1t from './samsung-970-evo-plus-1t.json' with { type: 'json' };
import samsung980Pro1t from './samsung-980-pro-1t.json' with { type: 'json' };
import samsungPm9a3384t from './samsung-pm9a3-3.84t.json' with { type: 'json' };
import samsungPm1733384t from './samsung-pm1733-3.84t.json' with { type: 'json' };
import solidigmP5500768t from './solidigm-p5500-7.68t.json' with { type: 'json' };
import solidigmP5510384t from './solidigm-p5510-3.84t.json' with { type: 'json' };
import solidigmP5510768t from './solidigm-p5510-7.68t.json' with { type: 'json' };
import wdUltrastarSn650768t from './wd-ultrastar-sn650-7.68t.json' with { type: 'json' };

/** Every device profile of the catalogue, by name. A profile has the form that `profiles` has in a document. */
export const profileTable: Readonly<Record<string, object>> = {
  'amd-radeon-rx-580': amdRadeonRx580,
  'amd-radeon-rx-6800-xt': amdRadeonRx6800Xt,
  'amd-sfc9250-2x25g': amdSfc92502x25g,
  'broadcom-bcm57414-2x25g': broadcomBcm574142x25g,
  'broadcom-bcm57508-2x100g': broadcomBcm575082x100g,
  'broadcom-sas3008': broadcomSas3008,
  'intel-82576-2x1g': intel825762x1g,
  'intel-82599es-2x10g': intel82599es2x10g,
  'intel-e810-c-2x100g': intelE810C2x100g,
  'intel-e810-xxv-2x25g': intelE810Xxv2x25g,
  'intel-flex-140': intelFlex140,
  'intel-flex-170': intelFlex170,
  'intel-i210': intelI210,
  'intel-i211': intelI211,
  'intel-i225-v': intelI225V,
  'intel-i350-2x1g': intelI3502x1g,
  'intel-optane-p4800x-375g': intelOptaneP4800x375g,
  'intel-optane-p5800x-800g': intelOptaneP5800x800g,
  'intel-p3700-800g': intelP3700800g,
  'intel-p4500-4t': intelP45004t,
  'intel-p4510-2t': intelP45102t,
  'intel-qat-4xxx': intelQat4xxx,
  'intel-qat-c62x': intelQatC62x,
  'intel-x540-at2-2x10g': intelX540At22x10g,
  'intel-x550-2x10g': intelX5502x10g,
  'intel-x710-2x10g': intelX7102x10g,
  'intel-x710-4x10g': intelX7104x10g,
  'intel-xl710-2x40g': intelXl7102x40g,
  'intel-xxv710-2x25g': intelXxv7102x25g,
  'kioxia-cm7-r-3.84t': kioxiaCm7R384t,
  'marvell-88se9230': marvell88se9230,
  'micron-7450-pro-7.68t': micron7450Pro768t,
  'micron-9100-max-2.4t': micron9100Max24t,
  'nvidia-a10': nvidiaA10,
  'nvidia-a100-pcie-40g': nvidiaA100Pcie40g,
  'nvidia-a100-pcie-80g': nvidiaA100Pcie80g,
  'nvidia-a100-sxm4-40g': nvidiaA100Sxm440g,
  'nvidia-a100-sxm4-80g': nvidiaA100Sxm480g,
  'nvidia-a16': nvidiaA16,
  'nvidia-a30': nvidiaA30,
  'nvidia-bluefield2-2x100g': nvidiaBluefield22x100g,
  'nvidia-connectx4-2x100g': nvidiaConnectx42x100g,
  'nvidia-connectx4lx-2x25g': nvidiaConnectx4lx2x25g,
  'nvidia-connectx5-1x100g': nvidiaConnectx51x100g,
  'nvidia-connectx5-2x100g': nvidiaConnectx52x100g,
  'nvidia-connectx5ex-2x100g': nvidiaConnectx5ex2x100g,
  'nvidia-connectx6-2x200g': nvidiaConnectx62x200g,
  'nvidia-connectx6dx-2x100g': nvidiaConnectx6dx2x100g,
  'nvidia-connectx6lx-2x25g': nvidiaConnectx6lx2x25g,
  'nvidia-connectx7-1x400g': nvidiaConnectx71x400g,
  'nvidia-connectx7-2x200g': nvidiaConnectx72x200g,
  'nvidia-geforce-gtx-1080-ti': nvidiaGeforceGtx1080Ti,
  'nvidia-geforce-rtx-2080-ti': nvidiaGeforceRtx2080Ti,
  'nvidia-geforce-rtx-3060': nvidiaGeforceRtx3060,
  'nvidia-geforce-rtx-3090': nvidiaGeforceRtx3090,
  'nvidia-geforce-rtx-4090': nvidiaGeforceRtx4090,
  'nvidia-h100-pcie-80g': nvidiaH100Pcie80g,
  'nvidia-h100-sxm5-80g': nvidiaH100Sxm580g,
  'nvidia-h200-sxm-141g': nvidiaH200Sxm141g,
  'nvidia-l4': nvidiaL4,
  'nvidia-l40': nvidiaL40,
  'nvidia-l40s': nvidiaL40s,
  'nvidia-t4': nvidiaT4,
  'realtek-rtl8111': realtekRtl8111,
  'realtek-rtl8125': realtekRtl8125,
  'samsung-970-evo-plus-1t': samsung970EvoPlus1t,
  'samsung-980-pro-1t': samsung980Pro1t,
  'samsung-pm1733-3.84t': samsungPm1733384t,
  'samsung-pm9a3-3.84t': samsungPm9a3384t,
  'solidigm-p5500-7.68t': solidigmP5500768t,
  'solidigm-p5510-3.84t': solidigmP5510384t,
  'solidigm-p5510-7.68t': solidigmP5510768t,
  'wd-ultrastar-sn650-7.68t': wdUltrastarSn650768t,
};

const files = new Map<string, SourceFile>();

/** The catalogue as text: a fact that comes from a profile has a place in it, like every other fact. */
export const profileCatalog: ProfileCatalog = {
  names: Object.keys(profileTable),
  file(name) {
    let file = files.get(name);
    if (file === undefined && Object.hasOwn(profileTable, name)) {
      file = new ProfileFile(name);
      files.set(name, file);
    }
    return file;
  },
  node(name) {
    const file = this.file(name);
    return file === undefined ? undefined : parseOnce(file).root;
  },
};

/** The text of a profile is written when it is first read: a design uses a few of the many there are. */
class ProfileFile implements SourceFile {
  readonly uri: string;
  #text: string | undefined;

  constructor(private readonly name: string) {
    this.uri = profileUri(name);
  }

  get text(): string {
    this.#text ??= JSON.stringify(profileTable[this.name], null, 2);
    return this.#text;
  }
}

export function profileUri(name: string): string {
  return `iovt-catalog:/profiles/${name}.iovt`;
}

/** The profile that a URI of the catalogue stands for. */
export function profileOfUri(uri: string): string | undefined {
  return /^iovt-catalog:\/profiles\/(.+)\.iovt$/.exec(uri)?.[1];
}
