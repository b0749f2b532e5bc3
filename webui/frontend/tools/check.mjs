// `node tools/check.mjs templates.json file.bpmn …` prints, as JSON, what Camunda's own tools say of the element templates
// and of each file.
import * as esbuild from 'esbuild';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [templates, ...files] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'check-'));
try {
  const outfile = join(folder, 'camunda.mjs');
  const entry = fileURLToPath(new URL('camunda.js', import.meta.url));
  await esbuild.build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  const { lookAtTemplates, lookAtFile } = await import(pathToFileURL(outfile));
  const found = { templates: lookAtTemplates(JSON.parse(await readFile(templates, 'utf8'))), files: {} };
  for (const file of files) found.files[file] = await lookAtFile(await readFile(file, 'utf8'));
  process.stdout.write(JSON.stringify(found));
} finally {
  await rm(folder, { recursive: true, force: true });
}
