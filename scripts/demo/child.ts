import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Leash } from '../set-up/leash.mjs';

interface ChildSettings {
  readonly name: string;
  /** Arguments of `node`. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Everything that the child prints goes there. */
  readonly logFile: string;
  readonly leash: Leash;
}

/** A process of the demo. It ends with the demo, whatever ends that. */
export interface Child {
  readonly name: string;
  /** The first line of its standard output that is JSON and satisfies `is`; rejects when it ends before. */
  line<T>(is: (value: unknown) => value is T): Promise<T>;
  /** Rejects, with the end of its log, when the child ends without having been asked to. */
  readonly failed: Promise<never>;
  /** Asks it to end, insists after ten seconds, resolves when it is gone. */
  close(): Promise<void>;
}

/** Starts a Node process with its output in a file. */
export function startChild({ name, args, env, logFile, leash }: ChildSettings): Child {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) leash.hold(child.pid);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  let closing = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === null ? `signal ${signal}` : `exit code ${code}`));
  });
  const failed = ended.then((how) => {
    if (closing) return new Promise<never>(() => undefined);
    throw new Error(`The ${name} ended early (${how}). Its last lines, from ${logFile}:\n${tailOf(logFile)}`);
  });
  // Whoever waits for the child races with it; without anybody waiting it must not end the demo.
  failed.catch(() => undefined);

  return {
    name,
    failed,
    line: <T>(is: (value: unknown) => value is T) => Promise.race([firstLine(child.stdout, is), failed]),
    async close() {
      closing = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(patience);
    },
  };
}

function firstLine<T>(stream: NodeJS.ReadableStream, is: (value: unknown) => value is T): Promise<T> {
  return new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const value = parsed(line);
        if (is(value)) resolve(value);
      }
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function tailOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-8).join('\n');
  } catch (error) {
    return String(error);
  }
}
