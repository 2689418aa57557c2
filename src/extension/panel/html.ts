import type { PanelStart } from '../../protocol/webview.js';

export interface Page {
  /** Where VS Code serves the files of the extension from, as a source of the content security policy. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  /** Only the script that carries it may run. The controls look for it in a `csp-nonce` property. */
  readonly nonce: string;
  readonly title: string;
  readonly start: PanelStart;
}

/** The page of a panel. It holds no content: the script draws it from what the host sends. */
export function html({ cspSource, script, style, nonce, title, start }: Page): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
  <meta property="csp-nonce" content="${escape(nonce)}">
  <link rel="stylesheet" href="${escape(style)}">
  <title>${escape(title)}</title>
</head>
<body data-start="${escape(JSON.stringify(start))}">
  <script nonce="${escape(nonce)}" type="module" src="${escape(script)}"></script>
</body>
</html>
`;
}

/** 128 random bits. */
export function createNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
