/**
 * Who may import whom (see docs/ARCHITECTURE.md). Each folder names what stands beside it; nothing points back.
 * A wall is a rule here and nowhere else, and `npm run lint` fails when one is crossed.
 */
const walls = {
  'src/protocol': [],
  'src/sim/engine': [],
  'src/sim/fluid': ['src/sim/engine'],
  'src/core': ['schemas'],
  'src/catalog': ['src/core'],
  'src/techniques': ['src/core', 'src/catalog'],
  'src/rules': ['src/core', 'src/catalog', 'src/techniques', 'src/isolation'],
  'src/isolation': ['src/core', 'src/catalog', 'src/techniques'],
  'src/sim/stations': ['src/sim/engine'],
  'src/sim': ['src/core', 'src/catalog', 'src/techniques'],
  'src/interop': ['src/core', 'src/catalog', 'src/techniques'],
  'src/diagram': ['src/core', 'src/catalog', 'src/techniques', 'src/isolation', 'src/sim/result.ts'],
  'src/language': [
    'src/core',
    'src/catalog',
    'src/techniques',
    'src/rules',
    'src/isolation',
    'src/sim',
    'src/interop',
    'src/diagram',
    'src/protocol',
    'schemas',
  ],
  'src/cli': ['src', 'schemas', 'package.json'],
  'src/server': [
    'src/core',
    'src/catalog',
    'src/techniques',
    'src/rules',
    'src/isolation',
    'src/sim',
    'src/interop',
    'src/diagram',
    'src/protocol',
    'src/language',
    'schemas',
  ],
  'src/extension': ['src/protocol', 'src/sim/result.ts'],
  webview: [
    'src/protocol',
    'src/sim/result.ts',
    'src/isolation/result.ts',
    'src/core/units/format.ts',
    'src/diagram/svg',
    'src/diagram/scene.ts',
  ],
  // A page for who works on the panel; it is not packed.
  'webview/dev': ['webview', 'src/protocol', 'src/core', 'src/language', 'src/diagram', 'src/sim', 'src/isolation'],
};

/** Packages from the registry, and modules of Node, that a folder may use. */
const packages = {
  'src/core': ['jsonc-parser'],
  'src/interop': ['saxes', 'yaml'],
  'src/language': ['vscode-json-languageservice', 'vscode-languageserver-types', 'vscode-languageserver-textdocument'],
  'src/server': ['vscode-languageserver', 'vscode-languageserver-textdocument', 'vscode-languageserver-types', 'node:'],
  'src/extension': ['vscode', 'vscode-languageclient', 'node:'],
  'src/cli': ['commander', 'node:'],
  webview: ['@vscode/webview-ui-toolkit'],
};

const quoted = (text) => text.replace(/[.]/g, '\\.');
/** A folder inside another one that has walls of its own is not part of the outer one. */
const nested = (folder) => Object.keys(walls).filter((other) => other !== folder && other.startsWith(`${folder}/`));

const forbidden = Object.entries(walls).flatMap(([folder, allowed]) => {
  const from = { path: `^${folder}/`, ...(nested(folder).length > 0 ? { pathNot: nested(folder).map((n) => `^${n}/`) } : {}) };
  const used = packages[folder] ?? [];
  return [
    {
      name: `${folder}-imports`,
      comment: `${folder} may import ${[folder, ...allowed].join(', ')} only.`,
      severity: 'error',
      from,
      to: { path: '^(src|webview|schemas|test|scripts)/', pathNot: [folder, ...allowed].map((path) => `^${quoted(path)}(/|$)`) },
    },
    {
      name: `${folder}-packages`,
      comment: `${folder} may use ${used.join(', ') || 'no packages'}.`,
      severity: 'error',
      from,
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown', 'core', 'unknown', 'undetermined'],
        pathNot: used.map((name) => (name === 'node:' ? '^(node:)?[a-z_/]+$' : `^(node_modules/)?${quoted(name)}(/|$)`)),
      },
    },
  ];
});

module.exports = {
  forbidden: [
    {
      name: 'toolkit-behind-one-module',
      comment: '@vscode/webview-ui-toolkit is archived upstream: only webview/ui.ts knows it.',
      severity: 'error',
      from: { pathNot: '^webview/ui\\.ts$' },
      to: { path: 'webview-ui-toolkit' },
    },
    ...forbidden,
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    preserveSymlinks: true, // node_modules may be a link
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'generated/' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
