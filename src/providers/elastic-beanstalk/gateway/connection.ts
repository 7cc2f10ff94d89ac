import {
  ElasticBeanstalkClient,
  type $Command,
  type ElasticBeanstalkClientConfig,
  type ElasticBeanstalkClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-elastic-beanstalk';
import type { ObserveCall, Pace, Urgency } from '../../surroundings.js';
import type { Credentials } from '../credentials.js';
import { isThrottled } from '../failures.js';
import { whenNeeded } from '../when-needed.js';
import { EACH_TRY, observedTries } from '../observed-tries.js';

type Handler = ElasticBeanstalkClient['config']['requestHandler'];

/** Sends one command of Elastic Beanstalk when the account has room for it. */
export type Send = <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  command: $Command<
    Input,
    Output,
    ElasticBeanstalkClientResolvedConfig,
    ServiceInputTypes,
    ServiceOutputTypes
  >,
  signal: AbortSignal,
  urgency?: Urgency,
) => Promise<Output>;

/** A client that reads and one that writes. */
export interface Connection {
  /** Retried by the SDK. */
  readonly read: Send;
  /** Sent exactly once. */
  readonly write: Send;
  /** The sockets, for a further connection with other credentials. */
  sockets(): Handler;
  /** What its calls are signed with. */
  identity(): ElasticBeanstalkClient['config']['credentials'];
}

export interface ConnectionOptions {
  readonly region: string;
  /** The default chain of the SDK when absent. */
  readonly credentials?: Credentials;
  /** Share of the calls of the account; without it calls go out at once. */
  readonly pace?: Pace;
  /** Names whose calls the pace counts: an account in a region. */
  readonly scope: string;
  readonly sockets?: Handler;
  readonly observe?: ObserveCall;
}

const limits = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Share one for all reads of an account in a region, since the adaptive rate limit lives in the client. */
export function connect({
  region,
  credentials,
  pace,
  scope,
  sockets,
  observe,
}: ConnectionOptions): Connection {
  const common = { region, ...(credentials && { credentials }) };

  function made(more: ElasticBeanstalkClientConfig): ElasticBeanstalkClient {
    const client = new ElasticBeanstalkClient({ ...common, ...more });
    if (pace !== undefined) reportThrottling(client, pace, scope);
    if (observe) client.middlewareStack.addRelativeTo(observedTries(observe, 'elastic-beanstalk'), EACH_TRY);
    return client;
  }

  // A client weighs tens of kilobytes, and a deployment with a role has connections of its own: made when needed.
  const reader = whenNeeded(() =>
    made({ requestHandler: sockets ?? limits, maxAttempts: 8, retryMode: 'adaptive' }),
  );
  // UpdateEnvironment has no idempotency token: a retry by the SDK would hide whether the first try was accepted.
  const writer = whenNeeded(() =>
    made({ requestHandler: sockets ?? reader().config.requestHandler, maxAttempts: 1 }),
  );

  function senderOf(client: () => ElasticBeanstalkClient, usual: Urgency): Send {
    return async (command, signal, urgency = usual) => {
      await pace?.take(scope, urgency, signal);
      return await client().send(command, { abortSignal: signal });
    };
  }

  return {
    read: senderOf(reader, 'read'),
    write: senderOf(writer, 'write'),
    sockets: () => reader().config.requestHandler,
    identity: () => reader().config.credentials,
  };
}

/** Tells of every throttled try, also of those that the SDK repeats by itself. */
function reportThrottling(client: ElasticBeanstalkClient, pace: Pace, scope: string): void {
  function reporting<Args, Reply>(next: (args: Args) => Promise<Reply>): (args: Args) => Promise<Reply> {
    return async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isThrottled(error)) void pace.throttled(scope);
        throw error;
      }
    };
  }
  client.middlewareStack.addRelativeTo(reporting, {
    relation: 'after',
    toMiddleware: 'retryMiddleware',
    name: 'reportThrottling',
  });
}
