import { expect, test } from 'vitest';
import { simulateText } from '../support/simulate.js';

const design = (devices: object, workload: object) =>
  JSON.stringify({
    iovt: '1',
    hosts: {
      h: {
        devices: { n: { kind: 'nic', link: 'gen3 x8', ports: { p0: { rate: '10 Gbit/s' } } }, s: { kind: 'nvme', link: 'gen3 x4' } },
        switches: { br: { kind: 'linux-bridge', uplinks: ['n/p0'] } },
        guests: { a: { vcpus: 4, devices } },
      },
    },
    networks: { tor: { uplinks: ['h/n/p0'] } },
    workloads: { x: workload },
  });

const disk = async (keys: object) => {
  const devices = { d: { technique: 'emulated-disk', media: 's', cache: 'none', ...keys } };
  return (await simulateText(design(devices, { on: 'a/d', depth: 16 }), { engine: 'fluid' })).workloads[0]?.achieved.opsPerSec ?? 0;
};

test('the model of an emulated disk says its bus where nothing else does', async () => {
  expect(await disk({ model: 'ahci' })).toBe(await disk({ bus: 'sata' }));
  expect(await disk({ model: 'ahci' })).toBeGreaterThan(1.5 * (await disk({ model: 'piix3-ide' })));
  expect(await disk({ model: 'lsi53c895a' })).toBe(await disk({ bus: 'scsi' }));
  expect(await disk({ bus: 'ide', model: 'ahci' })).toBe(await disk({ bus: 'ide' }));
});

test.each(['e1000', 'rtl8139'])('the device model of an %s copies the bytes of a frame', async (model) => {
  const devices = { e: { technique: 'emulated-nic', model, connect: 'br' } };
  const busy = async (size: string) => {
    const result = await simulateText(design(devices, { from: 'a/e', to: 'tor', size, rate: '1 kpps' }), { engine: 'fluid' });
    return result.flows[0]?.breakdown.find(({ stage }) => stage.startsWith('device model'))?.serviceSec ?? 0;
  };
  expect(((await busy('1500 B')) - (await busy('500 B'))) * 3e9).toBeCloseTo(1000 * 0.35, 0);
});
