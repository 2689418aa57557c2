/** Colour roles with the variable of VS Code that decides them, and what they are without it, light and dark. */
const roles: readonly (readonly [role: string, variables: readonly string[], light: string, dark: string])[] = [
  ['bg', ['editor-background'], '#ffffff', '#0d1117'],
  ['fg', ['editor-foreground'], '#1f2328', '#e6edf3'],
  ['muted', ['descriptionForeground'], '#59636e', '#9198a1'],
  ['border', ['contrastBorder', 'editorWidget-border'], '#ccd4dc', '#3d444d'],
  ['line', ['contrastBorder', 'charts-lines'], '#8b949e', '#7d8590'],
  ['error', ['editorError-foreground'], '#c62f2b', '#ff7b72'],
  ['warning', ['editorWarning-foreground'], '#9a6700', '#d9a520'],
  ['good', ['charts-green'], '#1a7f37', '#4ac26b'],
  ['focus', ['focusBorder'], '#0969da', '#4493f8'],
  ['heat1', ['charts-green'], '#2da44e', '#3fb950'],
  ['heat2', ['charts-yellow'], '#bf8700', '#d9a520'],
  ['heat3', ['charts-orange'], '#d4650b', '#f0883e'],
  ['heat4', ['charts-red'], '#cf222e', '#ff7b72'],
  ['t0', ['charts-blue'], '#2f6fdb', '#6ea8fe'],
  ['t1', ['charts-orange'], '#c4620e', '#f0944d'],
  ['t2', ['charts-purple'], '#8250df', '#b48cf2'],
  ['t3', ['charts-green'], '#2b8a3e', '#56d364'],
  ['t4', [], '#0e8a8a', '#39c5c5'],
  ['t5', [], '#c2418b', '#f078b6'],
  ['t6', [], '#96693c', '#c99a6a'],
  ['t7', [], '#4b5bd6', '#8f9bff'],
];

/** Tenants beyond this share colours; their names tell them apart. */
export const PALETTE_SIZE = 8;

const TENANTS = Array.from({ length: PALETTE_SIZE }, (_, i) => `t${i}`);

function variables(pick: (light: string, dark: string) => string): string {
  return roles
    .map(
      ([role, names, light, dark]) =>
        `--iovt-${role}:${names.reduceRight((inner, name) => `var(--vscode-${name},${inner})`, pick(light, dark))}`,
    )
    .join(';');
}

const literals = new Map(roles.map(([role, , light]) => [role, light]));

/** A colour twice: for viewers that know no variables, and for those that do. */
function paint(property: 'fill' | 'stroke', role: string): string {
  return `${property}:${literals.get(role)};${property}:var(--iovt-${role})`;
}

/**
 * The style sheet of a diagram. A file that stands alone carries it; in a webview it belongs into a style element of the page,
 * where the theme of VS Code decides all colours. No rule depends on scripts or on anything outside.
 */
export const diagramCss = [
  `.iovt{${variables((light) => light)}}`,
  `@media (prefers-color-scheme:dark){.iovt{${variables((_, dark) => dark)}}}`,
  // The text of a label may be of any script; the label itself runs from left to right.
  '.iovt text{font-family:-apple-system,"Segoe UI","Helvetica Neue",Arial,"Liberation Sans",sans-serif;font-family:var(--vscode-font-family,-apple-system,"Segoe UI","Helvetica Neue",Arial,"Liberation Sans",sans-serif);font-size:12px;direction:ltr;unicode-bidi:isolate;white-space:pre}',
  `.iovt text{${paint('fill', 'fg')}}`,
  `.iovt .bg{${paint('fill', 'bg')}}`,
  `.iovt .s{font-size:11px;${paint('fill', 'muted')}}`,
  '.iovt .b{font-weight:600}.iovt .big{font-size:14px}',
  '.iovt .title{font-size:17px;font-weight:600}',
  `.iovt .h{font-size:10px;font-weight:600;letter-spacing:.06em;${paint('fill', 'muted')}}`,
  '.iovt .r{text-anchor:end}',
  `.iovt .box{${paint('stroke', 'border')};${paint('fill', 'bg')}}`,
  `.iovt .tint{${paint('stroke', 'border')};${paint('fill', 'fg')};fill-opacity:.035}`,
  `.iovt .open{${paint('stroke', 'border')};fill:none}`,
  `.iovt .fill{stroke:none;stroke:var(--vscode-contrastBorder,none);stroke-width:.75;${paint('fill', 'fg')};fill-opacity:.055}`,
  '.iovt .unused>.box,.iovt .unused>.fill,.iovt .unused>.tint{stroke-dasharray:4 3}',
  `.iovt .unused>.fill{fill-opacity:0;stroke-width:1;${paint('stroke', 'border')}}`,
  `.iovt .unused>text{${paint('fill', 'muted')}}`,
  `.iovt .i{fill:none;stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round;${paint('stroke', 'muted')}}`,
  `.iovt .e{fill:none;stroke-linejoin:round}.iovt .e:not(.own){${paint('stroke', 'line')}}`,
  `.iovt .k-network{stroke-dasharray:none}.iovt .k-interconnect{stroke-dasharray:2 3}`,
  `.iovt .dot:not(.own){${paint('fill', 'line')}}`,
  '.iovt .short{stroke-dasharray:7 4}',
  `.iovt .el{font-size:10px;stroke-width:3px;paint-order:stroke;stroke-linejoin:round;${paint('fill', 'muted')};${paint('stroke', 'bg')}}`,
  `.iovt .err{${paint('fill', 'error')}}.iovt .warn{${paint('fill', 'warning')}}`,
  `.iovt text.err,.iovt text.warn,.iovt text.ok{font-size:11px;font-weight:600}.iovt text.ok{${paint('fill', 'good')}}.iovt .plain{${paint('fill', 'muted')}}`,
  `.iovt .glyph{fill:none;stroke-width:1.6;stroke-linecap:round;${paint('stroke', 'bg')}}`,
  `.iovt .chip{fill:none;${paint('stroke', 'border')}}.iovt .chip.bad{${paint('stroke', 'error')}}.iovt .chip.good{${paint('stroke', 'good')}}.iovt .chip.unknown{${paint('stroke', 'warning')};stroke-dasharray:2 2}`,
  '.iovt .ct{font-size:10px;text-anchor:middle}',
  `.iovt .count{${paint('fill', 'fg')};fill-opacity:.09}`,
  `.iovt .track{${paint('fill', 'fg')};fill-opacity:.12}`,
  ...[1, 2, 3, 4].map((level) => `.iovt .heat${level}{${paint('fill', `heat${level}`)}}`),
  `.iovt .hatch{fill:none;stroke-width:1.5;${paint('stroke', 'bg')}}`,
  `.iovt .group{fill:none;stroke-width:1.4;stroke-dasharray:6 4;${paint('stroke', 'fg')};stroke-opacity:.65}.iovt .grouptag{${paint('fill', 'bg')}}.iovt .alone{${paint('stroke', 'border')}}`,
  `.iovt .group.shared{stroke-opacity:1;stroke-width:2;${paint('stroke', 'error')}}`,
  ...TENANTS.map((t) => `.iovt .e.${t}{${paint('stroke', t)}}.iovt .dot.${t},.iovt .stripe.${t}{${paint('fill', t)}}`),
  // What a page with a script may switch on: selection, and what does not belong to it.
  `.iovt [tabindex]:focus{outline:none}.iovt [tabindex]:focus-visible>.m,.iovt .selected>.m{stroke-width:2;${paint('stroke', 'focus')}}`,
  '.iovt .dim{opacity:.22}.iovt .hot{stroke-width:3}',
  // Systems with colours of their own decide them all.
  '@media (forced-colors:active){.iovt{--iovt-bg:Canvas;--iovt-fg:CanvasText;--iovt-muted:CanvasText;--iovt-border:CanvasText;--iovt-line:CanvasText;--iovt-focus:Highlight}}',
  '@media (prefers-contrast:more){.iovt{--iovt-muted:var(--iovt-fg);--iovt-border:var(--vscode-contrastBorder,var(--iovt-fg))}}',
].join('\n');
