import type { SymbolName } from '../scene.js';

/** Line drawings in a square of 14 pixels. */
export const symbols: Readonly<Record<SymbolName, string>> = {
  host: 'M2 2h10v4H2zM2 8h10v4H2zM4.5 4h.01M4.5 10h.01',
  vm: 'M2 3h10v7H2zM5 12.5h4M7 10v2.5',
  container: 'M7 1.5l5 2.7v5.6l-5 2.7-5-2.7V4.2zM2 4.2l5 2.8 5-2.8M7 7v5.5',
  network: 'M2 4.5h10M9.5 2l2.5 2.5L9.5 7M12 9.5H2M4.5 7L2 9.5 4.5 12',
  storage: 'M2.5 4c0-1.2 2-2 4.5-2s4.5.8 4.5 2-2 2-4.5 2-4.5-.8-4.5-2zM2.5 4v6c0 1.2 2 2 4.5 2s4.5-.8 4.5-2V4',
  compute: 'M2 2h10v10H2zM5 5h4v4H5z',
  thread: 'M7 1.5a5.5 5.5 0 1 0 5.5 5.5M7 4v3l2.5 1.5M12.5 2v3h-3',
  switch: 'M2 2.5h10v9H2zM4 5.5h5.5M8 4l1.5 1.5L8 7M10 8.5H4.5M6 7L4.5 8.5 6 10',
  volume: 'M2 3.5h10v3H2zM2 8h10v3H2zM10 5h.01M10 9.5h.01',
  vf: 'M4 4h8v8H4zM2 9.5V2h7.5',
  function: 'M2.5 2.5h9v9h-9zM5.5 9.5V5h3M5.5 7.2h2.3',
  port: 'M2 3h10v8H2zM4.5 11V8.5h5V11M5.5 5.5v.01M7 5.5v.01M8.5 5.5v.01',
  chip: 'M4 4h6v6H4zM5.5 4V2M8.5 4V2M5.5 12v-2M8.5 12v-2M4 5.5H2M4 8.5H2M12 5.5h-2M12 8.5h-2',
  disk: 'M2 3h10v8H2zM4 9h2M9.5 9h.01',
  gpu: 'M1.5 4h11v6h-11zM3.5 10v2M6 10v2M7 7m-1.8 0a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0',
  pcie: 'M2 4.5h10v4H2zM4 8.5v2.5M6 8.5v2.5M8 8.5v2.5M10 8.5v2.5',
  cpu: 'M3 3h8v8H3zM5.5 5.5h3v3h-3zM5 3V1.5M9 3V1.5M5 12.5V11M9 12.5V11M3 5H1.5M3 9H1.5M12.5 5H11M12.5 9H11',
  cloud: 'M4 11a2.5 2.5 0 0 1-.2-5A3.5 3.5 0 0 1 10.5 5.5 2.8 2.8 0 0 1 10.3 11z',
  tenant: 'M7 7a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM2.5 12.5c.3-2.5 2.2-4 4.5-4s4.2 1.5 4.5 4',
  other: 'M7 7m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0',
};
