import { delay, work } from '../path/cpu.js';
import { pollingNeeds } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const testpmd = defineSwitchKind({
  name: 'testpmd',
  title: 'DPDK forwarder',
  help: 'A DPDK application that passes frames from one port to another on polling cores (`cpus`), without looking at them: testpmd in io mode, the yardstick for NICs and drivers.',
  runsIn: 'user-space',
  needs: pollingNeeds,
  sharing: {
    parsedBy: 'host-process',
    guestDrivesDma: false,
    summary: 'One process owns the ports and reads every frame.',
  },
  costs: ['pmd.io', 'pmd.poll-delay'],
  sources: ['FD.io CSIT reports 2202 and 2206: testpmd', 'DPDK testpmd application user guide'],
  forward: () => [],
  uplinkTransmit: (context, entity) => [work(context, switchThread(entity, 'user-space'), 'port transmit', ['pmd.io'])],
  uplinkReceive: (context, entity) => [
    delay(context, 'poll interval', 'pmd.poll-delay'),
    work(context, switchThread(entity, 'user-space'), 'port receive', ['pmd.io']),
  ],
});
