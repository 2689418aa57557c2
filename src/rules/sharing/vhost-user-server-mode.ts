import { valueOf } from '../../core/model/fact.js';
import { defineRule, related } from '../rule.js';
import { isVhostUser } from '../support/claims.js';
import { onHost } from '../support/examples.js';
import { servedByControllers } from '../support/served.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const guest = (more: object) => ({
  a: {
    memory: { shared: true },
    devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0', ...more } },
  },
});
const switches = { br0: { kind: 'ovs-dpdk', cpus: '2-3' } };
const target = (more: object) => ({
  devices: { ssd0: { kind: 'nvme' } },
  controllers: { spdk: { kind: 'vhost-user', cpus: '4', ...more } },
  guests: {
    a: {
      memory: { shared: true },
      devices: { vda: { technique: 'virtio-blk', backend: 'vhost-user', controller: 'spdk', media: 'ssd0' } },
    },
  },
});

export const vhostUserServerMode = defineRule({
  id: 'IOVT235',
  name: 'vhost-user-server-mode',
  title: 'The back end is the server of a vhost-user socket',
  severity: 'warning',
  group: 'sharing',
  messages: {
    port: '{device} connects to a socket that {process} serves: when {process} restarts, {guest} has to restart too.',
    controller: '{process} serves the sockets of its guests: when it restarts, so must {n}.',
  },
  docs: {
    why: 'If the guest is the client it does not come back after the back end restarts. With the guest as server, the back end reconnects and the guest keeps running; Open vSwitch has deprecated ports of the other kind.',
    fix: 'Write "socketMode": "server" for the device (`dpdkvhostuserclient` on the side of Open vSwitch), or "serverMode": false for the controller.',
    sources: ['Open vSwitch Documentation/topics/dpdk/vhost-user.rst', 'OpenStack Neutron: Open vSwitch with DPDK'],
  },
  examples: {
    bad: [onHost({ switches, guests: guest({ socketMode: 'client' }) }), onHost(target({ serverMode: true }))],
    good: [onHost({ switches, guests: guest({ socketMode: 'server' }) }), onHost(target({}))],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) {
      const { socketMode } = device.facts;
      // Without a stated process nobody knows whether the other side is one that could reconnect.
      const entity = valueOf(device.facts.connect)?.as('switch');
      if (socketMode.state !== 'known' || socketMode.value !== 'client' || entity === undefined || !isVhostUser(device)) continue;
      const args = { device: device.path, process: entity.path, guest: device.guest.path };
      const fixes = fixOf('Let the guest listen', {}, changing(socketMode, device, ['socketMode'], 'server'));
      report('port', placeOfFact(socketMode, device), args, { entity: device, fixes });
    }
    for (const [controller, served] of servedByControllers(topology)) {
      const { serverMode } = controller.facts;
      const users = served.filter(({ device }) => isVhostUser(device));
      if (valueOf(serverMode) !== true || users.length === 0) continue;
      const n = new Set(users.map(({ device }) => device.guest)).size;
      report(
        'controller',
        placeOfFact(serverMode, controller),
        { process: controller.path, n: n === 1 ? 'its guest' : `${n} guests` },
        {
          entity: controller,
          related: relatedPlaces(users, ({ device }) => related('{device}', placeOfEntity(device), { device: device.path })),
          fixes: fixOf('Let the guests listen', {}, changing(serverMode, controller, ['serverMode'], false)),
        },
      );
    }
  },
});
