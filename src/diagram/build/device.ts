import type { Device, NicPort } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { formatBitsPerSec, formatBytes } from '../../core/units/format.js';
import { formatPciAddress } from '../../core/units/pci-address.js';
import { formatPcieLink } from '../../core/units/pcie-link.js';
import type { SymbolName } from '../scene.js';
import type { Box } from './box.js';
import type { BuildContext } from './context.js';
import { factLines } from './fact-lines.js';
import { vfRows } from './vf-rows.js';

export const deviceSymbols: Readonly<Record<Device['deviceKind'], SymbolName>> = {
  nic: 'network',
  dpu: 'network',
  nvme: 'disk',
  hba: 'disk',
  disk: 'disk',
  gpu: 'gpu',
  accelerator: 'chip',
  usb: 'chip',
  audio: 'chip',
  other: 'chip',
};

export interface DeviceOptions {
  /** Every function with its address; otherwise only functions that somebody sees. */
  readonly isDetailed: boolean;
  /** One line for the whole device. */
  readonly isFlat?: boolean;
}

/** A physical device with its ports, functions, VFs, namespaces and instances. */
export function deviceBox(device: Device, context: BuildContext, options: DeviceOptions): Box {
  const { drawing } = context;
  const { facts } = device;
  const [onlyFunction] = device.functions.length === 1 && device.ports.length === 0 ? device.functions : [];
  const bdf = valueOf((onlyFunction ?? device.functions[0])?.address ?? facts.bdf);
  const saysItself = device.deviceKind === 'other' || device.id.startsWith(device.deviceKind);
  const title = valueOf(facts.title) ?? (saysItself ? '' : device.deviceKind);
  const link = valueOf(facts.link);
  const driver = valueOf(onlyFunction?.facts.driver ?? facts.driver);
  const details = options.isDetailed
    ? [
        title,
        bdf === undefined || onlyFunction === undefined ? '' : formatPciAddress(bdf),
        link === undefined ? '' : formatPcieLink(link),
        driver ?? '',
      ]
    : [title];
  const box = drawing.box(
    {
      id: device.path,
      kind: 'device',
      symbol: deviceSymbols[device.deviceKind],
      form: options.isFlat === true ? 'row' : 'frame',
      label: device.id,
      sublabel: details.filter((text) => text !== '').join(' · '),
      facts: factLines('device', facts, device.at.file),
      alike: `device|${device.deviceKind}|${valueOf(facts.profile)?.text ?? ''}|${title}|${valueOf(facts.size) ?? ''}`,
    },
    device,
  );
  if (options.isFlat === true) return box;
  if (onlyFunction !== undefined) {
    drawing.stands(box, onlyFunction);
    drawing.into(box, ...vfRows(onlyFunction, context));
  }
  drawing.into(box, ...device.ports.map((port) => portBox(port, context, options)));
  for (const fn of device.functions) {
    if (fn.port !== undefined || fn === onlyFunction) continue;
    drawing.into(box, functionRow(fn, context, options), ...vfRows(fn, context));
  }
  for (const namespace of device.namespaces) {
    const size = valueOf(namespace.facts.size);
    drawing.into(box, part(namespace, 'disk', size === undefined ? 'namespace' : `namespace · ${formatBytes(size)}`, context));
  }
  for (const partition of device.partitions)
    drawing.into(box, part(partition, 'gpu', valueOf(partition.facts.type) ?? 'instance', context));
  for (const type of device.mediatedTypes) {
    const most = valueOf(type.facts.maxInstances);
    drawing.into(
      box,
      part(
        type,
        'gpu',
        [valueOf(type.facts.title) ?? 'mediated', most === undefined ? '' : `at most ${most}`].filter((t) => t !== '').join(' · '),
        context,
      ),
    );
  }
  return box;
}

function portBox(port: NicPort, context: BuildContext, options: DeviceOptions): Box {
  const { drawing } = context;
  const rate = valueOf(port.facts.rate);
  const netdev = valueOf(port.facts.netdev);
  const isDown = valueOf(port.facts.linkState) === 'down';
  const details = [rate === undefined ? 'NIC port' : formatBitsPerSec(rate), netdev ?? ''].filter((text) => text !== '');
  const box = drawing.box(
    {
      id: port.path,
      kind: 'nic-port',
      symbol: 'port',
      form: 'frame',
      label: port.id,
      sublabel: details.join(' · '),
      marks: isDown ? [{ text: 'down', tone: 'bad' }] : [],
      facts: factLines('nic-port', port.facts),
      alike: `nic-port|${rate ?? ''}|${isDown}`,
    },
    port,
  );
  const { fn } = port;
  if (fn === undefined) return box;
  // A function that nobody declared and that has no VFs is the port itself.
  if (options.isDetailed || fn.isDeclared || fn.numVfs > 0) drawing.into(box, functionRow(fn, context, options));
  else drawing.stands(box, fn);
  return drawing.into(box, ...vfRows(fn, context));
}

function functionRow(fn: PhysicalFunction, context: BuildContext, options: DeviceOptions): Box {
  const bdf = valueOf(fn.address);
  const driver = valueOf(fn.facts.driver) ?? valueOf(fn.device.facts.driver);
  const vfs = fn.numVfs > 0 ? `${fn.numVfs} VFs` : '';
  const details = [
    'PF',
    vfs,
    options.isDetailed && bdf !== undefined ? formatPciAddress(bdf) : '',
    options.isDetailed ? (driver ?? '') : '',
  ];
  return context.drawing.box(
    {
      id: fn.path,
      kind: 'function',
      symbol: 'function',
      form: 'row',
      label: fn.id,
      sublabel: details.filter((text) => text !== '').join(' · '),
      facts: factLines('function', fn.facts),
      alike: `function|${fn.numVfs}`,
    },
    fn,
  );
}

function part(
  entity: Device['namespaces'][number] | Device['partitions'][number] | Device['mediatedTypes'][number],
  symbol: SymbolName,
  sublabel: string,
  context: BuildContext,
): Box {
  return context.drawing.box(
    {
      id: entity.path,
      kind: entity.kind,
      symbol,
      form: 'row',
      label: entity.id,
      sublabel,
      facts: factLines(entity.kind, entity.facts),
      alike: `${entity.kind}|${sublabel}`,
    },
    entity,
  );
}
