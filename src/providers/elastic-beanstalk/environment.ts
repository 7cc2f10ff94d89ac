/** What Elastic Beanstalk says about one environment. Moments are milliseconds since 1970 by the clock of AWS. */
export interface Environment {
  readonly id: string;
  readonly name: string;
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
}

/** An application version as registered with Elastic Beanstalk. */
export interface ApplicationVersion {
  readonly label: string;
  /** In lower case, because the API is not consistent. */
  readonly status: string;
  readonly description: string;
  readonly bundle: BundleLocation | undefined;
}

/** Option values of an environment that decide how it deploys; keys are `namespace/option`. */
export type Settings = ReadonlyMap<string, string>;

/** Last lines of the logs of one instance, behind a bearer address that must never be shown. */
export interface TailLog {
  readonly instance: string;
  readonly sampledAtMs: number;
  readonly url: string;
}
