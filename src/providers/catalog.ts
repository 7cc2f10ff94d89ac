import type { Artifact } from '../shared/contract/artifact.js';
import type { Environment } from '../shared/contract/configuration.js';
import { schemaOf, type Schema } from '../shared/schema/schema.js';
import {
  ACCEPTED_ARTIFACTS as ELASTIC_BEANSTALK_ARTIFACTS,
  cloneTarget,
  ElasticBeanstalkTarget,
  type CloneOf,
} from './elastic-beanstalk/target.js';
import {
  ACCEPTED_ARTIFACTS as KUBERNETES_ARTIFACTS,
  cloneTarget as cloneKubernetesTarget,
  inEnvironment,
  KubernetesTarget,
} from './kubernetes/target.js';

/** What the API must know of a provider to judge its targets and requests, without loading its SDK. */
export interface CatalogEntry {
  /** Judges the `spec` of a target. */
  readonly target: Schema<unknown>;
  readonly artifacts: readonly Artifact['type'][];
  /**
   * The `spec` of a target with what its environment adds to it, as a deployment freezes it. Pure. Absent where an
   * environment adds nothing.
   */
  readonly inEnvironment?: (spec: unknown, environment: Environment) => unknown;
  /** The `spec` for a clone of the target's environment, or why there is none. Pure. Absent where nothing can be cloned. */
  readonly cloned?: (
    spec: unknown,
    of: CloneOf,
  ) => { readonly ok: true; readonly spec: object } | { readonly ok: false; readonly why: string };
}

/** Providers by their kind. */
export type Catalog = ReadonlyMap<string, CatalogEntry>;

/** The providers of this repository. */
export const CATALOG: Catalog = new Map<string, CatalogEntry>([
  ['elastic-beanstalk', elasticBeanstalkEntry()],
  ['kubernetes', kubernetesEntry()],
]);

/**
 * The providers of this repository and those of further packages, each of which exports `kind` and `entry` from its
 * `/catalog`, a module that loads no SDK. Throws when a package has none.
 */
export async function createCatalog(packages: readonly string[]): Promise<Catalog> {
  const all = new Map(CATALOG);
  for (const name of packages) {
    const { kind, entry } = (await import(`${name}/catalog`)) as { kind?: string; entry?: CatalogEntry };
    if (!kind || !entry) throw new Error(`Package ${name} exports no kind and entry from ${name}/catalog`);
    all.set(kind, entry);
  }
  return all;
}

function elasticBeanstalkEntry(): CatalogEntry {
  const target = schemaOf(ElasticBeanstalkTarget);
  return {
    target,
    artifacts: ELASTIC_BEANSTALK_ARTIFACTS,
    cloned: (spec, of) =>
      target.is(spec)
        ? cloneTarget(spec, of)
        : { ok: false, why: 'has a spec that Elastic Beanstalk does not understand' },
  };
}

function kubernetesEntry(): CatalogEntry {
  const target = schemaOf(KubernetesTarget);
  return {
    target,
    artifacts: KUBERNETES_ARTIFACTS,
    inEnvironment: (spec, environment) => (target.is(spec) ? inEnvironment(spec, environment) : spec),
    cloned: (spec, of) =>
      target.is(spec)
        ? { ok: true, spec: cloneKubernetesTarget(spec, of) }
        : { ok: false, why: 'has a spec that Kubernetes does not understand' },
  };
}
