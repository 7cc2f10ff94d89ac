import { spawnSync } from 'node:child_process';

import { installPackages, root } from './set-up.mjs';
import { runScript } from './set-up/problem.mjs';

/** Scripts of package.json that judge without running anything. All of them run, so that one look shows everything. */
const checks = ['format:check', 'lint', 'typecheck', 'dead-code', 'docs:check'];

await runScript(() => {
  installPackages();
  const failed = checks.filter((check) => {
    process.stdout.write(`\n== ${check}\n`);
    const { status } = spawnSync('npm', ['run', '--silent', check], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return status !== 0;
  });
  process.stdout.write(failed.length === 0 ? '\nAll checks passed.\n' : `\nFailed: ${failed.join(', ')}\n`);
  return failed.length === 0 ? 0 : 1;
});
