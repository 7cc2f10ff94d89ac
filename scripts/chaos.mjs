// Runs the chaos suite with whatever options follow; see test/chaos/main.ts.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const args = ['--import', 'tsx', path.join(root, 'test/chaos/main.ts'), ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
child.once('exit', (code) => process.exit(code ?? 1));
