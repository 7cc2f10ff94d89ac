#!/usr/bin/env node
import { EXIT } from './exit-code.js';
import { runProgram } from './program.js';
import { createScreen } from './screen.js';
import { Stop } from './stop.js';

const interrupt = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Whoever asks twice is not kept waiting for a tidy end.
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new Stop(EXIT.interrupted, 'Interrupted'));
  });
// The reader of a pipe may leave early, as head does; nobody is left to tell.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });

process.exitCode = await runProgram(
  {
    env: process.env,
    screen: createScreen(process.stdout, process.stderr, process.env),
    interrupted: interrupt.signal,
  },
  process.argv.slice(2),
);
