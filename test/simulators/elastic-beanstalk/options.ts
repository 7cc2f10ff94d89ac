import type { EnvironmentSeed } from './control-client.js';
import type { SiteSettings } from './site.js';

/** How to start the simulator. All of it may be left out. */
export interface SimulatorOptions {
  /** The interface to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** The host name in URLs and EndpointURL; default the interface. */
  readonly advertise?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** The first port of the environments' own HTTP endpoints; default 0: free ones. */
  readonly instancePort?: number;
  /** Virtual milliseconds for one real one; default 1; 0 stands still and moves by `advance` alone. */
  readonly speed?: number;
  /** Where virtual time begins, in milliseconds since the epoch; default now. */
  readonly startAt?: number;
  /** All chance is drawn from it; default `beanpod`. */
  readonly seed?: string;
  readonly region?: string;
  readonly account?: string;
  /** The longest virtual milliseconds until an event becomes visible; default 2000. */
  readonly eventLagMs?: number;
  /** The label DescribeEnvironments shows while a deployment runs; default random. */
  readonly labelWhileUpdating?: SiteSettings['labelWhileUpdating'];
  /** Application versions an account may have; default 1000. */
  readonly versionQuota?: number;
  /** Verifies signatures against `credentials` and refuses unknown keys. */
  readonly strictAuth?: boolean;
  /** Secret keys by access key id, for `strictAuth`. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** External ids by role ARN. */
  readonly roles?: SiteSettings['roles'];
  readonly environments?: readonly EnvironmentSeed[];
}

/** The environment of the demo: three instances of `shop` with enhanced health on `v1`. */
export const demoEnvironment: EnvironmentSeed = {
  application: 'shop',
  environment: 'shop-staging',
  instances: 3,
  version: 'v1',
};
