import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const buildLimitMs = 120_000;

/** Builds the web page from its sources into `dist/web`, where the API finds it; a matter of a second or two. */
export async function buildPage(root: string): Promise<void> {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', 'web', '--logLevel', 'warn'], {
    cwd: root,
    timeout: buildLimitMs,
    // Of what a test runner sets, React would take its development build.
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
