/** One spelling for each URI: editors and URL parsers escape different characters of the same path. */
export function canonical(uri: string): string {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*:)(\/\/[^/]*)?(.*)$/.exec(uri);
  if (match === null) return uri;
  const [, scheme = '', authority = '', path = ''] = match;
  const segments = path.split('/').map((segment, i) => encodeURIComponent(driveLower(decoded(segment), i)));
  return `${scheme.toLowerCase()}${authority}${segments.join('/')}`;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `C:` and `c:` are one drive. */
function driveLower(segment: string, index: number): string {
  return index === 1 && /^[A-Za-z]:$/.test(segment) ? segment.toLowerCase() : segment;
}

/**
 * The URI of a relative path as seen from a file, if it stays below one of the roots; a file outside all of them may include
 * what lies in its own folder and below.
 */
export function resolveInside(relativePath: string, fromUri: string, roots: readonly string[]): string | undefined {
  const from = canonical(fromUri);
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(relativePath) || relativePath.startsWith('/') || relativePath.includes('\\')) return undefined;
  const match = /^([a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?)(\/.*)$/.exec(from);
  if (match === null) return undefined; // a text that is nowhere yet has no neighbours
  const [, origin = '', path = ''] = match;
  const segments = path.split('/').slice(1, -1);
  for (const step of relativePath.split('/')) {
    if (step === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (step !== '.' && step !== '') segments.push(encodeURIComponent(step));
  }
  const target = `${origin}/${segments.join('/')}`;
  const folder = from.slice(0, from.lastIndexOf('/'));
  const root = roots.map((each) => canonical(each).replace(/\/$/, '')).find((each) => from.startsWith(`${each}/`)) ?? folder;
  return target.startsWith(`${root}/`) ? target : undefined;
}
