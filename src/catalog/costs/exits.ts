import { costs, time, UNCALIBRATED } from './define.js';

const KUT = 'kvm-unit-tests vmexit figures, commits 00bfecaa (2013) and cfbd129c (2017)';

/** Crossing between guest, hypervisor and device model. */
export const exitCosts = costs({
  'exit.light': time(
    'VM exit and re-entry that the hypervisor handles itself',
    '2400 cycles',
    `${KUT}; TUM CVM_eval vmexit on a recent 2.7 GHz server: 1226 to 1290 ns. Range 1100 to 4000 cycles`,
  ),
  'exit.user': time(
    'What an exit to the device model in user space adds',
    '6000 cycles',
    `${KUT}: 13 000 cycles in 2013; scaled to recent machines, ${UNCALIBRATED}`,
  ),
  'exit.emulate': time(
    'Decoding and emulating one instruction of the guest',
    '1000 cycles',
    `${KUT}: 739 to 1109 cycles per emulated instruction (b5105e8b)`,
  ),
  'kick.guest': time(
    'Notifying a back end through ioeventfd, as the vCPU sees it',
    '2700 cycles',
    `${KUT}: outl to kernel 553 cycles above a plain exit`,
  ),
  'wake.thread': time(
    'Waking a sleeping host thread through an eventfd',
    '1.5 us',
    `assumed from eventfd and scheduler latency, ${UNCALIBRATED}`,
  ),
  'wake.vcpu': time(
    'Waking a halted vCPU',
    '7 us',
    'Linux aca6ff29c406: TCP_RR 34 us without halt polling, 27 us with; the guest sleeps once a round trip',
  ),
  'irq.inject': time(
    'Injecting an interrupt without posted interrupts: two exits of the vCPU',
    '4800 cycles',
    'delivery and end of interrupt, each one light exit (Gordon et al., ASPLOS 2012)',
  ),
  'irq.posted': time('Posted interrupt, as the vCPU sees it', '900 cycles', `0.3 us at 3.0 GHz, ${UNCALIBRATED}`),
  'irq.moderation': time(
    'Least time between two interrupts of a queue of a device',
    '20 us',
    'Gordon et al., ASPLOS 2012: about 49 000 interrupts a second of a busy guest, recalled; Intel NIC drivers hold 10 to 50 us',
  ),
  'idle.c3': time(
    'Host CPU: what waking from C3 adds to an interrupt, after 100 us without one',
    '38 us',
    `Linux intel_idle, Broadwell server: C3 40 us after 100 us; ${UNCALIBRATED}`,
  ),
  'idle.c6': time(
    'Host CPU: what waking from C6 adds further, after 600 us',
    '37 us',
    `Linux intel_idle, Broadwell server: C6 after 600 us; Høiland-Jørgensen et al., CoNEXT 2018: 82 us at 100 packets a second, 7 us at 1 million`,
  ),
  'irq.host': time(
    'Host work for one device interrupt that goes to a guest',
    '4500 cycles',
    `1.5 us at 3.0 GHz: host interrupt and eventfd, ${UNCALIBRATED}`,
  ),
});
