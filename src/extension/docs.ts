import { type Disposable, Uri, workspace } from 'vscode';
import type { DesignServer } from './design-server.js';

export const DOCS_SCHEME = 'iovt-docs';

/** Address of the page about a rule, technique, profile or property. */
export function docsUri(name: string): Uri {
  return Uri.from({ scheme: DOCS_SCHEME, path: `/${name}.md` });
}

/** Pages lie in folders, such as `/rules/iommu-group-split.md`; their names are enough to find them. */
function topicOf({ path }: Uri): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.md$/, '');
}

/** Pages of help as read-only Markdown. The manifest has VS Code open them in its preview. */
export function registerDocs(server: DesignServer): Disposable {
  return workspace.registerTextDocumentContentProvider(DOCS_SCHEME, {
    async provideTextDocumentContent(uri) {
      const name = topicOf(uri);
      return (await server.request('iovt/explain', { name })) ?? `Nothing is known about \`${name.replace(/`/g, '')}\`.\n`;
    },
  });
}
