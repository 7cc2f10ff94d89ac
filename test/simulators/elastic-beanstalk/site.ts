import type { Credentials } from '../s3/credentials.js';
import type { Calls } from '../s3/calls.js';
import type { Faults } from '../s3/faults.js';
import type { ObjectStore } from '../s3/objects.js';
import type { Clock } from './clock.js';
import type { EventJournal, Severity } from './events.js';
import type { Application, Environment, Operation } from './model.js';
import type { Random } from './random.js';
import type { Scenarios } from './scenario-choice.js';

/** One simulated account and region: everything its parts share. */
export interface Site {
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  /** Independent sources of chance, so that how often somebody asks does not change what happens. */
  readonly chance: { readonly ids: Random; readonly requests: Random; readonly labels: Random };
  readonly applications: Map<string, Application>;
  readonly environments: Environment[];
  readonly tags: Map<string, Map<string, string>>;
  readonly events: EventJournal;
  readonly scenarios: Scenarios;
  readonly faults: Faults;
  readonly calls: Calls;
  readonly credentials: Credentials;
  readonly store: ObjectStore;
  readonly web: Web;
  readonly settings: SiteSettings;
  /** Accidents that happened already. */
  readonly happened: Set<string>;
  /** The address under which callers reach this simulator, for URLs inside answers. */
  origin: string;
}

/** What the operator of the simulator chose. */
export interface SiteSettings {
  readonly labelWhileUpdating: 'random' | 'from' | 'to';
  readonly versionQuota: number;
  /** External ids by role, for AssumeRole; a role that is not listed accepts anybody. */
  readonly roles: Readonly<Record<string, { readonly externalId?: string }>>;
}

/** The HTTP side of environments: each answers on a port of its own. */
export interface Web {
  /** Starts to answer for the environment; gives host:port. */
  open(find: () => Environment | undefined): Promise<string>;
  /** Stops answering on `endpoint`. */
  shut(endpoint: string): void;
  close(): Promise<void>;
}

/** The bucket that Elastic Beanstalk keeps its own objects in ("CreateStorageLocation"). */
export function ownBucket(site: Pick<Site, 'region' | 'account'>): string {
  return `elasticbeanstalk-${site.region}-${site.account}`;
}

/** Writes an event of an environment; with an operation it carries the operation's request id and follows its scenario. */
export function say(
  site: Site,
  environment: Environment,
  event: {
    readonly severity: Severity;
    readonly message: string;
    readonly operation?: Operation | undefined;
  },
): void {
  site.events.write({
    severity: event.severity,
    message: event.message,
    application: environment.application,
    environment,
    ...(event.operation === undefined
      ? {}
      : { requestId: event.operation.requestId, behaviour: event.operation.behaviour.events }),
  });
}
