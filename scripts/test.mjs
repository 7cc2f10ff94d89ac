import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findRedis, installPackages, root } from './set-up.mjs';
import { runScript } from './set-up/problem.mjs';
import { onPath } from './set-up/redis.mjs';
import { addUp, afterAnother, closingLine, exitCodeOf } from './test/tally.mjs';

/** Where each project's counts and the closing line are left. */
const results = join(root, '.beanpod', 'test');

const projects = ['unit', 'architecture', 'integration', 'conformance', 'chaos', 'e2e'];

/**
 * Tests with real processes and real time share two cores with whatever else runs there. On CI a file of them with a
 * failure is run again, as a whole and in a process of its own: what a failed test leaves behind fails its repetition
 * too. The summary names every test that needed it.
 */
const runAgain = ['integration', 'conformance', 'chaos', 'e2e'];
const furtherRuns = process.env['CI'] ? 2 : 0;

const checks = [
  { title: 'types', script: 'typescript/bin/tsc', args: [] },
  { title: 'types of the page', script: 'typescript/bin/tsc', args: ['-p', 'web'] },
  { title: 'lint', script: 'oxlint/bin/oxlint', args: ['--type-aware', '--deny-warnings'] },
];

/** Programs that tests may drive, and what is left out without them. Only those count that some test names. */
const programs = [
  { names: ['kubectl'], leftOut: 'kubectl against the Kubernetes simulator, and kustomize builds of k8s/' },
  { names: ['aws'], leftOut: 'the AWS command line against the Elastic Beanstalk simulator' },
  { names: ['chromium', 'chromium-browser', 'google-chrome'], leftOut: 'the web page in a real browser' },
  { names: ['nginx'], leftOut: 'a shell that stays open behind a proxy with a limit of 60 seconds' },
];

await runScript(async () => {
  installPackages();
  const redis = await findRedis();
  process.stdout.write(`Redis: ${redis.origin}\n`);
  try {
    return runAll({ ...process.env, REDIS_URL: redis.url }, process.argv.slice(2));
  } finally {
    await redis.close();
  }
});

/** With arguments: those, to one vitest. Without: the static checks and every project. */
function runAll(env, args) {
  if (args.length > 0) return vitest(args, env);
  const tallies = [...checks.map(check), ...projects.flatMap((project) => runProject(project, env))];
  const total = addUp(tallies);
  report(total);
  return exitCodeOf(total);
}

function check({ title, script, args }) {
  heading(title);
  const status = node(script, args, process.env);
  process.stdout.write(status === 0 ? 'ok\n' : `${title}: failed, see above\n`);
  return tallyOf(status === 0 ? [] : [{ test: title, why: 'see above' }]);
}

function runProject(project, env) {
  heading(project);
  let tallies = runFiles(project, [], env);
  for (let further = 0; runAgain.includes(project) && further < furtherRuns; further += 1) {
    const files = tallies.filter(({ failures }) => failures.length > 0).flatMap(({ file }) => file ?? []);
    if (files.length === 0) break;
    heading(`${project}, again what failed`);
    tallies = afterAnother(tallies, runFiles(project, files, env));
  }
  return tallies;
}

/** Runs these files of a project, or all of them; answers one tally for each file, and one for what belongs to none. */
function runFiles(project, files, env) {
  mkdirSync(results, { recursive: true });
  const file = join(results, `${project}.json`);
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=./scripts/test/tally-reporter.mjs'];
  const args = ['run', '--project', project, '--passWithNoTests', ...reporters, ...files];
  const status = node('vitest/vitest.mjs', args, { ...env, BEANPOD_TALLY: file });
  const tallies = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  if (status === 0 || tallies.some(({ failures }) => failures.length > 0)) return tallies;
  return [...tallies, tallyOf([{ test: project, why: `vitest ended with ${status}, see above` }])];
}

function tallyOf(failures) {
  return { passed: 0, failures, skipped: [], again: [] };
}

function vitest(args, env) {
  return node('vitest/vitest.mjs', ['run', ...args], env);
}

function node(script, args, env) {
  const file = join(root, 'node_modules', script);
  const result = spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return result.status ?? 1;
}

function report(total) {
  heading('left out');
  const tests = readTests();
  const missing = programs.filter(
    ({ names }) => onPath(names) === undefined && tests.includes(`'${names[0]}'`),
  );
  for (const { names, leftOut } of missing) process.stdout.write(`no ${names[0]} on the PATH: ${leftOut}\n`);
  for (const { test, why } of total.skipped) process.stdout.write(`skipped: ${test} (${why})\n`);
  if (missing.length + total.skipped.length === 0) process.stdout.write('nothing\n');
  for (const test of total.again) process.stdout.write(`passed only when tried again: ${test}\n`);
  if (total.failures.length > 0) heading('failed');
  for (const { test, why } of total.failures) process.stdout.write(`${test}\n    ${why}\n`);
  const line = closingLine(total);
  writeFileSync(join(results, 'summary.txt'), `${line}\n`);
  process.stdout.write(`\n${line}\n`);
}

function readTests() {
  const paths = readdirSync(join(root, 'test'), { recursive: true }).filter((path) => path.endsWith('.ts'));
  return paths.map((path) => readFileSync(join(root, 'test', path), 'utf8')).join('\n');
}

function heading(title) {
  process.stdout.write(`\n== ${title}\n`);
}
