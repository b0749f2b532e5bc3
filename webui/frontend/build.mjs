// Makes the bundles: `node build.mjs [--out=folder] [--watch]`. Hashed names, manifest.json, .br and .gz beside each, THIRD-PARTY.txt.
import * as esbuild from 'esbuild';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { precompress } from './tools/compress.mjs';
import { inventory } from './tools/licences.mjs';
import {
  adoptStyles,
  idsOfAllLanguages,
  noStyleAttributes,
  onePreact,
  onlyOwnPictures,
  ownParts,
  stylesAsData,
} from './tools/plugins.mjs';

const COMMON = {
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  metafile: true,
  legalComments: 'none', // THIRD-PARTY.txt has them all
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  // Browsers that run this read woff2; the older formats only make the stylesheet larger.
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'file' },
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

// Each bundle stands for itself: form-js needs another preact than the diagram editor, so they share nothing.
const BUNDLES = [
  { entries: { builder: 'builder/index.jsx' }, plugins: [adoptStyles] },
  {
    entries: { designer: 'designer/index.jsx' },
    plugins: [adoptStyles, idsOfAllLanguages, noStyleAttributes, onePreact, onlyOwnPictures, ownParts, stylesAsData],
    alias: { preact: 'preact-diagram' },
    loader: { ...COMMON.loader, '.svg': 'empty' }, // only the icons' font as a picture, which no browser asks for
  },
  { entries: { diagram: 'viewer/index.js' }, plugins: [idsOfAllLanguages, onlyOwnPictures] },
];

// The font of the reports that the server makes as PDF: copied as it is, no browser is sent it.
const FONTS = { package: 'dejavu-fonts-ttf', files: ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'] };

const argument = name => process.argv.find(each => each.startsWith(`--${name}=`))?.slice(name.length + 3);
const out = resolve(argument('out') ?? '../static/dist');
const watch = process.argv.includes('--watch');

/** Write what belongs to a finished build: the manifest and, when it is for good, compressed files and licences. */
function finish(metafiles) {
  const manifest = {};
  for (const { outputs } of metafiles) {
    for (const [file, { entryPoint, cssBundle }] of Object.entries(outputs)) {
      if (!entryPoint || !file.endsWith('.js')) continue;
      const name = basename(file).replace(/-[A-Z0-9]{8}\.js$/, '');
      if (!NAMES.has(name)) continue;
      manifest[`${name}.js`] = basename(file);
      if (cssBundle) manifest[`${name}.css`] = basename(cssBundle);
    }
  }
  for (const name of FONTS.files) {
    copyFileSync(join('node_modules', FONTS.package, 'ttf', name), join(out, name));
    manifest[name] = name;
  }
  writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');
  if (watch) return;
  writeFileSync(join(out, 'THIRD-PARTY.txt'), inventory(metafiles, [FONTS.package]));
  precompress(out);
}

const NAMES = new Set(BUNDLES.flatMap(each => Object.keys(each.entries)));
const options = BUNDLES.map(({ entries, ...own }) => ({ ...COMMON, ...own, entryPoints: entries, outdir: out }));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
if (watch) {
  const manifest = { name: 'manifest', setup: build => build.onEnd(({ metafile }) => metafile && finish([metafile])) };
  for (const each of options) {
    await (await esbuild.context({ ...each, minify: false, plugins: [...each.plugins, manifest] })).watch();
  }
} else {
  finish((await Promise.all(options.map(each => esbuild.build(each)))).map(each => each.metafile));
}
