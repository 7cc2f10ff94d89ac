import type { Catalog } from '../../providers/catalog.js';
import { bundleKey, type Blobs } from '../../shared/blobs/blobs.js';
import type { Artifact } from '../../shared/contract/artifact.js';
import type { Environment, Target } from '../../shared/contract/configuration.js';
import type { DeployRequest } from '../../shared/contract/deploy-request.js';
import type { Version } from '../../shared/contract/version.js';
import type { Request } from '../../shared/domain/deployment.js';
import { targetName } from '../../shared/domain/ids.js';
import { contentOf } from '../../shared/holds/approval-plan.js';
import type { Configuration, Snapshot } from '../../shared/store/configuration.js';
import type { WorkInput } from '../../shared/store/acceptance.js';
import type { Versions } from '../../shared/store/versions.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';

/** A request that may be carried out, as of one revision of the configuration. */
export interface Judged {
  readonly request: Request;
  readonly input: WorkInput;
  readonly revision: string;
  /** Scopes whose limits count it. */
  readonly scopes: readonly string[];
}

interface JudgeDeps {
  readonly configuration: Pick<Configuration, 'current' | 'refresh'>;
  readonly versions: Pick<Versions, 'find' | 'list'>;
  readonly catalog: Catalog;
  readonly blobs: Pick<Blobs, 'size'>;
}

/** Looks up target and artifact and freezes what a worker will need. Throws a Refusal when one of them does not fit. */
export async function judgeRequest(deps: JudgeDeps, asked: DeployRequest, caller: Caller): Promise<Judged> {
  const { service, environment } = asked;
  const { target, place, revision } = await findTarget(deps.configuration, service, environment);
  const registered = asked.artifact ? undefined : await findVersion(deps.versions, service, asked.version);
  const version = registered?.version ?? asked.version;
  const artifact = asked.artifact ?? registered?.artifact;
  if (!artifact) {
    const errors = [
      {
        pointer: '/artifact',
        detail: `is required, since version ${version} of ${service} is not registered`,
      },
    ];
    throw new Refusal(
      'version.unregistered',
      `Version ${version} of ${service} is not registered and the request brings no artifact`,
      { errors },
    );
  }
  judgeArtifact(deps.catalog, target, artifact);
  await judgeBundle(deps.blobs, service, artifact);
  const spec = deps.catalog.get(target.provider)?.inEnvironment?.(target.spec, place) ?? target.spec;
  const input = { spec, artifact, policy: target.policy ?? {}, verify: target.verify ?? {} };
  return {
    request: {
      ...requestOf({ ...asked, version }, target, caller, registered),
      content: contentOf(version, input),
    },
    input,
    revision,
    scopes: scopesOf(target, environment),
  };
}

/** Versions that a refusal names when the start of a commit fits several. */
const MOST_NAMED = 5;

/** The version of this name, or else the one whose commit starts with it. Throws a Refusal when it fits several. */
async function findVersion(
  versions: JudgeDeps['versions'],
  service: string,
  asked: string,
): Promise<Version | undefined> {
  const named = await versions.find(service, asked);
  if (named || !/^[0-9a-f]{7,64}$/.test(asked)) return named;
  const [found, ...others] = await versions.list(service, { commit: asked, limit: MOST_NAMED });
  if (!found || others.length === 0) return found;
  const names = [found, ...others].map(({ version }) => version).join(', ');
  const detail = `is the start of the commit of several versions: ${names}`;
  throw new Refusal('version.ambiguous', `${asked} ${detail}`, { errors: [{ pointer: '/version', detail }] });
}

/** Scopes whose limits count deployments of a target. */
export function scopesOf({ account, provider }: Target, environment: string): readonly string[] {
  return ['global', `environment:${environment}`, `account:${account ?? provider}`];
}

/** A target and its environment, as of one revision of the configuration. */
interface FoundTarget {
  readonly target: Target;
  readonly place: Environment;
  readonly revision: string;
}

/** The target with its environment. Throws a Refusal when there is none. */
export async function findTarget(
  configuration: JudgeDeps['configuration'],
  service: string,
  environment: string,
): Promise<FoundTarget> {
  const name = targetName(service, environment);
  const known = findIn(configuration.current(), service, environment);
  // Another process may have registered it since this one last looked.
  const found = known ?? findIn(await configuration.refresh(), service, environment);
  if (found) return found;
  throw new Refusal('target.unknown', `There is no target ${name}: register it with PUT /v1/targets/${name}`);
}

function findIn(
  { targets, environments, revision }: Snapshot,
  service: string,
  environment: string,
): FoundTarget | undefined {
  const target = targets.get(targetName(service, environment));
  return target && { target, place: environments.get(environment) ?? {}, revision };
}

function judgeArtifact(catalog: Catalog, { provider }: Target, { type }: Artifact): void {
  const accepted = catalog.get(provider)?.artifacts;
  if (!accepted)
    throw new Refusal(
      'provider.unknown',
      `The target has the provider ${provider}, which this installation does not know`,
    );
  if (accepted.includes(type)) return;
  const detail = `must be ${accepted.join(', ')} for a target of ${provider}`;
  throw new Refusal('request.invalid', `/artifact/type ${detail}`, {
    errors: [{ pointer: '/artifact/type', detail }],
  });
}

/** What was never uploaded can never be deployed, and CI learns it sooner here than from a worker. */
async function judgeBundle(blobs: Pick<Blobs, 'size'>, service: string, artifact: Artifact): Promise<void> {
  if (artifact.type !== 'bundle') return;
  if ((await blobs.size(bundleKey(service, artifact.sha256))) !== undefined) return;
  const detail = `names a bundle that was not uploaded for ${service}: ${artifact.sha256}`;
  throw new Refusal('bundle.unknown', `/artifact/sha256 ${detail}`, {
    errors: [{ pointer: '/artifact/sha256', detail }],
  });
}

function requestOf(
  asked: DeployRequest,
  target: Target,
  caller: Caller,
  registered: Version | undefined,
): Request {
  const { service, environment, version } = asked;
  const message = asked.message ?? registered?.message;
  const commit = asked.commit ?? registered?.commit;
  return {
    service,
    environment,
    version,
    provider: target.provider,
    kind: 'deploy',
    onBusy: asked.onBusy ?? target.policy?.onBusy ?? 'queue',
    actor: { name: caller.name },
    ...(message !== undefined && { message }),
    ...(commit !== undefined && { commit }),
    ...asItWasAsked(asked),
    ...(registered?.author !== undefined && { author: registered.author }),
  };
}

function asItWasAsked({
  ci,
  override,
  expiresAt,
}: DeployRequest): Pick<Request, 'ci' | 'override' | 'expiresAt'> {
  return {
    ...(ci !== undefined && { ci }),
    ...(override && { override }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
