import { createHash } from 'node:crypto';
import type { ElasticBeanstalkTarget } from './target.js';

/** Which clone a target is copied for. */
export interface CloneOf {
  readonly service: string;
  /** Name of the clone. */
  readonly environment: string;
  /** Marks what is made for it; no other clone ever has the same. */
  readonly stamp: string;
}

export type ClonedSpec =
  { readonly ok: true; readonly spec: ElasticBeanstalkTarget } | { readonly ok: false; readonly why: string };

// Names have at most 40 characters and are unique in an account and region.
const READABLE = 29;

/** The target of a clone: an environment of its own, made from that of the origin. */
export function cloneTarget(
  { blueGreen, ...spec }: ElasticBeanstalkTarget,
  { service, environment, stamp }: CloneOf,
): ClonedSpec {
  if (blueGreen !== undefined) {
    return { ok: false, why: 'takes turns between two environments (blueGreen), which cannot be cloned yet' };
  }
  const unique = createHash('sha256').update(`${stamp}/${service}`).digest('hex').slice(0, 10);
  const name = `${`${environment}-${service}`.slice(0, READABLE)}-${unique}`;
  return {
    ok: true,
    spec: { ...spec, environment: name, madeFrom: { environment: spec.environment, stamp } },
  };
}
