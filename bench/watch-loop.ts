import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Loaded before a measured process: on SIGUSR2 it says how late its event loop was since the last time, in milliseconds. */
const RESOLUTION_MS = 10;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
process.on('SIGUSR2', () => {
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const said = { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), most: late(delay.max) };
  process.stdout.write(`${JSON.stringify({ message: 'event loop', ...said })}\n`);
  delay.reset();
});
