import { uplinksOf } from '../../core/model/switch.js';
import { delay, work } from '../path/cpu.js';
import { IDLE_COSTS, wakeFromIdle } from '../path/host-nic.js';
import { ringMisses } from './options.js';
import { defineSwitchKind, switchThread } from './switch-kind.js';

export const xdp = defineSwitchKind({
  name: 'xdp',
  title: 'XDP programs',
  help: 'Programs in the drivers of the host that redirect frames between ports before the kernel makes a packet of them, as load balancers and some container networks do. They run on the CPUs that take the interrupts of the port (`cpus`). Frames to the host itself count as dropped there.',
  runsIn: 'kernel',
  needs: [{ what: 'a port to attach to (`uplinks`)', isMet: (entity) => uplinksOf(entity).length > 0 }],
  sharing: {
    parsedBy: 'host-kernel',
    guestDrivesDma: false,
    summary: 'Programs of the host read every frame in the kernel, checked by its verifier.',
  },
  costs: ['xdp.receive', 'xdp.redirect', 'xdp.redirect-single', 'host-nic.latency', 'ddio.miss', ...IDLE_COSTS],
  sources: ['Høiland-Jørgensen et al., CoNEXT 2018'],
  forward: (context, _entity, carrier) => [
    work(context, carrier, 'XDP redirect', [carrier.role === 'vhost' ? 'xdp.redirect-single' : 'xdp.redirect']),
  ],
  uplinkTransmit: () => [],
  uplinkReceive: (context, entity) => [
    delay(context, 'interrupt moderation', 'host-nic.latency'),
    ...wakeFromIdle(context, entity.path),
    work(context, switchThread(entity, 'kernel'), 'driver and XDP program', ['xdp.receive', ...ringMisses(entity)]),
  ],
});
