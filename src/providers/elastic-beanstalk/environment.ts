/** What Elastic Beanstalk says about one environment. Moments are milliseconds since 1970 by the clock of AWS. */
export interface Environment {
  readonly id: string;
  readonly name: string;
  /** Its name for the calls about tags. */
  readonly arn: string;
  readonly application: string;
  /** The expected label. While `status` is Updating it proves nothing. */
  readonly label: string | undefined;
  readonly status: string;
  /** Green, Yellow, Red or Grey. */
  readonly color: string;
  /** Ok, Warning and so on; absent with basic health reporting. */
  readonly healthStatus: string | undefined;
  readonly abortable: boolean;
  readonly updatedAtMs: number;
  readonly platform: string;
  readonly tier: string;
  readonly address: string | undefined;
  /** The name that Elastic Beanstalk made for it, in lower case; a worker has none. */
  readonly cname: string | undefined;
}

/** One instance as seen by enhanced health reporting. */
export interface Instance {
  readonly id: string;
  readonly health: string | undefined;
  readonly causes: readonly string[];
  readonly label: string | undefined;
  readonly deploymentId: number | undefined;
  /** In Progress, Deployed or Failed. */
  readonly deploymentStatus: string | undefined;
  readonly launchedAtMs: number | undefined;
}

/** Health of an environment with its causes, from enhanced reporting. */
export interface HealthReport {
  readonly causes: readonly string[];
  /** When the report was made; two reads of one report are one sample. */
  readonly refreshedAtMs: number;
}

/** A line of the event stream of Elastic Beanstalk. Events have no id. */
export interface PlatformEvent {
  readonly atMs: number;
  readonly severity: string;
  readonly message: string;
  readonly environment: string | undefined;
  readonly requestId: string | undefined;
}

/** Where a source bundle lies. */
export interface BundleLocation {
  readonly bucket: string;
  readonly key: string;
  /** Account that the bucket must belong to, when that is known. */
  readonly owner?: string;
}

/** An application version as registered with Elastic Beanstalk. */
export interface ApplicationVersion {
  readonly label: string;
  /** In lower case, because the API is not consistent. */
  readonly status: string;
  readonly description: string;
  readonly bundle: BundleLocation | undefined;
  readonly createdAtMs: number;
}

/** Option values of an environment that decide how it deploys; keys are `namespace/option`. */
export type Settings = ReadonlyMap<string, string>;

/** The last hundred lines of each log, or all logs as a zip file. */
export type LogKind = 'tail' | 'bundle';

/** Logs of one instance, behind a bearer address that must never be shown. */
export interface LogSample {
  readonly instance: string;
  readonly sampledAtMs: number;
  readonly url: string;
}
