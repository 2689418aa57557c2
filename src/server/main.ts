import { startNodeServer } from './node.js';

/** dist/server.js, which the extension starts: its client carries out every command. */
startNodeServer(['iovt.simulate', 'iovt.openDiagram', 'iovt.showIsolation', 'iovt.explain']);
