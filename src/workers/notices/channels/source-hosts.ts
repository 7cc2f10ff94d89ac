import type { ChannelOf } from '../../../shared/contract/subscription.js';
import { isAboutTarget } from '../../../shared/domain/notices.js';
import { headlineOf, progressOf, type Occasion, type Progress } from '../occasion.js';
import type { Outgoing } from '../send-request.js';
import { judgeAnswer, type ChannelTools, type Tell, type Told } from './channel.js';

const NO_COMMIT: Told = { said: 'sent', seen: 'the deployment names no commit, so there is nothing to mark' };
const NO_STATUS: Told = {
  said: 'sent',
  seen: 'the deployment stays as good as it was, so there is nothing to mark',
};

/** https://docs.github.com/rest/deployments/statuses */
const GITHUB_DEPLOYMENT: Readonly<Record<Progress, string>> = {
  waiting: 'queued',
  running: 'in_progress',
  good: 'success',
  bad: 'failure',
  broken: 'error',
  gone: 'inactive',
};
/** https://docs.github.com/rest/commits/statuses */
const GITHUB_STATUS: Readonly<Record<Progress, string>> = {
  waiting: 'pending',
  running: 'pending',
  good: 'success',
  bad: 'failure',
  broken: 'error',
  gone: 'error',
};
/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/ */
const BITBUCKET: Readonly<Record<Progress, string>> = {
  waiting: 'INPROGRESS',
  running: 'INPROGRESS',
  good: 'SUCCESSFUL',
  bad: 'FAILED',
  broken: 'FAILED',
  gone: 'STOPPED',
};
/** https://docs.gitlab.com/api/commits/#set-commit-pipeline-status */
const GITLAB: Readonly<Record<Progress, string>> = {
  waiting: 'pending',
  running: 'running',
  good: 'success',
  bad: 'failed',
  broken: 'failed',
  gone: 'canceled',
};

/** A deployment at GitHub with a status for each change of ours, or a commit status. */
export function tellGitHub(channel: ChannelOf<'github'>): Tell {
  const { repository, token, report = 'deployment', api = 'https://api.github.com' } = channel;
  const base = `${api}/repos/${repository}`;
  const headersWith = async (tools: ChannelTools) => ({
    authorization: `Bearer ${await tools.secret(token)}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'content-type': 'application/json',
  });
  return (occasion, tools) =>
    following(occasion, tools, async (commit, kept) => {
      const headers = await headersWith(tools);
      const { deployment, link } = occasion;
      const { environment } = deployment.request;
      const description = headlineOf(deployment.request, deployment.state.name).slice(0, 140);
      const progress = progressOf(occasion);
      if (report === 'status') {
        const body = {
          state: GITHUB_STATUS[progress],
          context: `beanpod/${environment}`,
          description,
          ...(link !== undefined && { target_url: link.url }),
        };
        const url = `${base}/statuses/${commit}`;
        return { told: judgeAnswer(await post(tools, url, headers, body)) };
      }
      const known = kept ?? (await createAtGitHub(base, headers, occasion, commit, tools));
      if (typeof known !== 'string') return { told: known };
      const body = {
        state: GITHUB_DEPLOYMENT[progress],
        environment,
        description,
        auto_inactive: true,
        ...(link !== undefined && { log_url: link.url }),
      };
      return {
        told: judgeAnswer(await post(tools, `${base}/deployments/${known}/statuses`, headers, body)),
        keep: known,
      };
    });
}

async function createAtGitHub(
  base: string,
  headers: Readonly<Record<string, string>>,
  { deployment, id }: Occasion,
  commit: string,
  tools: ChannelTools,
): Promise<string | Told> {
  const answer = await post(tools, `${base}/deployments`, headers, {
    ref: commit,
    environment: deployment.request.environment,
    description: `Beanpod deployment ${deployment.number}`,
    auto_merge: false,
    required_contexts: [],
    payload: { beanpod: deployment.id, notice: id },
  });
  const told = judgeAnswer(answer);
  if (told.said !== 'sent') return told;
  const { id: made } = JSON.parse(answer.body) as { id?: unknown };
  return typeof made === 'number' ? String(made) : { said: 'again', seen: 'GitHub answered without an id' };
}

/** A build status at Bitbucket Cloud; the same key is written over. */
export function tellBitbucket(channel: ChannelOf<'bitbucket'>): Tell {
  const { repository, token, api = 'https://api.bitbucket.org' } = channel;
  return (occasion, tools) =>
    following(occasion, tools, async (commit) => {
      const { deployment, link } = occasion;
      const { environment, service } = deployment.request;
      const body = {
        key: `beanpod-${service}-${environment}`.slice(0, 40),
        state: BITBUCKET[progressOf(occasion)],
        name: `Deploy ${service} to ${environment}`,
        description: headlineOf(deployment.request, deployment.state.name).slice(0, 255),
        url: link?.url ?? `${api}/2.0/repositories/${repository}/commit/${commit}`,
      };
      const url = `${api}/2.0/repositories/${repository}/commit/${commit}/statuses/build`;
      const headers = {
        authorization: `Bearer ${await tools.secret(token)}`,
        'content-type': 'application/json',
      };
      return { told: judgeAnswer(await post(tools, url, headers, body)) };
    });
}

/** A commit status at GitLab. */
export function tellGitLab(channel: ChannelOf<'gitlab'>): Tell {
  const { project, token, api = 'https://gitlab.com' } = channel;
  return (occasion, tools) =>
    following(occasion, tools, async (commit) => {
      const { deployment, link } = occasion;
      const body = {
        state: GITLAB[progressOf(occasion)],
        name: `beanpod/${deployment.request.environment}`,
        description: headlineOf(deployment.request, deployment.state.name).slice(0, 255),
        ...(link !== undefined && { target_url: link.url }),
      };
      const url = `${api}/api/v4/projects/${encodeURIComponent(project)}/statuses/${commit}`;
      const headers = { 'private-token': await tools.secret(token), 'content-type': 'application/json' };
      return { told: judgeAnswer(await post(tools, url, headers, body)) };
    });
}

interface Followed {
  readonly told: Told;
  /** Kept for the next time. */
  readonly keep?: string;
}

/** What follows a deployment is told its present state, once. */
async function following(
  { deployment, news }: Occasion,
  { thread, keepThread }: ChannelTools,
  tell: (commit: string, kept: string | undefined) => Promise<Followed>,
): Promise<Told> {
  if (isAboutTarget(news)) return NO_STATUS;
  const { commit } = deployment.request;
  if (commit === undefined) return NO_COMMIT;
  const { shows, keep: kept } =
    thread === undefined ? {} : (JSON.parse(thread) as { shows?: string; keep?: string });
  const now = deployment.state.name;
  if (shows === now) return { said: 'sent', seen: 'it shows this already' };
  const { told, keep } = await tell(commit, kept);
  const remembered = keep ?? kept;
  await keepThread(
    JSON.stringify({
      ...(told.said === 'sent' ? { shows: now } : shows !== undefined && { shows }),
      ...(remembered !== undefined && { keep: remembered }),
    }),
  );
  return told;
}

function post(
  { send, signal }: ChannelTools,
  url: string,
  headers: Outgoing['headers'],
  body: object,
): ReturnType<ChannelTools['send']> {
  return send({ method: 'POST', url, headers, body: JSON.stringify(body) }, signal);
}
