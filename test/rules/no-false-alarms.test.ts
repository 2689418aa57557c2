import { expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { onHost } from '../../src/rules/support/examples.js';
import { analyse } from '../support/check.js';

async function messages(text: string, ...codes: readonly string[]): Promise<string[]> {
  const { diagnostics } = await analyse(text);
  return diagnostics.filter(({ code }) => codes.includes(code)).map(({ code, message }) => `${code} ${messageText(message)}`);
}

const two = { tenants: { blue: { trust: 'untrusted' }, red: { trust: 'untrusted' } } };
const vf = (tenant: string, vlan: number, more: object = {}) => ({
  tenant,
  devices: { eth0: { technique: 'sriov-vf', from: 'n/p0', vlan, ...more } },
});
const n = { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 4 } };

test('one report for each link without limits, with all free devices (IOVT312)', async () => {
  const text = onHost({ devices: { n }, guests: { a: vf('blue', 100), b: vf('red', 200) } }, two);
  expect(await messages(text, 'IOVT312')).toEqual([
    'IOVT312 Nothing limits what h1/a/eth0 (blue) and h1/b/eth0 (red) can take of h1/n/p0, which blue and red share.',
  ]);
});

test('one report for each single uplink, with all guests behind it (IOVT240)', async () => {
  const guest = { availability: 'ha', devices: { eth0: { technique: 'virtio-net', connect: 'br0' } } };
  const text = onHost({
    devices: { n },
    switches: { br0: { kind: 'linux-bridge', uplinks: ['n/p0'] } },
    guests: { a: guest, b: guest, c: guest },
  });
  expect(await messages(text, 'IOVT240')).toEqual([
    'IOVT240 h1/a, h1/b and h1/c were promised high availability, but reach the network only through h1/n/p0.',
  ]);
});

test('without an IOMMU nothing is said of what guests with VFs would share', async () => {
  const design = (iommu: object) =>
    onHost(
      {
        iommu,
        devices: { n },
        switches: { br0: { kind: 'linux-bridge', vlanFiltering: true, uplinks: ['n/p0'] } },
        guests: { a: vf('blue', 100), b: vf('red', 200) },
      } as never,
      two,
    );
  const codes = ['IOVT115', 'IOVT232', 'IOVT312', 'IOVT307'];
  expect(await messages(design({ state: 'on' }), ...codes)).toHaveLength(2);
  expect(await messages(design({ state: 'absent' }), ...codes)).toEqual([
    'IOVT115 h1 has no IOMMU, and h1/a/eth0 and h1/b/eth0 cannot do without it.',
  ]);
});

test('on Arm the interrupt controller keeps interrupts apart (IOVT210)', async () => {
  const design = (iommu: object) => onHost({ iommu, devices: { n }, guests: { a: vf('blue', 100) } } as never, two);
  expect(await messages(design({ kind: 'intel-vtd', interruptRemapping: false }), 'IOVT210')).toHaveLength(1);
  expect(await messages(design({ kind: 'arm-smmu', interruptRemapping: false }), 'IOVT210')).toEqual([]);
});

test('a macvlan is on the VLAN interface that it stands on', async () => {
  const container = (tenant: string, vlan: number) => ({
    kind: 'container',
    tenant,
    devices: { eth0: { technique: 'macvlan', connect: 'n/p0', mode: 'bridge', vlan } },
  });
  const design = (vlan: number) => onHost({ devices: { n }, guests: { a: container('blue', 10), b: container('red', vlan) } }, two);
  expect(await messages(design(20), 'IOVT128', 'IOVT218', 'IOVT224')).toEqual([]);
  expect(await messages(design(10), 'IOVT128', 'IOVT218', 'IOVT224')).toEqual([
    'IOVT224 h1/a/eth0 (blue) and h1/b/eth0 (red) are macvlan interfaces in bridge mode on VLAN 10 of h1/n/p0: frames pass directly between them.',
  ]);
});
