import type { Property } from '../text/tree.js';
import type { BuildContext } from './build.js';
import { declared, type EntityBase } from './entity.js';
import { valueOf } from './fact.js';
import type { ControllerFacts } from './facts.generated.js';
import { readFacts } from './facts.js';
import type { GuestInstance } from './guest.js';
import type { Host } from './host.js';
import type { VirtualDeviceInstance } from './virtual-device.js';

export interface Controller extends EntityBase<'controller'> {
  readonly host: Host;
  readonly facts: ControllerFacts;
  readonly controllerKind: string | undefined;
  /** Made because a virtual device needs one and the document names none: what the hypervisor would start by itself. */
  readonly isImplied: boolean;
}

export function buildController(prop: Property, host: Host, context: BuildContext): Controller {
  const base = declared('controller', prop, host);
  const controller = Object.assign(base, { host, isImplied: false }) as Controller;
  const facts = context.read('controller', base.node, controller);
  return Object.assign(controller, { facts, controllerKind: valueOf(facts.kind) });
}

/** QEMU has one main loop for a guest; other controllers that nobody declared belong to a single virtual device. */
export function impliedController(kind: string, instance: VirtualDeviceInstance): Controller {
  return kind === 'qemu-main-loop' ? mainLoop(instance.guest) : implied(kind, `${instance.path}#${kind}`, instance);
}

const mainLoops = new WeakMap<GuestInstance, Controller>();

function mainLoop(guest: GuestInstance): Controller {
  let loop = mainLoops.get(guest);
  if (loop === undefined) {
    loop = implied('qemu-main-loop', `${guest.path}#qemu-main-loop`, guest);
    const cpus = guest.decl.facts.emulatorCpus;
    loop = { ...loop, facts: Object.assign(Object.create(loop.facts) as ControllerFacts, { cpus }) };
    mainLoops.set(guest, loop);
  }
  return loop;
}

function implied(kind: string, path: string, owner: GuestInstance | VirtualDeviceInstance): Controller {
  const guest = 'guest' in owner ? owner.guest : owner;
  const place = 'guest' in owner ? owner.decl.at : owner.decl.at;
  return {
    kind: 'controller',
    id: `#${kind}`,
    path,
    at: place,
    node: undefined,
    parent: guest.decl,
    host: guest.decl.host,
    facts: readFacts('controller', undefined, []),
    controllerKind: kind,
    isImplied: true,
  };
}
