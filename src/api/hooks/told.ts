import { query } from 'jsonpath-rfc9535';
import { RE2JS } from 're2js';
import type { Hook, Sender } from '../../shared/contract/hook.js';
import type { Told } from '../../shared/domain/hooks/decide.js';
import { NAME_PATTERN, VERSION_PATTERN } from '../../shared/domain/ids.js';

type Json = Parameters<typeof query>[0];
type Part = Exclude<keyof Told, 'happenedAt'>;

/** What a payload tells; or why it is nothing that this hook is for. */
export type Reading =
  { readonly said: 'told'; readonly told: Told } | { readonly said: 'nothing'; readonly reason: string };

/** Where each sender has what, by the kind of its event; the first place that holds a text counts. */
const PLACES: Readonly<Record<Sender, Readonly<Partial<Record<Part | 'happenedAt', readonly string[]>>>>> = {
  github: {
    service: ['$.repository.name'],
    branch: ['$.workflow_run.head_branch', '$.deployment.ref', '$.ref'],
    commit: ['$.workflow_run.head_sha', '$.deployment.sha', '$.after'],
    message: ['$.workflow_run.head_commit.message', '$.head_commit.message'],
    author: ['$.workflow_run.head_commit.author.name', '$.head_commit.author.name'],
    image: ['$.registry_package.package_version.package_url', '$.package.package_version.package_url'],
    happenedAt: ['$.workflow_run.head_commit.timestamp', '$.head_commit.timestamp'],
  },
  gitlab: {
    service: ['$.project.name'],
    branch: ['$.object_attributes.ref', '$.ref'],
    commit: ['$.object_attributes.sha', '$.checkout_sha', '$.after'],
    message: ['$.commit.message', '$.commits[-1].message'],
    author: ['$.commit.author.name', '$.commits[-1].author.name', '$.user.name'],
    happenedAt: ['$.commit.timestamp', '$.commits[-1].timestamp'],
  },
  bitbucket: {
    service: ['$.repository.slug', '$.repository.name'],
    branch: ['$.push.changes[0].new.name', '$.changes[0].ref.displayId', '$.commit_status.refname'],
    commit: ['$.push.changes[0].new.target.hash', '$.changes[0].toHash', '$.commit_status.commit.hash'],
    message: ['$.push.changes[0].new.target.message'],
    author: [
      '$.push.changes[0].new.target.author.user.display_name',
      '$.actor.display_name',
      '$.actor.displayName',
    ],
    happenedAt: ['$.push.changes[0].new.target.date', '$.date'],
  },
  gitea: {
    service: ['$.repository.name'],
    branch: ['$.ref'],
    commit: ['$.after'],
    message: ['$.head_commit.message', '$.commits[0].message'],
    author: ['$.head_commit.author.name', '$.commits[0].author.name'],
    happenedAt: ['$.head_commit.timestamp', '$.commits[0].timestamp'],
  },
  standard: {
    service: ['$.service'],
    version: ['$.version'],
    branch: ['$.branch'],
    commit: ['$.commit'],
    message: ['$.message'],
    author: ['$.author'],
    image: ['$.image'],
    happenedAt: ['$.happenedAt'],
  },
  cdevents: {
    service: ['$.subject.content.service', '$.customData.service'],
    version: ['$.customData.version'],
    branch: ['$.customData.branch'],
    commit: ['$.customData.commit', '$.subject.content.change.id'],
    image: ['$.customData.image'],
    happenedAt: ['$.context.timestamp'],
  },
};

/** Events of each sender that say that there is something new; anything else leads to nothing. */
const EVENTS: Readonly<Record<Sender, RegExp>> = {
  github: /^(push|workflow_run|deployment|registry_package|package)$/,
  gitlab: /^(Push Hook|Tag Push Hook|Pipeline Hook)$/,
  bitbucket: /^(repo:push|repo:refs_changed|repo:commit_status_(created|updated))$/,
  gitea: /^push$/,
  standard: /^/,
  cdevents: /^dev\.cdevents\.(artifact\.(published|packaged)|change\.merged|pipelinerun\.finished)\./,
};

/** What says whether the work behind an event came to a good end, where the event is about such. */
const RESULTS = ['$.workflow_run.conclusion', '$.object_attributes.status', '$.commit_status.state'];
const GOOD = /^(success|successful)$/i;
const NO_COMMIT = /^0+$/;

/** Reads what a payload tells by the rules of its sender and the mapping of the hook. Never throws on what a stranger wrote. */
export function readTold(hook: Hook, event: string | undefined, payload: unknown): Reading {
  const json = payload as Json;
  if (event === undefined ? hook.sender !== 'standard' : !EVENTS[hook.sender].test(event))
    return nothing(`An event ${event ?? 'without a name'} is none that leads to anything`);
  const failed = (hook.when ?? []).find(({ path, matches }) => !holds(json, path, matches));
  if (failed) return nothing(`${failed.path} does not match ${failed.matches}`);
  const result = textAt(json, RESULTS);
  if (result !== undefined && !GOOD.test(result)) return nothing(`What it is about ended as ${result}`);
  const part = (name: Part | 'happenedAt') => {
    const own = name === 'happenedAt' ? undefined : hook.map?.[name];
    return textAt(json, own === undefined ? (PLACES[hook.sender][name] ?? []) : [own]);
  };
  const named = part('service') ?? '';
  const service = hook.service ?? hook.services?.[named] ?? named;
  if (!new RegExp(NAME_PATTERN).test(service))
    return nothing(`It names no service: "${named.slice(0, 100)}"`);
  return toldBy(service, part);
}

function toldBy(service: string, part: (name: Part | 'happenedAt') => string | undefined): Reading {
  const commit = part('commit');
  if (commit !== undefined && NO_COMMIT.test(commit)) return nothing('The branch was removed');
  const wanted = part('version') ?? commit?.slice(0, 12);
  if (wanted !== undefined && !new RegExp(VERSION_PATTERN).test(wanted))
    return nothing(`${wanted.slice(0, 100)} cannot be the name of a version`);
  const happenedAt = Date.parse(part('happenedAt') ?? '');
  const branch = part('branch')?.replace(/^refs\/(heads|tags)\//, '');
  const texts = {
    version: wanted,
    branch,
    commit,
    message: firstLine(part('message')),
    author: part('author'),
    image: part('image'),
  };
  const said = Object.entries(texts).filter(([, text]) => text !== undefined && text !== '');
  return {
    said: 'told',
    told: { service, ...Object.fromEntries(said), ...(Number.isFinite(happenedAt) && { happenedAt }) },
  };
}

function firstLine(text: string | undefined): string | undefined {
  return text?.split('\n', 1)[0]?.slice(0, 500);
}

function textAt(json: Json, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const [value] = select(json, path);
    if (typeof value === 'string' && value !== '') return value.slice(0, 2_000);
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

function holds(json: Json, path: string, pattern: string): boolean {
  const compiled = RE2JS.compile(pattern);
  return select(json, path).some((value) =>
    ['string', 'number', 'boolean'].includes(typeof value)
      ? compiled.matches(String(value).slice(0, 10_000))
      : false,
  );
}

function select(json: Json, path: string): readonly unknown[] {
  return query(json, path);
}

function nothing(reason: string): Reading {
  return { said: 'nothing', reason };
}

/** What is wrong with the paths and patterns of a hook. */
export function judgeHook(hook: Hook): readonly { readonly pointer: string; readonly detail: string }[] {
  const paths = [
    ...Object.entries(hook.map ?? {}).map(([name, path]) => [`/map/${name}`, path] as const),
    ...(hook.when ?? []).map(({ path }, at) => [`/when/${at}/path`, path] as const),
  ];
  return [
    ...paths.flatMap(([pointer, path]) =>
      fails(() => query({}, path)) ? [{ pointer, detail: 'is not a JSONPath of RFC 9535' }] : [],
    ),
    ...(hook.when ?? []).flatMap(({ matches }, at) =>
      fails(() => RE2JS.compile(matches))
        ? [{ pointer: `/when/${at}/matches`, detail: 'is not a regular expression of RE2' }]
        : [],
    ),
    ...(hook.decisions ?? []).flatMap(({ action, environments }, at) =>
      action === 'deploy' && !environments
        ? [{ pointer: `/decisions/${at}/environments`, detail: 'is required to deploy' }]
        : [],
    ),
  ];
}

function fails(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
