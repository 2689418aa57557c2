import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { onHost } from '../../src/rules/support/examples.js';
import { analyse } from '../support/check.js';

async function messages(text: string, ...codes: readonly string[]): Promise<string[]> {
  const { diagnostics } = await analyse(text);
  return diagnostics.filter(({ code }) => codes.includes(code)).map(({ code, message }) => `${code} ${messageText(message)}`);
}

test('an adapter that is passed through takes the boot disk of the host along', async () => {
  const text = onHost({
    devices: { hba: { kind: 'hba' }, d0: { kind: 'disk', at: 'hba', role: 'boot-disk' } },
    guests: { a: { devices: { disks: { technique: 'passthrough', from: 'hba' } } } },
  });
  expect(await messages(text, 'IOVT204')).toEqual(['IOVT204 h1/a takes h1/hba, which is the adapter of h1/d0, the boot disk of h1.']);
});

test('one cause, one report: a NIC that is the only uplink of a bridge is passed through', async () => {
  const text = onHost({
    devices: { n: { kind: 'nic', ports: { p0: {} } } },
    switches: { br0: { kind: 'linux-bridge', uplinks: ['n/p0'] } },
    guests: {
      a: { devices: { eth0: { technique: 'passthrough', from: 'n' } } },
      b: { devices: { eth0: { technique: 'virtio-net', connect: 'br0' } } },
    },
  });
  expect(await messages(text, 'IOVT109', 'IOVT204')).toEqual(['IOVT109 h1/n is given to h1/a/eth0, but it is an uplink of h1/br0.']);
});

describe('a GPU that takes turns', () => {
  const design = (sharing: object, guests: object) => onHost({ devices: { gpu0: { kind: 'gpu', ...sharing } }, guests } as never);
  const gpu = { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } };

  test('may have many containers; a virtual machine has it for itself', async () => {
    const containers = { a: { kind: 'container', count: 4, ...gpu }, b: { kind: 'container', ...gpu } };
    expect(await messages(design({ sharing: 'mps' }, containers), 'IOVT109')).toEqual([]);
    expect(await messages(design({ sharing: 'time-slice' }, { ...containers, c: gpu }), 'IOVT109')).not.toEqual([]);
  });

  test('the order of guests does not matter', async () => {
    const [many, one] = [{ count: 4, ...gpu }, gpu];
    const first = await messages(design({}, { a: many, b: one }), 'IOVT109');
    const last = await messages(design({}, { b: one, a: many }), 'IOVT109');
    expect(first).toHaveLength(2);
    expect(last).toHaveLength(2);
    expect(first).toContain('IOVT109 h1/gpu0 can have one user, but all 4 copies of h1/a take it.');
    expect(last).toContain('IOVT109 h1/gpu0 can have one user, but all 4 copies of h1/a take it.');
  });
});

test('guests draw VFs past those that the host works with', async () => {
  const design = (count: number) =>
    onHost({
      devices: { n: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } } },
      switches: { br0: { kind: 'linux-bridge', uplinks: ['n/p0/vf0'] } },
      guests: { a: { count, devices: { eth0: { technique: 'sriov-vf', from: 'n/p0' } } } },
    });
  expect(await messages(design(3), 'IOVT109', 'IOVT135')).toEqual([]);
  expect(await messages(design(4), 'IOVT109', 'IOVT135')).toHaveLength(1);
});

test('tenants with one function are the business of one rule', async () => {
  const guest = (tenant: string) => ({ tenant, devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } });
  const text = onHost(
    { devices: { gpu0: { kind: 'gpu', sharing: 'time-slice' } }, guests: { a: guest('blue'), b: guest('red') } },
    { tenants: { blue: { trust: 'untrusted' }, red: { trust: 'untrusted' } } },
  );
  expect(await messages(text, 'IOVT214')).toEqual([]);
});

test('a volume on a drive that SPDK has is told with both users', async () => {
  const text = onHost({
    devices: { ssd0: { kind: 'nvme', namespaces: { ns1: {}, ns2: {} } } },
    controllers: { spdk0: { kind: 'vhost-user', implementation: 'spdk' } },
    guests: {
      a: {
        memory: { shared: true },
        devices: { vda: { technique: 'virtio-blk', backend: 'vhost-user', controller: 'spdk0', media: 'ssd0/ns1' } },
      },
      b: { devices: { vda: { technique: 'virtio-blk', media: 'ssd0/ns2' } } },
    },
  });
  expect(await messages(text, 'IOVT109')).toEqual(['IOVT109 h1/ssd0 is given to h1/spdk0, but it holds the data of h1/b/vda.']);
});
