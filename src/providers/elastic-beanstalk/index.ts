import { env } from 'node:process';
import { schemaOf } from '../../shared/schema/schema.js';
import { defineProvider, type Provider } from '../define-provider.js';
import type { ObserveCall } from '../surroundings.js';
import { Baseline } from './baseline.js';
import { createLive } from './live/live.js';
import { createRegions } from './regions.js';
import { openSession } from './session.js';
import { ElasticBeanstalkTarget } from './target.js';

export interface ElasticBeanstalkOptions {
  /** Address buckets by path; for S3 endpoints other than AWS. */
  readonly s3PathStyle: boolean;
  /** Milliseconds between two looks for the logs of the instances after a failure; 1000 when absent. */
  readonly logPauseMs?: number;
  readonly observe?: ObserveCall;
}

/** Deployments to existing environments of Elastic Beanstalk. All sessions of one region and role share clients and looks. */
export function createElasticBeanstalk({
  s3PathStyle,
  logPauseMs = 1_000,
  observe,
}: ElasticBeanstalkOptions): Provider {
  // The SDK would print a warning about the version of Node into the log of every worker.
  env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const regionOf = createRegions({ pathStyle: s3PathStyle, ...(observe && { observe }) });
  return defineProvider({
    kind: 'elastic-beanstalk',
    target: schemaOf(ElasticBeanstalkTarget),
    baseline: schemaOf(Baseline),
    open: async (target, release, surroundings) =>
      openSession(target, release, { region: regionOf(target, surroundings), logPauseMs }, surroundings),
    live: (target, surroundings) => createLive(target, regionOf(target, surroundings), logPauseMs),
  });
}
