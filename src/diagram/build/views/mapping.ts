import { hostLanes } from '../host-lanes.js';
import type { View } from './view.js';

/** Everything of a design: every virtual device, and the hardware that serves it. */
export const mappingView: View = {
  name: 'mapping',
  title: 'Device mapping',
  build: (context) =>
    hostLanes(context, {
      virtualDevice: () => true,
      hasIdleGuests: true,
      hasIdleControllers: true,
      hasSwitches: true,
      hasVlans: false,
      hasVolumes: true,
      hasNetworks: true,
      device: () => true,
      isTree: true,
    }),
};
