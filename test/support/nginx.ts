import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { freePort } from './redis.js';

const PROGRAMS = ['/usr/sbin', '/usr/bin', '/usr/local/sbin'].map((folder) => join(folder, 'nginx'));

/** Path of an nginx of this machine; undefined without one. */
export const nginxPath = PROGRAMS.find((path) => existsSync(path));

/**
 * An nginx before the given servers, each under its own path, which ends a connection that is silent for 60 seconds; `/`
 * is set up as docs/live.md says.
 */
export async function startNginx(servers: Readonly<Record<string, string>>) {
  if (nginxPath === undefined) throw new Error(`No nginx at ${PROGRAMS.join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'beanpod-nginx-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configurationOf(folder, port, servers));
  const child = spawn(nginxPath, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}: ${said}`);
    await pause(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close(): Promise<void> {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configurationOf(folder: string, port: number, servers: Readonly<Record<string, string>>): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n  ');
  const locations = Object.entries(servers).map(
    ([path, url]) => `location ${path} {
      proxy_pass ${url};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_read_timeout 60s;
      proxy_send_timeout 60s;
    }`,
  );
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 64; }
http {
  access_log off;
  ${temporary}
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:${port};
    ${locations.join('\n    ')}
  }
}
`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
