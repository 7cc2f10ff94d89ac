import { query } from 'jsonpath-rfc9535';
import type { Hook } from '../../shared/contract/hook.js';
import type { Change, Told } from '../../shared/domain/hooks/decide.js';
import { NAME_PATTERN, VERSION_PATTERN } from '../../shared/domain/ids.js';
import { compilePattern } from '../../shared/schema/pattern.js';
import { changeOf } from './changes.js';
import { isFromFork } from './fork.js';
import { PLACES, type Part } from './places.js';

type Json = Parameters<typeof query>[0];
type PartOf = (name: Part) => string | undefined;

/** What a payload tells; or why it is nothing that this hook is for. */
export type Reading =
  { readonly said: 'told'; readonly told: Told } | { readonly said: 'nothing'; readonly reason: string };

/** What says whether the work behind an event came to a good end, where the event is about such. */
const RESULTS = ['$.workflow_run.conclusion', '$.object_attributes.status', '$.commit_status.state'];
const GOOD = /^(success|successful)$/i;

/** Reads what a payload tells by the rules of its sender and the mapping of the hook. Never throws on what a stranger wrote. */
export function readTold(hook: Hook, event: string | undefined, payload: unknown): Reading {
  const json = payload as Json;
  const change = changeOf(hook.sender, event, (path) => textAt(json, [path]));
  if (!change) return nothing(`An event ${event ?? 'without a name'} is none that leads to anything`);
  const unfit = unfitness(hook, change, json);
  if (unfit !== undefined) return nothing(unfit);
  const part: PartOf = (name) => {
    const own = name === 'happenedAt' ? undefined : hook.map?.[name];
    return textAt(json, own === undefined ? (PLACES[hook.sender][name] ?? []) : [own]);
  };
  const named = part('service') ?? '';
  const service = hook.service ?? hook.services?.[named] ?? named;
  if (!new RegExp(NAME_PATTERN).test(service))
    return nothing(`It names no service: "${named.slice(0, 100)}"`);
  return change === 'closed' ? endBy(service, part) : toldBy(service, change, part);
}

/** Why a delivery is none for this hook. */
function unfitness(hook: Hook, change: Change, json: Json): string | undefined {
  const failed = (hook.when ?? []).find(({ path, matches }) => !holds(json, path, matches));
  if (failed) return `${failed.path} does not match ${failed.matches}`;
  const result = textAt(json, RESULTS);
  if (result !== undefined && !GOOD.test(result)) return `What it is about ended as ${result}`;
  return change !== 'closed' && isFromFork(hook.sender, (path) => query(json, path))
    ? 'It comes from a fork, which may hold anything by anybody'
    : undefined;
}

/** The end of a branch or pull request: nothing of it is a version. */
function endBy(service: string, part: PartOf): Reading {
  const ref = part('branch');
  if (ref?.startsWith('refs/tags/')) return nothing('A tag was removed');
  return { said: 'told', told: { service, change: 'closed', ...placeOf(part) } };
}

function toldBy(service: string, change: Change, part: PartOf): Reading {
  const commit = part('commit');
  const wanted = part('version') ?? commit?.slice(0, 12);
  if (wanted !== undefined && !new RegExp(VERSION_PATTERN).test(wanted))
    return nothing(`${wanted.slice(0, 100)} cannot be the name of a version`);
  const texts = {
    version: wanted,
    commit,
    message: firstLine(part('message')),
    author: part('author'),
    image: part('image'),
  };
  const said = Object.entries(texts).filter(([, text]) => text !== undefined && text !== '');
  return { said: 'told', told: { service, change, ...Object.fromEntries(said), ...placeOf(part) } };
}

/** What it is about, and when. */
function placeOf(part: PartOf): Pick<Told, 'branch' | 'pullRequest' | 'happenedAt'> {
  const branch = part('branch')?.replace(/^refs\/(heads|tags)\//, '');
  const pullRequest = part('pullRequest');
  const happenedAt = Date.parse(part('happenedAt') ?? '');
  return {
    ...(branch !== undefined && branch !== '' && { branch }),
    ...(pullRequest !== undefined && /^\d{1,9}$/.test(pullRequest) && { pullRequest: Number(pullRequest) }),
    ...(Number.isFinite(happenedAt) && { happenedAt }),
  };
}

function firstLine(text: string | undefined): string | undefined {
  return text?.split('\n', 1)[0]?.slice(0, 500);
}

function textAt(json: Json, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = plainText(query(json, path)[0]);
    if (text !== undefined && text !== '') return text.slice(0, 2_000);
  }
  return undefined;
}

function holds(json: Json, path: string, pattern: string): boolean {
  const compiled = compilePattern(pattern);
  return query(json, path).some((value) => {
    const text = plainText(value);
    return text !== undefined && compiled.fits(text.slice(0, 10_000));
  });
}

function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function nothing(reason: string): Reading {
  return { said: 'nothing', reason };
}
