/** How long it takes from opening a design to its first squiggle, with nothing of the extension loaded. Printed, not judged. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openSession } from '../support/session.mjs';

const guest = (i) => `        "web${i}": {
          "vcpus": 2,
          "memory": "4 GiB",
          "devices": {
            "eth0": { "technique": "virtio-net", "backend": "vhost-net", "connect": "${i === 7 ? 'br-imt' : 'br-int'}" },
            "vda": { "technique": "virtio-blk", "media": "ssd0/ns1" }
          }
        }`;
const design = `{
  "iovt": "1",
  "hosts": {
    "h1": {
      "numa": { "n0": { "cpus": "0-63", "clock": "3 GHz" } },
      "pcie": {
        "rp0": { "kind": "root-port", "numa": "n0", "link": "gen4 x16" },
        "rp1": { "kind": "root-port", "numa": "n0", "link": "gen4 x4" }
      },
      "devices": {
        "nic0": { "profile": "nvidia-connectx6dx-2x100g", "at": "rp0" },
        "ssd0": { "profile": "solidigm-p5510-3.84t", "at": "rp1", "namespaces": { "ns1": { "size": "3.8 TB" } } }
      },
      "switches": { "br-int": { "kind": "ovs-kernel", "uplinks": ["nic0/p0"] } },
      "guests": {
${Array.from({ length: 35 }, (_, i) => guest(i)).join(',\n')}
      }
    }
  }
}
`;

let code;
before(async () => {
  code = await openSession({ files: { 'large.iovt': design, 'notes.txt': 'nothing to see' }, file: 'notes.txt' });
  await code.page.locator('.tab.active', { hasText: 'notes.txt' }).waitFor();
  // What VS Code itself does after it started must not count.
  await code.page.waitForTimeout(3000);
});
after(() => code?.close());

test('from opening a design to its first diagnostics', async (t) => {
  assert.ok(design.split('\n').length > 290);
  await code.page.keyboard.press('Control+P');
  const input = code.page.locator('.quick-input-widget input');
  await input.waitFor();
  await input.fill('large.iovt');
  await code.page.locator('.quick-input-list .monaco-list-row', { hasText: 'large.iovt' }).first().waitFor();
  const problems = code.problems('Errors: 1');
  const began = Date.now();
  await input.press('Enter');
  await problems;
  t.diagnostic(`activation and first diagnostics of ${design.split('\n').length} lines: ${Date.now() - began} ms`);
});
