import type { NewVersion } from '../../shared/contract/version.js';
import type { Hook } from '../../shared/contract/hook.js';
import { decideByTable, fillIn, type Told } from '../../shared/domain/hooks/decide.js';
import { Artifact } from '../../shared/contract/artifact.js';
import { schemaOf } from '../../shared/schema/schema.js';
import type { Seal } from '../../shared/secrets/seal.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Deliveries, Delivery, StoredDelivery } from '../../shared/store/deliveries.js';
import type { Versions } from '../../shared/store/versions.js';
import { openSecrets } from '../hooks/hook-secrets.js';
import { proveDelivery, type HeaderOf, type Proof } from '../hooks/signature.js';
import { readTold } from '../hooks/told.js';
import { parseJson } from '../json-body.js';
import { Refusal, REFUSALS } from '../refusal.js';
import type { Caller } from '../route.js';
import { acceptJudged, type AcceptDeps } from './accept-deployment.js';
import { judgeRequest } from './judge-request.js';

/** What receiving needs of the world around it. */
export interface ReceiveDeps extends AcceptDeps {
  readonly configuration: Configuration;
  readonly versions: Pick<Versions, 'find' | 'list' | 'register'>;
  readonly deliveries: Deliveries;
  readonly seal?: Seal | undefined;
}

/** A delivery as it came in. */
export interface Arrival {
  readonly hook: string;
  readonly header: HeaderOf;
  readonly body: Uint8Array;
  readonly now: number;
}

const artifacts = schemaOf(Artifact);

/** Compared with when there is no such hook, so that the answer takes as long. */
const DECOY: Hook = { sender: 'github', secrets: [] };

/**
 * Proves a delivery, carries it out and notes what came of it. Throws the same 401 for an unknown hook and for a wrong
 * signature. What cannot be carried out now, as when the store is away, is thrown on and may be sent again.
 */
export async function receiveDelivery(deps: ReceiveDeps, arrival: Arrival): Promise<StoredDelivery> {
  const hook = (await deps.configuration.refresh()).hooks.get(arrival.hook);
  const proof = prove(deps.seal, hook, arrival);
  if (proof.said === 'refused' || !hook) {
    if (hook && proof.said === 'refused')
      await deps.deliveries.add(arrival.hook, { outcome: 'refused', reason: proof.reason, deployments: [] });
    throw new Refusal('hook.refused', 'There is no such hook, or the delivery is not signed by its secret');
  }
  const { delivery, event } = proof;
  const about = {
    ...(delivery !== undefined && { delivery }),
    ...(event !== undefined && { event }),
    ...(deps.seal && {
      body: deps.seal.close(Buffer.from(arrival.body).toString('utf8'), bodyOf(arrival.hook)),
    }),
  };
  if (delivery !== undefined && !(await deps.deliveries.isNew(arrival.hook, delivery))) {
    const { body: _, ...seen } = about;
    return deps.deliveries.add(arrival.hook, {
      ...seen,
      outcome: 'duplicate',
      reason: 'It was delivered before',
      deployments: [],
    });
  }
  try {
    const outcome = await carryOut(deps, arrival.hook, hook, { ...about, key: delivery }, arrival.body);
    return await deps.deliveries.add(arrival.hook, { ...about, ...outcome });
  } catch (error) {
    if (delivery !== undefined) await deps.deliveries.forget(arrival.hook, delivery);
    throw error;
  }
}

/** Carries a kept delivery out once more, by the hook as it is configured now. */
export async function replayDelivery(
  deps: ReceiveDeps,
  name: string,
  hook: Hook,
  { id, body, delivery, event }: StoredDelivery,
): Promise<StoredDelivery> {
  if (!deps.seal || body === undefined)
    throw new Refusal('delivery.not-kept', `The body of delivery ${id} is not kept`);
  const bytes = Buffer.from(deps.seal.open(body, bodyOf(name)), 'utf8');
  const about = { ...(event !== undefined && { event }), key: `${id}:replay:${Date.now()}` };
  const outcome = await carryOut(deps, name, hook, about, bytes);
  return deps.deliveries.add(name, {
    ...(delivery !== undefined && { delivery }),
    ...(event !== undefined && { event }),
    body,
    ...outcome,
    reason: `Replayed: ${outcome.reason}`,
  });
}

const bodyOf = (hook: string) => `delivery:${hook}`;

function prove(
  seal: Seal | undefined,
  hook: Hook | undefined,
  { hook: name, header, body, now }: Arrival,
): Proof {
  const { sender } = hook ?? DECOY;
  const secrets = hook && seal ? openSecrets(name, hook, seal) : [''];
  const proofs = secrets.map((secret) => proveDelivery(sender, secret, header, body, now));
  const [first] = proofs;
  return (
    proofs.find(({ said }) => hook !== undefined && seal !== undefined && said === 'proven') ??
    (first?.said === 'refused'
      ? first
      : { said: 'refused', reason: 'No key is configured to open its secrets' })
  );
}

type Outcome = Pick<Delivery, 'outcome' | 'reason' | 'version' | 'deployments'>;

async function carryOut(
  deps: ReceiveDeps,
  name: string,
  hook: Hook,
  { event, key }: { readonly event?: string; readonly key: string | undefined },
  body: Uint8Array,
): Promise<Outcome> {
  const payload = readPayload(body);
  if (payload instanceof Refusal) return { outcome: 'refused', reason: payload.message, deployments: [] };
  const reading = readTold(hook, event, payload);
  if (reading.said === 'nothing') return { outcome: 'nothing', reason: reading.reason, deployments: [] };
  const { told } = reading;
  if (!(await isNewest(deps.deliveries, name, told)))
    return {
      outcome: 'nothing',
      reason: `Something newer was told of ${told.branch} before`,
      deployments: [],
    };
  try {
    const registered = await register(deps, hook, told);
    const deployed = await deploy(deps, name, hook, told, key);
    const reasons = [registered, deployed.reason].filter((each) => each !== undefined);
    return {
      outcome: registered === undefined && deployed.ids.length === 0 ? 'nothing' : 'done',
      reason: reasons.join('; ').slice(0, 2_000),
      ...(told.version !== undefined && { version: told.version }),
      deployments: deployed.ids,
    };
  } catch (error) {
    if (!(error instanceof Refusal) || REFUSALS[error.code].status >= 500) throw error;
    return { outcome: 'refused', reason: error.message.slice(0, 2_000), deployments: [] };
  }
}

function readPayload(body: Uint8Array): unknown {
  try {
    const { value, forbidden } = parseJson(body);
    const [first] = forbidden;
    return first ? new Refusal('request.invalid', `${first.pointer} ${first.detail}`) : value;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function isNewest(deliveries: Deliveries, hook: string, told: Told): Promise<boolean> {
  if (told.branch === undefined || told.happenedAt === undefined) return true;
  return deliveries.isNewest(hook, `${told.service} ${told.branch}`, told.happenedAt);
}

/** Registers the version that a delivery tells of; answers a sentence when it did. */
async function register({ versions }: ReceiveDeps, hook: Hook, told: Told): Promise<string | undefined> {
  const made = artifactOf(hook, told);
  if (made === undefined || told.version === undefined) return undefined;
  const { service, version, branch, commit, message, author } = told;
  const known = await versions.find(service, version);
  if (known) return `Version ${version} of ${service} was registered before`;
  const texts = Object.entries({ branch, message, author }).filter(([, text]) => text !== undefined);
  const registered = await versions.register(service, {
    version,
    artifact: made,
    ...(commit !== undefined && /^[0-9a-f]{7,64}$/.test(commit) && { commit }),
    ...Object.fromEntries(texts.map(([name, text]) => [name, text?.slice(0, 200)])),
  });
  if (registered.said === 'missing') throw new Refusal('service.unknown', `There is no service ${service}`);
  return `Version ${version} of ${service} was registered`;
}

/** The artifact that the hook makes of what was told. Throws a Refusal for one that is none. */
function artifactOf({ artifact }: Hook, told: Told): NewVersion['artifact'] | undefined {
  if (!artifact && told.image === undefined) return undefined;
  const template = artifact ?? { type: 'image', image: told.image ?? '' };
  const filled = Object.entries(template).map(([name, text]) => {
    const made = fillIn(text, told);
    if ('text' in made) return [name, made.text];
    throw new Refusal(
      'request.invalid',
      `The artifact needs the ${made.missing}, which the delivery does not tell`,
    );
  });
  const made: unknown = Object.fromEntries(filled);
  if (artifacts.is(made)) return made;
  throw new Refusal('request.invalid', `The artifact of the hook is none: ${JSON.stringify(made)}`);
}

async function deploy(
  deps: ReceiveDeps,
  name: string,
  { decisions = [] }: Hook,
  told: Told,
  key: string | undefined,
): Promise<{ readonly ids: readonly string[]; readonly reason: string }> {
  const { environments, row } = decideByTable(decisions, told);
  if (row === undefined) return { ids: [], reason: 'No row of the decision table fits' };
  if (environments.length === 0) return { ids: [], reason: `Row ${row + 1} says to do nothing` };
  const { service, version, commit, message } = told;
  if (version === undefined) return { ids: [], reason: 'It tells of no version' };
  const caller = hookCaller(name);
  const ids: string[] = [];
  for (const environment of environments) {
    const asked = {
      service,
      environment,
      version,
      onBusy: 'supersede' as const,
      ...(message !== undefined && { message }),
      ...(commit !== undefined && /^[0-9a-f]{7,64}$/.test(commit) && { commit }),
      ci: { name: `hook ${name}` },
    };
    const { deployment } = await acceptJudged(deps, {
      judge: () => judgeRequest(deps, asked, caller),
      asked: {},
      evenIfFailed: false,
      ...(key !== undefined && {
        idempotency: { scope: `hook:${name}:${key}:${service}/${environment}`, hash: version },
      }),
    });
    ids.push(deployment.id);
  }
  return { ids, reason: `Row ${row + 1} deploys it to ${environments.join(', ')}` };
}

/** Whoever configured the hook was an administrator; its table says where it deploys. */
function hookCaller(hook: string): Caller {
  return {
    id: `hook:${hook}`,
    name: `hook ${hook}`,
    grants: [],
    owner: { kind: 'installation', name: hook },
    by: 'nothing',
  };
}
