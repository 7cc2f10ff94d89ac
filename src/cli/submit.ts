import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ApiClient, Answer } from './api-client.js';
import { keyOfRun, type CiRun } from './ci-run.js';

/** What the option below was given. */
export interface KeyOptions {
  readonly idempotencyKey?: string | undefined;
}

/** Gives a command the option that names the key of its request. */
export function withKeyOption(command: Command, what: 'deployment' | 'release' | 'clone'): Command {
  return command.option(
    '--idempotency-key <key>',
    `the same key and request make one ${what}; derived from the CI run else`,
  );
}

/** Something to be made once, however often it is asked for. */
export interface Submission extends KeyOptions {
  readonly path: string;
  readonly body: object;
  /** What tells it from other requests of the same CI run; the body where that is enough. */
  readonly about?: object;
}

/** Asks for it under one key, so that a lost answer is asked for again. Within one attempt of a CI run it is made once. */
export function submit<T>(
  client: ApiClient,
  { path, body, about = body, idempotencyKey: given }: Submission,
  ci: CiRun | undefined,
): Promise<Answer<T>> {
  return post(client, { path, body }, given ?? (ci ? keyOfRun(ci, about, ci.attempt) : randomUUID()));
}

/**
 * As `submit`, for what comes to an end: every try of one CI run makes it once, except that a run which a person starts
 * once more after it ended badly makes it again.
 */
export async function submitOfRun<T extends { readonly terminal: boolean; readonly state: string }>(
  client: ApiClient,
  submission: Submission,
  ci: CiRun | undefined,
): Promise<Answer<T>> {
  const { about = submission.body, idempotencyKey: given } = submission;
  if (given !== undefined || !ci) return submit(client, submission, ci);
  const answer = await post<T>(client, submission, keyOfRun(ci, about));
  const { terminal, state } = answer.body;
  const isFirst = ci.attempt === undefined || ci.attempt === '1';
  const isOver = wasAcceptedBefore(answer) && terminal && state !== 'succeeded';
  return isOver && !isFirst ? submit(client, submission, ci) : answer;
}

/** Whether an earlier request with the same key made it. */
export function wasAcceptedBefore({ headers }: Answer<unknown>): boolean {
  return headers.get('idempotency-replayed') === 'true';
}

function post<T>(client: ApiClient, { path, body }: Submission, key: string): Promise<Answer<T>> {
  return client.call<T>(path, { method: 'POST', body, headers: { 'idempotency-key': key } });
}
