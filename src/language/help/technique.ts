import type { CostId } from '../../catalog/costs/index.js';
import { costIds, costTable } from '../../catalog/costs/index.js';
import type { ControllerKind } from '../../techniques/controllers/controller-kind.js';
import type { SwitchKind } from '../../techniques/switches/switch-kind.js';
import { COMMON_KEYS, type Operability, type Sharing, type Technique } from '../../techniques/technique.js';
import { findProblem } from '../problems.js';
import { blocks, code, list, type Topic, table } from './topic.js';

export const familyWords: Readonly<Record<Technique['family'], string>> = {
  emulated: 'Emulated hardware',
  paravirtual: 'Paravirtual',
  hardware: 'Hardware-assisted',
  container: 'Containers',
  structural: 'Without traffic of its own',
};

export function techniqueTopic(technique: Technique): Topic {
  const { name, title, family, carries, help, needs, sharing, operability, forms, keys, costs, sources } = technique;
  return {
    kind: 'technique',
    name,
    title,
    page: `techniques/${name}.md`,
    text: blocks(
      `**${title}** (${familyWords[family].toLowerCase()}; carries ${carries.join(', ')})`,
      help,
      needs.length > 0 && `**Needs** ${needs.map((need) => need.what).join('; ')}.`,
      sharingText(sharing),
      operabilityTable(operability),
    ),
    more: blocks(
      '## Keys',
      `Beyond what every [virtual device](../language.md#virtual-device) may state: ${ownKeys(keys).map(code).join(', ')}.`,
      ...needsList(needs),
      ...formsOf(forms),
      ...costsOf(costs),
      ...sourcesOf(sources),
    ),
  };
}

export function switchTopic(kind: SwitchKind): Topic {
  const where = { kernel: 'in the host kernel', 'user-space': 'on polling cores of its own', nic: 'inside the NIC' }[kind.runsIn];
  return {
    kind: 'switch',
    name: kind.name,
    title: kind.title,
    page: `techniques/switch-${kind.name}.md`,
    text: blocks(
      `**${kind.title}** (vSwitch, forwards ${where})`,
      kind.help,
      kind.needs.length > 0 && `**Needs** ${kind.needs.map((need) => need.what).join('; ')}.`,
      sharingText(kind.sharing),
    ),
    more: blocks(...costsOf(kind.costs), ...sourcesOf(kind.sources)),
  };
}

export function controllerTopic(kind: ControllerKind): Topic {
  const width = { one: 'one thread', cpus: 'a thread for each of its CPUs', 'device-cores': 'the cores of its device' }[kind.width];
  return {
    kind: 'controller',
    name: kind.name,
    title: kind.title,
    page: `techniques/controller-${kind.name}.md`,
    text: blocks(
      `**${kind.title}** (virtual I/O controller, ${kind.isHardware ? 'hardware' : 'software'}; ${width}${kind.alwaysPolls ? ', always polling' : ''})`,
      kind.help,
      kind.needs.length > 0 && `**Needs** ${kind.needs.map((need) => need.what).join('; ')}.`,
      sharingText(kind.sharing),
    ),
    more: blocks(...sourcesOf(kind.sources)),
  };
}

const parserWords: Readonly<Record<Sharing['parsedBy'], string>> = {
  nobody: 'nobody',
  'device-model': 'the device model',
  'host-kernel': 'the host kernel',
  'host-process': 'a process of the host',
  'vendor-driver': 'the driver of the vendor',
  'device-firmware': 'the firmware of the device',
  'service-partition': 'a service partition',
};

function sharingText(sharing: Sharing): string {
  const dma = sharing.guestDrivesDma && !sharing.summary.includes('DMA') ? ' The guest drives DMA of its own.' : '';
  return `**Shares** ${sharing.summary} What the guest sends is parsed by ${parserWords[sharing.parsedBy]}.${dma}`;
}

function operabilityTable(operability: Operability): string {
  const rows: readonly (readonly [string, keyof Operability])[] = [
    ['live migration', 'liveMigration'],
    ['hot-plug', 'hotplug'],
    ['snapshot with memory', 'snapshot'],
    ['memory overcommit', 'memoryOvercommit'],
  ];
  return table(
    ['operation', 'possible', 'why'],
    rows.map(([title, key]) => [title, operability[key].verdict, operability[key].why]),
  );
}

function ownKeys(keys: Technique['keys']): string[] {
  return keys.filter((key) => !COMMON_KEYS.includes(key));
}

function needsList(needs: Technique['needs']): string[] {
  const checked = needs.filter((need) => need.rule !== undefined);
  if (checked.length === 0) return [];
  return ['## Checked by', list(checked.map((need) => `${ruleLink(need.rule ?? '')}: ${need.what}`))];
}

function ruleLink(name: string): string {
  return findProblem(name) === undefined ? code(name) : `[${name}](../rules/${name}.md)`;
}

function formsOf(forms: Technique['forms']): string[] {
  const shown = [
    forms.libvirt === undefined ? [] : ['libvirt:', `\`\`\`xml\n${forms.libvirt}\n\`\`\``],
    forms.qemu === undefined ? [] : ['QEMU:', `\`\`\`\n${forms.qemu}\n\`\`\``],
  ].flat();
  return shown.length === 0 ? [] : ['## As other tools write it', ...shown];
}

function costsOf(ids: readonly CostId[]): string[] {
  if (ids.length === 0) return [];
  const rows = costIds
    .filter((id) => ids.includes(id))
    .map((id) => [`[${code(id)}](../costs.md#${anchor(id)})`, costTable[id].title, costTable[id].value, costTable[id].source]);
  return ['## Costs', table(['cost', 'what', 'default', 'source'], rows)];
}

function sourcesOf(sources: readonly string[]): string[] {
  return sources.length === 0 ? [] : ['## Sources', list(sources)];
}

/** The fragment that Markdown viewers give a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replace(/ /g, '-');
}
