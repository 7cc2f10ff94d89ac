import { createCalls } from '../s3/calls.js';
import { createCredentials } from '../s3/credentials.js';
import type { Credentials } from '../s3/credentials.js';
import { createFaults } from '../s3/faults.js';
import { createObjectStore } from '../s3/objects.js';
import { createClock } from './clock.js';
import { createEventJournal } from './events.js';
import { logSigner } from './log-collection.js';
import type { SimulatorOptions } from './options.js';
import { createRandom } from './random.js';
import { createScenarios } from './scenario-choice.js';
import { ownBucket } from './site.js';
import type { Site } from './site.js';
import { createWeb } from './web.js';

/** An empty account and region, with its own bucket. Its clock runs from here on; stop it at the end. */
export function createSite(options: SimulatorOptions): Site {
  const { region = 'us-east-1', account = '123456789012', host = '127.0.0.1', advertise = host } = options;
  const { speed = 1, startAt = Date.now(), seed = 'beanpod', eventLagMs: lagMs = 2_000 } = options;
  const {
    labelWhileUpdating = 'random',
    versionQuota = 1_000,
    roles = {},
    instancePort: firstPort = 0,
  } = options;
  const clock = createClock(speed, startAt);
  const random = createRandom(seed);
  const store = createObjectStore(region, account);
  store.ensureBucket(ownBucket({ region, account }));
  return {
    account,
    region,
    clock,
    chance: { ids: random.fork('ids'), requests: random.fork('requests'), labels: random.fork('labels') },
    applications: new Map(),
    environments: [],
    tags: new Map(),
    events: createEventJournal({ clock, random: random.fork('events'), lagMs }),
    scenarios: createScenarios(),
    faults: createFaults(),
    calls: createCalls(() => clock.now()),
    credentials: keyRing(options, region),
    store,
    web: createWeb(clock, { host, advertise, firstPort }),
    settings: { labelWhileUpdating, versionQuota, roles },
    happened: new Set(),
    origin: '',
  };
}

function keyRing(options: SimulatorOptions, region: string): Credentials {
  const credentials = createCredentials(options.strictAuth === true ? 'strict' : 'lax', region);
  const known = { ...options.credentials, [logSigner.accessKeyId]: logSigner.secretAccessKey };
  for (const [accessKeyId, secretAccessKey] of Object.entries(known)) {
    credentials.add({ accessKeyId, secretAccessKey });
  }
  return credentials;
}
