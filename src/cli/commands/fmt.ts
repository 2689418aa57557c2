import { applyEdits, formatEdits } from '../../core/text/edits.js';
import { parse } from '../../core/text/parse.js';
import type { CommandSpec } from '../command.js';
import { decode } from '../decode.js';
import { UserError } from '../io.js';

export const fmtCommand: CommandSpec = {
  name: 'fmt',
  summary: 'Indent and space files; comments stay',
  arguments: [{ syntax: '<files...>', description: 'files to format, or - for standard input' }],
  options: [{ flags: '--check', description: 'change nothing; exit with 1 if a file is not formatted' }],
  async action([files], { check }, io) {
    let unformatted = 0;
    for (const path of files as string[]) {
      const bytes = await io.readBytes(path);
      const { text, hasBom, problem } = decode(bytes);
      if (problem !== undefined) throw new UserError(`${path}: ${problem}`, 'Save the file as UTF-8.');
      const file = { uri: path, text };
      if (parse(file).diagnostics.length > 0)
        throw new UserError(`${path}: not formatted, because it is not whole JSON.`, `iovt check ${path} says where.`);
      const formatted = applyEdits(text, formatEdits(file, undefined, { insertFinalNewline: true }));
      if (formatted !== text) {
        unformatted++;
        if (check === true) io.message(`${path} is not formatted`);
      }
      if (check === true) continue;
      if (path === '-') await io.write(undefined, formatted);
      else if (formatted !== text) await io.write(path, (hasBom ? '\uFEFF' : '') + formatted);
    }
    return check === true && unformatted > 0 ? 1 : 0;
  },
};
