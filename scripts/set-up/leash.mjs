import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const file = fileURLToPath(import.meta.url);

/**
 * Ends processes when this one is gone, however it went: a second process waits for the end of a pipe that only this
 * one holds, so even SIGKILL leaves nothing behind. `hold` adds a process.
 */
export function createLeash() {
  const keeper = spawn(process.execPath, [file], { stdio: ['pipe', 'ignore', 'inherit'] });
  keeper.stdin.on('error', () => undefined);
  keeper.unref();
  keeper.stdin.unref();
  return {
    hold(pid) {
      keeper.stdin.write(`${pid}\n`);
    },
    close() {
      keeper.stdin.end();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) keep();

function keep() {
  const held = new Set();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => held.add(Number(line)));
  lines.on('close', () => {
    if (send('SIGTERM', held) > 0) setTimeout(() => send('SIGKILL', held), 8_000);
  });
}

function send(signal, pids) {
  let reached = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
      reached += 1;
    } catch {
      pids.delete(pid);
    }
  }
  return reached;
}
