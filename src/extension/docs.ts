import { Disposable, Uri, workspace } from 'vscode';
import type { DesignServer } from './design-server.js';

/** What diagnostics, definitions and links lead to: pages of help, and the device profiles that come with the program. */
const SCHEMES = ['iovt-docs', 'iovt-catalog'];

/** Address of the page that explains everything that goes by a name. */
export function explanationUri(name: string): Uri {
  return Uri.from({ scheme: 'iovt-docs', path: `/explain/${name}.md` });
}

/** Texts that only the server has, read-only. The manifest has VS Code open pages of help in its Markdown preview. */
export function registerContent(server: DesignServer): Disposable {
  const provider = { provideTextDocumentContent: (uri: Uri) => content(server, uri) };
  return Disposable.from(...SCHEMES.map((scheme) => workspace.registerTextDocumentContentProvider(scheme, provider)));
}

async function content(server: DesignServer, uri: Uri): Promise<string> {
  const name = /^\/explain\/(.+)\.md$/.exec(uri.path)?.[1];
  const text =
    name === undefined ? await server.request('iovt/content', { uri: uri.toString() }) : await server.request('iovt/explain', { name });
  return text ?? `There is no page about \`${(name ?? uri.path).replace(/`/g, '')}\`.\n`;
}
