// The text of THIRD-PARTY.txt: every package that is in a bundle, with its version, licence and licence text.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const NAME = /node_modules\/((?:@[^/]+\/)?[^/]+)\//;
// form-js has these in its stylesheets, which come without a source map.
const IN_STYLES = { '@bpmn-io/form-js-viewer': ['@carbon/grid', '@carbon/layout', 'flatpickr'] };
const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

/** Return the text for what esbuild's metafiles say was bundled, and for packages of which files were copied. */
export function inventory(metafiles, copied = []) {
  const files = new Set(metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(bundled)));
  const folders = new Set([...files].map(file => file.match(PACKAGE)?.[1]).filter(Boolean));
  for (const file of files) for (const name of inlined(file)) folders.add(join('node_modules', name));
  for (const [name, more] of Object.entries(IN_STYLES)) {
    if (folders.has(join('node_modules', name))) for (const each of more) folders.add(join('node_modules', each));
  }
  for (const name of copied) folders.add(join('node_modules', name));
  const packages = [...folders].map(described).sort((a, b) => (a.title < b.title ? -1 : 1));
  const titles = new Set(packages.map(each => each.title));
  const rest = installed().filter(title => !titles.has(title));
  return [
    'What is in this folder contains the following packages.',
    '',
    ...packages.map(({ title, licence }) => `  ${title}: ${licence}`),
    '',
    'Installed for them and not part of them:',
    '',
    ...rest.map(title => `  ${title}`),
    ...packages.flatMap(({ title, licence, texts }) => ['', '-'.repeat(100), `${title} (${licence})`, '', ...texts]),
    '',
  ].join('\n');
}

/** Of one output, the inputs of which something is left. */
function bundled({ inputs }) {
  return Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file);
}

/** The packages that the author of a file had bundled into it already, by its source map. */
function inlined(file) {
  if (!existsSync(`${file}.map`)) return [];
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  return new Set(sources.map(source => source.match(NAME)?.[1]).filter(Boolean));
}

function described(folder) {
  if (!existsSync(folder)) throw new Error(`${folder} is part of a bundle and not installed: add it, for its licence.`);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter(each => LICENCE_FILE.test(each))
    .sort()
    .map(each => readFileSync(join(folder, each), 'utf8').replaceAll('\r\n', '\n').trim());
  if (!license) throw new Error(`${name} does not say its licence.`);
  return {
    title: `${name} ${version}`,
    licence: license.startsWith('SEE LICENSE') ? 'its own, see below' : license,
    texts: texts.length ? texts : ['The package carries no licence text.'],
  };
}

/** Names and versions of all packages that the lock has for more than the build itself. */
function installed() {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const titles = Object.entries(packages)
    .filter(([path, { dev }]) => path && !dev)
    .map(([path, { name, version }]) => `${name ?? `${path}/`.match(/.*node_modules\/(.+)\//)[1]} ${version}`);
  return [...new Set(titles)].sort();
}
