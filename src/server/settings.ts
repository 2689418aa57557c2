import { severities } from '../core/diagnostics/diagnostic.js';
import { allHints } from '../language/inlay-hints.js';
import type { ServerSettings } from '../protocol/server.js';

export const defaultSettings: ServerSettings = { rules: {}, inlayHints: allHints, codeLens: { enabled: true } };

/** Settings as an editor hands them over: anything can be in them, and what is not understood counts as not said. */
export function settingsOf(value: unknown): ServerSettings {
  const section = record(value);
  const hints = record(section['inlayHints']);
  const flag = (from: Readonly<Record<string, unknown>>, key: string, preset: boolean) =>
    typeof from[key] === 'boolean' ? from[key] : preset;
  const all = flag(hints, 'enabled', true);
  return {
    rules: Object.fromEntries(
      Object.entries(record(section['rules'])).filter(([, severity]) => isSeverity(severity)),
    ) as ServerSettings['rules'],
    inlayHints: {
      assignments: all && flag(hints, 'assignments', allHints.assignments),
      copies: all && flag(hints, 'copies', allHints.copies),
      estimates: all && flag(hints, 'estimates', allHints.estimates),
    },
    codeLens: { enabled: flag(record(section['codeLens']), 'enabled', true) },
  };
}

function isSeverity(value: unknown): boolean {
  return value === 'off' || (severities as readonly unknown[]).includes(value);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
