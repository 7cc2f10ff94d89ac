import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { readConfigurationFiles } from '../../src/api/configuration-files/read-files.js';
import { CATALOG } from '../../src/providers/catalog.js';
import { SETTINGS } from '../../src/shared/config/settings.js';
import { readDockerfile } from './dockerfile.js';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly deploy?: { readonly replicas: number };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const compose = parse(text('docker-compose.yml'), { merge: true, uniqueKeys: true }) as Compose;
const services = Object.entries(compose.services);
const own = services.filter(([, { build }]) => build?.target === 'beanpod');

describe('docker compose', () => {
  test('starts Redis, the API, two workers and a gateway; the rest belongs to the profile demo', () => {
    const always = services.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name);
    const demo = services.filter(([, { profiles }]) => profiles?.includes('demo')).map(([name]) => name);

    expect(always).toEqual(['redis', 'api', 'worker', 'gateway']);
    expect(demo).toEqual(['elastic-beanstalk', 'demo-api', 'demo-worker']);
    expect(compose.services['worker']?.deploy?.replicas).toBe(2);
  });

  test('gives deployments a Redis that neither evicts nor forgets them', () => {
    const redis = compose.services['redis'];

    const command = redis?.command?.join(' ') ?? '';

    expect(command).toContain('--appendonly yes --appendfsync always');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(redis?.volumes).toEqual(['redis:/data']);
    expect(redis?.ports).toBeUndefined();
  });

  test('proves the health of what others wait for', () => {
    for (const name of ['redis', 'api', 'gateway', 'demo-api'])
      expect(compose.services[name]?.healthcheck?.test, name).toBeDefined();
    for (const [name, { depends_on }] of own)
      expect(depends_on?.['redis']?.condition, name).toBe('service_healthy');
  });

  test('lets the API alone reach the gateway, by one key that somebody must give', () => {
    const { api, gateway } = compose.services;
    const reach = services.filter(([, { networks }]) => networks?.includes('live')).map(([name]) => name);

    expect(reach).toEqual(['redis', 'api', 'gateway']);
    expect(gateway?.ports).toBeUndefined();
    expect(gateway?.networks).toEqual(['live']);
    expect(api?.environment?.['BEANPOD_GATEWAY_URL']).toBe('http://gateway:8090');
    expect(gateway?.environment?.['BEANPOD_GATEWAY_KEY']).toMatch(/^\$\{BEANPOD_GATEWAY_KEY:\?/);
    expect(api?.environment?.['BEANPOD_GATEWAY_KEY']).toBe(gateway?.environment?.['BEANPOD_GATEWAY_KEY']);
  });

  test('builds stages that the Dockerfile has, under exact versions', () => {
    const stages = readDockerfile(text('Dockerfile')).map(({ name }) => name);

    const targets = services.flatMap(([, { build }]) => (build ? [build.target] : []));
    expect(stages).toEqual(expect.arrayContaining(targets));
    for (const [name, { image }] of services) {
      expect(image, name).toMatch(/:\d+\.\d+\.\d+/);
    }
  });

  test('takes every right away that is not needed, and listens on loopback', () => {
    for (const [name, service] of own) {
      expect(service, name).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    }
    for (const [name, { ports = [], security_opt }] of services) {
      expect(security_opt, name).toEqual(['no-new-privileges:true']);
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test('uses settings that exist', () => {
    const known = new Set(Object.values(SETTINGS).map(({ env }): string => env));
    const simulator = text('test/simulators/elastic-beanstalk/main.ts');

    for (const [service, { environment = {} }] of services) {
      for (const name of Object.keys(environment)) {
        const isKnown = known.has(name) || name.startsWith('AWS_') || simulator.includes(`'${flagOf(name)}'`);
        expect(isKnown, `${service} sets ${name}`).toBe(true);
      }
    }
  });

  test('holds no secret: the admin token must be given, and the cloud keys of the demo are nobody’s', () => {
    expect(compose.services['api']?.environment?.['BEANPOD_ADMIN_TOKEN']).toMatch(
      /^\$\{BEANPOD_ADMIN_TOKEN:\?/,
    );
    expect(compose.services['worker']?.environment?.['AWS_SECRET_ACCESS_KEY']).toBeNull();
  });

  test('declares the volumes that it mounts', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));

    const named = mounted.filter((source) => !source?.startsWith('.'));
    expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)));
    for (const path of mounted.filter((source) => source?.startsWith('.'))) {
      expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
    }
  });

  test('configures a target for the demo that the API accepts', async () => {
    const folder = fileURLToPath(new URL('../../k8s/overlays/demo/targets', import.meta.url));

    const { wanted, problems } = await readConfigurationFiles(folder, CATALOG);

    expect(problems).toEqual([]);
    expect([...wanted.targets.keys()]).toEqual(['shop/staging']);
  });
});

/** SIM_INSTANCE_PORT is the flag --instance-port. */
function flagOf(variable: string): string {
  return variable.replace(/^SIM_/, '').toLowerCase().replaceAll('_', '-');
}
