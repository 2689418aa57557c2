import type { CommandSpec } from '../command.js';
import { calibrateCommand } from './calibrate.js';
import { checkCommand } from './check.js';
import { explainCommand } from './explain.js';
import { fmtCommand } from './fmt.js';
import { importCommand } from './import.js';
import { isolateCommand } from './isolate.js';
import { lspCommand } from './lsp.js';
import { renderCommand } from './render.js';
import { simulateCommand } from './simulate.js';
import { mergeCommand, sweepCommand } from './sweep.js';

/** Every command, in the order of the help. */
export const commands: readonly CommandSpec[] = [
  checkCommand,
  simulateCommand,
  sweepCommand,
  mergeCommand,
  isolateCommand,
  calibrateCommand,
  renderCommand,
  explainCommand,
  importCommand,
  fmtCommand,
  lspCommand,
];
