import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Problem } from './problem.mjs';

/** The oldest Node.js that the locked packages run on. */
const oldestNode = [20, 19];

/** Refuses a Node.js that is too old, with the words for the person who runs it. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Problem(
    `Beanpod needs Node.js ${oldestNode.join('.')} or newer. This is ${version}. Install a newer one, for example with: nvm install 24`,
  );
}

/**
 * Installs the packages of the lockfile in `folder` when others are there, and says whether it did. `npm ci` refuses a
 * lockfile without the packages of other platforms, which npm leaves out where a registry lacks them; then `npm install`
 * does the same, and what it installed is compared with the lockfile.
 */
export function installPackages(folder) {
  const difference = firstDifference(folder);
  if (difference === undefined) return false;
  process.stdout.write(`Installing the locked packages (${difference})\n`);
  const strict = runNpm(['ci', '--no-audit', '--no-fund'], folder);
  if (strict.status === 0) return true;
  const lenient = runNpm(['install', '--no-save', '--no-audit', '--no-fund'], folder);
  const remaining = lenient.status === 0 ? firstDifference(folder) : undefined;
  if (lenient.status === 0 && remaining === undefined) return true;
  throw new Problem(
    [
      `npm could not install the locked packages: ${remaining ?? lenient.error?.message ?? `exit code ${lenient.status}`}.`,
      'npm ci said:',
      endOf(strict.stderr),
      'npm install said:',
      endOf(lenient.stderr),
      'Check that the npm registry can be reached, then run the command again.',
    ].join('\n'),
  );
}

/**
 * Why the installed packages are not those of the lockfile, or undefined when they are. Compares versions and not
 * dates, so that neither a fresh checkout nor a copied folder is installed twice.
 */
export function firstDifference(folder) {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'none are installed';
  const installed = packagesOf(installedFile);
  const locked = packagesOf(join(folder, 'package-lock.json'));
  for (const [path, wanted] of Object.entries(locked)) {
    if (!path.includes('node_modules/') || wanted.link) continue;
    const found = installed[path];
    // Optional packages of other platforms are locked and never installed.
    if (found === undefined && (wanted.optional || wanted.devOptional || wanted.peer)) continue;
    if (found?.version !== wanted.version) {
      return `${path.split('node_modules/').at(-1)} is ${found?.version ?? 'missing'}, locked is ${wanted.version}`;
    }
  }
  return undefined;
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function runNpm(args, folder) {
  const options = { cwd: folder, stdio: ['ignore', 'inherit', 'pipe'], encoding: 'utf8' };
  const script = process.env['npm_execpath'];
  if (script?.endsWith('.js')) return spawnSync(process.execPath, [script, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

function endOf(text) {
  const lines = (text ?? '')
    .split('\n')
    .filter((line) => /^npm error \S/.test(line) && !/Missing:|Usage|log of/.test(line));
  return lines.slice(0, 8).join('\n') || 'nothing';
}
