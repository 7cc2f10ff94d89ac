import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './set-up.mjs';
import { missingFromLockfile } from './set-up/lockfile.mjs';

/**
 * Adds what npm leaves out of package-lock.json when the registry of the machine lacks the packages of other platforms:
 * without them `npm ci` refuses the file everywhere. They are added without a checksum, which only a registry that has
 * them can tell; `npm install` on such a machine adds it.
 */
const file = join(root, 'package-lock.json');
const lockfile = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingFromLockfile(lockfile.packages);
const packages = Object.entries({ ...lockfile.packages, ...missing });
const sorted = packages.sort(([one], [other]) => one.localeCompare(other, 'en'));
writeFileSync(file, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
process.stdout.write(`package-lock.json: ${Object.keys(missing).length} packages of other platforms added\n`);
