import { shortened } from '../losses.js';
import type { DomainContext } from './context.js';

/** Arguments handed to QEMU past libvirt: kept by name, each option with its value, and reported. */
export function keepQemuArguments({ domain, log, notModelled, path }: DomainContext): void {
  for (const commandline of domain.childrenNamed('commandline')) {
    const args = commandline.childrenNamed('arg').map((arg) => arg.attr('value') ?? '');
    for (const env of commandline.childrenNamed('env'))
      notModelled.push(`environment ${env.attr('name') ?? ''}=${shortened(env.attr('value') ?? '')}`);
    const options: string[] = [];
    for (const arg of args) {
      const last = options.length - 1;
      if (arg.startsWith('-') || last < 0 || options[last]?.includes(' ')) options.push(arg);
      else options[last] = `${options[last]} ${arg}`;
    }
    for (const option of options) notModelled.push(`qemu ${shortened(option)}`);
    const devices = options.filter((option) => /^-(device|netdev|drive|blockdev|object|chardev)\b/.test(option));
    const what =
      devices.length > 0
        ? `${path} has ${options.length} QEMU options past libvirt, ${devices.length} of which add devices; they are kept by name only`
        : `${path} has ${options.length} QEMU options past libvirt; they are kept by name only`;
    if (options.length > 0) log.reduce(commandline, what, path);
  }
}
