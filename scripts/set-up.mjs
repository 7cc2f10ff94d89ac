import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { checkNode, installPackages as installIn } from './set-up/packages.mjs';
import { runScript } from './set-up/problem.mjs';
import { findRedis as findIn } from './set-up/redis.mjs';

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Makes `node_modules` what the lockfile says. Uses Node built-ins alone, so it works before anything is installed. */
export function installPackages() {
  checkNode();
  return installIn(root);
}

/** A Redis for this run; see `set-up/redis.mjs` for where it comes from. The caller closes it. */
export function findRedis() {
  return findIn(root);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    const hasInstalled = installPackages();
    const redis = await findRedis();
    await redis.close();
    process.stdout.write(
      `Packages: ${hasInstalled ? 'installed' : 'as locked'}\nRedis: ${redis.origin}\nReady: npm test, npm run demo\n`,
    );
  });
}
