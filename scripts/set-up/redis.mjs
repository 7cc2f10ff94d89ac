import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { createLeash } from './leash.mjs';
import { Problem } from './problem.mjs';

const servers = ['redis-server', 'valkey-server'];

/** A Redis that has not answered after this many milliseconds will not. */
const startLimitMs = 20_000;

/**
 * A Redis for this run: that of REDIS_URL, else a private one of a server on the PATH, else one that the system's
 * package manager installs when it may. `close` stops and removes what was started here and nothing else.
 * A `Problem` says what to do when there is no way to one.
 */
export async function findRedis(folder, env = process.env) {
  const url = env['REDIS_URL'];
  if (url) {
    await checkReachable(url);
    return { url, origin: 'REDIS_URL', close: async () => undefined };
  }
  const server = onPath(servers, env) ?? installServer(env);
  return startServer(server, folder);
}

/** The first of the programs that is on the PATH, with its folder; undefined when none is. */
export function onPath(programs, env = process.env) {
  for (const program of programs) {
    for (const folder of (env['PATH'] ?? '').split(delimiter)) {
      const file = join(folder, program);
      if (folder !== '' && isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** A port of 127.0.0.1 that is free now: the preferred one, else any. */
export async function freePort(preferred = 0) {
  const port = await tryPort(preferred);
  return port ?? (await tryPort(0));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: given } = server.address();
      server.close(() => resolve(given));
    });
  });
}

async function checkReachable(url) {
  if (url.startsWith('/')) return;
  const { hostname, port } = parseUrl(url);
  if (hostname === '') return;
  if (await answers(hostname, Number(port || 6379))) return;
  throw new Problem(
    `REDIS_URL names a Redis at ${hostname}:${port || 6379}, and nothing accepts connections there. Start it, or unset REDIS_URL to let this command start one of its own.`,
  );
}

function parseUrl(url) {
  try {
    return new URL(url);
  } catch {
    throw new Problem(
      'REDIS_URL is not a URL. Write it as redis://host:6379, or unset it to let this command start a Redis of its own.',
    );
  }
}

function answers(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port, timeout: 3_000 });
    const end = (isThere) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

function installServer(env) {
  const isRoot = process.getuid?.() === 0;
  const aptGet = onPath(['apt-get'], env);
  if (!isRoot || aptGet === undefined) throw noServer('There is none on the PATH and REDIS_URL is not set.');
  process.stdout.write('Installing redis-server with apt-get, since there is no Redis on this machine\n');
  // Runlevel 1 keeps the package from starting its own server on port 6379.
  const quiet = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  };
  spawnSync(aptGet, ['-q', 'update'], quiet);
  const result = spawnSync(
    aptGet,
    ['-q', 'install', '--yes', '--no-install-recommends', 'redis-server'],
    quiet,
  );
  const server = onPath(servers, env);
  if (result.status === 0 && server !== undefined) return server;
  throw noServer(`apt-get could not install it: ${lastLine(result.stderr) || `exit code ${result.status}`}`);
}

function noServer(seen) {
  return new Problem(
    [
      'Beanpod needs a Redis.',
      seen,
      'Do one of these, then run the command again:',
      '  Debian, Ubuntu   sudo apt-get install redis-server',
      '  Fedora           sudo dnf install valkey',
      '  macOS            brew install redis',
      '  Docker           docker run -d -p 127.0.0.1:6379:6379 redis:8 redis-server --appendonly yes --maxmemory-policy noeviction',
      '                   and set REDIS_URL=redis://127.0.0.1:6379',
    ].join('\n'),
  );
}

async function startServer(program, folder) {
  const state = join(folder, '.beanpod');
  mkdirSync(state, { recursive: true });
  removeOrphans(state);
  const dir = mkdtempSync(join(state, `redis-${process.pid}-`));
  const port = await freePort();
  const child = spawn(program, [...settings(port), '--dir', dir], { stdio: ['ignore', 'pipe', 'pipe'] });
  const leash = createLeash();
  if (child.pid !== undefined) leash.hold(child.pid);
  const said = [];
  child.on('error', (error) => said.push(error.message));
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const close = async () => {
    await stop(child);
    leash.close();
    rmSync(dir, { recursive: true, force: true });
  };
  for (let waited = 0; waited < startLimitMs && child.exitCode === null; waited += 50) {
    if (await answers('127.0.0.1', port)) {
      said.length = 0;
      child.stdout.removeAllListeners('data').resume();
      return { url: `redis://127.0.0.1:${port}`, origin: program, close };
    }
    await pause(50);
  }
  await close();
  throw new Problem(`${program} did not start. It said: ${lastLine(said.join('')) || 'nothing'}`);
}

// A run that was killed could not remove its folder; the folder's name says whose it was.
function removeOrphans(state) {
  for (const name of readdirSync(state)) {
    const owner = /^redis-(\d+)-/.exec(name)?.[1];
    if (owner && !isAlive(Number(owner))) rmSync(join(state, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function settings(port) {
  return ['--port', String(port), '--bind', '127.0.0.1']
    .concat(['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''])
    .concat(['--maxmemory-policy', 'noeviction', '--daemonize', 'no']);
}

async function stop(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(patience);
}

function lastLine(text) {
  return String(text ?? '')
    .trim()
    .split('\n')
    .at(-1);
}
