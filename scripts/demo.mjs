import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { findRedis, installPackages, root } from './set-up.mjs';
import { runScript } from './set-up/problem.mjs';

await runScript(async () => {
  installPackages();
  const redis = await findRedis();
  try {
    return await runDemo({ ...process.env, REDIS_URL: redis.url });
  } finally {
    await redis.close();
  }
});

/** The demo itself is TypeScript, so it can only run once the packages are there. Answers with its exit code. */
function runDemo(env) {
  const main = join(root, 'scripts', 'demo', 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...process.argv.slice(2)], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  // A terminal sends Ctrl-C to the whole group; this process only has to outlive the demo.
  process.on('SIGINT', () => undefined);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
