import { hostCpus } from '../../core/model/host.js';
import { type CpuSet, formatCpuSet, union } from '../../core/units/cpu-set.js';
import type { DraftObject } from '../draft.js';
import type { XmlElement } from '../xml/element.js';
import type { DomainContext } from './context.js';
import { cpusAttr, numberAttr, numberText } from './values.js';

/** The most that the language takes; */
const MAX_VCPUS = 4096;

/** Virtual CPUs, where they run, and how much of the host they may use. */
export function writeCpus(context: DomainContext, guest: DraftObject): number {
  const { domain, log, path } = context;
  const vcpu = domain.child('vcpu');
  const stated = numberText(vcpu, log) ?? 1;
  const most = Math.max(1, Math.min(MAX_VCPUS, stated));
  if (most !== stated && vcpu !== undefined) log.reduce(vcpu, `${path} has ${stated} vCPUs in the XML; the design has ${most}`, path);
  const current = numberAttr(vcpu, 'current', log);
  const vcpus = current !== undefined && current >= 1 && current < most ? current : most;
  if (vcpus < most && vcpu !== undefined)
    log.reduce(vcpu, `${path} can be given ${most} vCPUs while it runs; the design has the ${vcpus} it starts with`, path);
  guest.set('vcpus', vcpus);
  const cpuset = cpusAttr(vcpu, 'cpuset', log);
  if (vcpu?.attr('placement') === 'auto') log.assume(vcpu, `vCPUs of ${path} are placed by numad when it starts; no CPUs are set.`, path);
  pins(context, guest, vcpus, cpuset);
  const emulator = cpusAttr(domain.descend('cputune', 'emulatorpin'), 'cpuset', log);
  guest.set('emulatorCpus', emulator === undefined ? undefined : formatCpuSet(emulator));
  return vcpus;
}

/** One set where all vCPUs have the same, else one for each. */
function pins({ domain, host, log, path }: DomainContext, guest: DraftObject, vcpus: number, cpuset: CpuSet | undefined): void {
  const byVcpu = new Map<number, CpuSet>();
  const beyond = new Map<number, XmlElement>();
  for (const pin of domain.child('cputune')?.children('vcpupin') ?? []) {
    const number = numberAttr(pin, 'vcpu', log);
    const set = cpusAttr(pin, 'cpuset', log);
    if (number === undefined || set === undefined) continue;
    if (number < vcpus) byVcpu.set(number, set);
    else beyond.set(number, pin);
  }
  const [first] = beyond.values();
  if (first !== undefined) log.reduce(first, `${path} starts without vCPU ${[...beyond.keys()].join(', ')}, so the pin is left out`, path);
  if (byVcpu.size === 0) {
    if (cpuset !== undefined) guest.set('cpus', formatCpuSet(cpuset));
    return;
  }
  let otherwise = cpuset;
  if (byVcpu.size < vcpus && otherwise === undefined) {
    // vCPUs without a pin run anywhere; the list needs an entry for them.
    const everywhere = host.existing === undefined ? undefined : hostCpus(host.existing);
    otherwise = everywhere !== undefined && everywhere.size > 0 ? everywhere : [...byVcpu.values()].reduce(union);
    const element = domain.child('cputune');
    if (element !== undefined)
      log.assume(
        element,
        `${vcpus - byVcpu.size} of the ${vcpus} vCPUs of ${path} are not pinned; they are given ${formatCpuSet(otherwise)}.`,
        path,
      );
  }
  const sets = Array.from({ length: vcpus }, (_, i) => formatCpuSet(byVcpu.get(i) ?? (otherwise as CpuSet)));
  guest.set('cpus', new Set(sets).size === 1 ? sets[0] : sets);
}

/** CPU share and ceiling: `cputune` shares, quota and period. */
export function writeCpuShares({ domain, log, path }: DomainContext, guest: DraftObject, vcpus: number): void {
  const tune = domain.child('cputune');
  if (tune === undefined) return;
  const shares = numberText(tune.child('shares'), log);
  const element = tune.child('shares');
  if (shares !== undefined && shares > 0 && element !== undefined) {
    const weight = Number(((shares * 100) / 1024).toPrecision(3));
    // oVirt and others write 1020; a difference below the noise is none.
    if (weight >= 1 && Math.abs(weight - 100) > 1) {
      guest.set('cpuWeight', weight);
      log.assume(element, `CPU shares of ${path} are on the scale of cgroup v1, where 1024 is the default; weight ${weight} of 100.`, path);
    }
  }
  const ofVcpu = quotaOf('quota', 'period');
  const ofAll = quotaOf('global_quota', 'global_period');
  const limits = [ofVcpu === undefined ? undefined : ofVcpu * vcpus, ofAll].filter((limit) => limit !== undefined);
  // A ceiling at or above the number of vCPUs is none.
  const limit = Math.min(...limits);
  if (limits.length > 0 && limit > 0 && limit < vcpus) guest.set('cpuQuota', Number(limit.toFixed(3)));

  function quotaOf(quotaName: string, periodName: string): number | undefined {
    const quota = numberText(tune?.child(quotaName), log);
    const period = numberText(tune?.child(periodName), log) ?? 100_000;
    return quota === undefined || quota <= 0 || period <= 0 ? undefined : quota / period;
  }
}
