import { expect, test } from 'vitest';
import { messageText } from '../../../src/core/diagnostics/diagnostic.js';
import { onHost } from '../../../src/rules/support/examples.js';
import { analyse } from '../../support/check.js';

const host = { guests: { web: { vcpus: 2 } } };

test.each([
  ['workloads.w.depth', 'Write "w.depth".'],
  ['hosts.h1.guests.web.vcpus', 'Write "h1/web.vcpus".'],
  ['hosts/h1/guests/web.vcpus', 'Write "h1/web.vcpus".'],
  ['wbe.vcpus', 'Did you mean "web.vcpus"?'],
  ['nowhere.vcpus', '"nowhere.vcpus" names nothing in this design.'],
])('a change of %s is refused with a hint', async (path, hint) => {
  const text = onHost(host, { workloads: { w: { size: '4 KiB', depth: 1 } }, scenarios: { s: { set: { [path]: 2 } } } });
  const { diagnostics } = await analyse(text);
  const [found] = diagnostics.filter(({ code }) => code === 'IOVT108');
  expect(found === undefined ? '' : messageText(found.message)).toContain(hint);
});
