import { explain, similarTopic } from '../../language/help.js';
import type { CommandSpec } from '../command.js';
import { UserError } from '../io.js';

export const explainCommand: CommandSpec = {
  name: 'explain',
  summary: 'Say what a rule, technique, device profile, cost or property is',
  arguments: [{ syntax: '<name>', description: 'such as IOVT110, sriov-vf, ovs-dpdk, vhost-net.tx-packet, virtual-device.connect' }],
  async action([name], _options, io) {
    const text = explain(String(name));
    if (text === undefined) {
      const similar = similarTopic(String(name));
      throw new UserError(`nothing goes by the name "${String(name)}".`, similar === undefined ? undefined : `Did you mean "${similar}"?`);
    }
    await io.write(undefined, text);
    return 0;
  },
};
