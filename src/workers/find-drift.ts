import type { Drifted, DriftedField, Session } from '../providers/contract.js';
import type { LiveAnswer } from '../providers/live-operations.js';
import type { DriftedObject, DriftView } from '../shared/contract/drift.js';
import type { Deployment } from '../shared/domain/deployment.js';
import type { Deployments } from '../shared/store/deployments.js';
import type { DriftFound, Drifts } from '../shared/store/drifts.js';
import type { Leases } from '../shared/store/lease.js';
import type { Run, Snapshots } from '../shared/store/snapshots.js';
import { pinnedArtifact } from './images/pin-images.js';
import { limitedCall } from './limited-call.js';
import { openedBaseline } from './secrets/baseline.js';
import type { Unreached } from './with-live.js';
import { lookingTurn, withSession, type WithSessionDeps } from './with-session.js';

/** Most objects, and fields of one object, that are listed; characters of a value. */
const MOST_OBJECTS = 50;
const MOST_FIELDS = 50;
const MOST_CHARACTERS = 200;
/** Most objects that subscriptions are told by name. */
const MOST_NAMED = 5;
const SAID: Readonly<Record<DriftedObject['change'], string>> = { gone: 'is gone', changed: 'was changed' };
/** Longest time for one look, in milliseconds; whoever waits for it may give up earlier. */
const WITHIN_MS = 120_000;

/** What a look for drift needs of the world around it. */
export interface FindDriftDeps extends WithSessionDeps {
  readonly snapshots: Pick<Snapshots, 'now'>;
  readonly deployments: Pick<Deployments, 'load' | 'input'>;
  readonly leases: Pick<Leases, 'work'>;
  readonly drifts: Pick<Drifts, 'keep' | 'holder'>;
  redact(line: string): string;
}

/** A target by its name. */
export interface DriftPlace {
  readonly service: string;
  readonly environment: string;
}

type Answer = LiveAnswer<readonly Drifted[]> | Unreached;

/**
 * Compares what runs on a target with what the deployment that runs there was made of, and keeps what it saw. Nothing is
 * looked at, and nothing kept, while a deployment holds the target. `unsupported`: its provider cannot tell.
 */
export async function findDrift(
  deps: FindDriftDeps,
  place: DriftPlace,
  signal: AbortSignal,
): Promise<DriftView | { readonly said: 'unsupported' }> {
  const { service, environment } = place;
  const holder = await deps.drifts.holder(service, environment);
  if (holder !== undefined) return unkept(place, `Deployment ${holder} is at work on the target`);
  const run = (await deps.snapshots.now(environment)).get(service);
  if (!run) return unkept(place, 'Nothing has been deployed there yet');
  const answer = await compare(deps, run, signal).catch((error: unknown) => unlooked(error, signal));
  if (answer.said === 'unsupported') return answer;
  const found = { ...place, ...presented(answer, run, deps.redact) };
  const kept = await deps.drifts.keep(found, deps.redact(sayChanges(found)));
  switch (kept.said) {
    case 'kept':
      return { ...found, since: kept.since };
    case 'busy':
      return unkept(place, `Deployment ${kept.by} came to work on the target during the look`);
    case 'stale':
      return unkept(place, 'Something else was deployed during the look');
  }
}

async function compare(deps: FindDriftDeps, run: Run, signal: AbortSignal): Promise<Answer> {
  if (!run.certain) return unsure(`Nobody knows what deployment ${run.deployment} or a later one left there`);
  const made = await deps.deployments.load(run.deployment);
  const input = await deps.deployments.input(run.deployment);
  if (!made || !input) return unsure(`What deployment ${run.deployment} was made of is no longer kept`);
  const { service, environment, version, provider } = made.request;
  const artifact = pinnedArtifact(input.artifact, made.progress.digests ?? {});
  const release = { deploymentId: made.id, service, environment, version, artifact };
  const look = (session: Session<unknown>) => lookIn(deps, made, session, signal);
  return await withSession(deps, { provider, release, input }, signal, look);
}

async function lookIn(
  { leases, secrets, redact }: FindDriftDeps,
  { id }: Pick<Deployment, 'id'>,
  session: Session<unknown>,
  signal: AbortSignal,
): Promise<Answer> {
  const before = openedBaseline(secrets.seal, id, (await leases.work(id)).baseline);
  if (before.said !== 'found') return before;
  const answer = await limitedCall(signal, WITHIN_MS, async (within) =>
    session.drift?.(
      lookingTurn(within, () => undefined),
      before.value,
    ),
  );
  if (!answer) return { said: 'unsupported' };
  // The secrets of this release are hidden while its session is open.
  return answer.said === 'done'
    ? { said: 'done', value: answer.value.map((each) => hidden(each, redact)) }
    : answer;
}

/** A look that broke off has seen nothing; one that this process itself ended says nothing at all. */
function unlooked(error: unknown, signal: AbortSignal): Answer {
  const { reason } = signal as { readonly reason: unknown };
  if (!signal.aborted) return unsure(`The look failed: ${String(error)}`);
  if (reason instanceof Error && reason.name === 'TimeoutError')
    return unsure('The platform did not answer in time');
  throw error;
}

function unsure(because: string): Answer {
  return { said: 'wait', forMs: 0, because };
}

function presented(
  answer: Exclude<Answer, { said: 'unsupported' }>,
  { deployment, version }: Run,
  redact: (line: string) => string,
): Omit<DriftFound, 'service' | 'environment'> {
  const about = { at: new Date().toISOString(), deployment, ...(version !== '' && { version }) };
  if (answer.said !== 'done') {
    const why = answer.said === 'wait' ? answer.because : `${answer.failure.title}: ${answer.failure.detail}`;
    return { ...about, state: 'unknown', because: redact(why).slice(0, 2_000), objects: [], more: 0 };
  }
  const objects = answer.value.slice(0, MOST_OBJECTS).map(listed);
  const more = answer.value.length - objects.length;
  return { ...about, state: objects.length > 0 ? 'drifted' : 'none', objects, more };
}

/** What differs in one line for people, by names alone; empty when nothing does. */
function sayChanges({ objects, more }: Pick<DriftFound, 'objects' | 'more'>): string {
  const named = objects.slice(0, MOST_NAMED).map(({ name, change }) => `${name} ${SAID[change]}`);
  const others = objects.length - named.length + more;
  return [...named, ...(others > 0 ? [`${others} more`] : [])].join(', ').slice(0, 2_000);
}

/** What was not kept has been so since now, as far as anybody knows. */
function unkept(place: DriftPlace, because: string): DriftView {
  const at = new Date().toISOString();
  return { ...place, state: 'unknown', at, since: at, because, objects: [], more: 0 };
}

function listed({ name, change, fields }: Drifted): DriftedObject {
  const shown = fields.slice(0, MOST_FIELDS).map(({ path, recorded, live }) => ({
    path: path.slice(0, 1_000),
    ...(recorded !== undefined && { recorded: cut(recorded) }),
    ...(live !== undefined && { live: cut(live) }),
  }));
  return { name, change, fields: shown, more: fields.length - shown.length };
}

function hidden(each: Drifted, redact: (line: string) => string): Drifted {
  return { ...each, fields: each.fields.map((field) => hiddenField(field, redact)) };
}

/** Where a secret was deployed, another one may be now: neither is shown. */
function hiddenField(field: DriftedField, redact: (line: string) => string): DriftedField {
  const { path, recorded = '', live = '' } = field;
  return redact(recorded) === recorded && redact(live) === live ? field : { path };
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
