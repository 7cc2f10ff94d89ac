import type { Sender } from '../../shared/contract/hook.js';
import type { Change } from '../../shared/domain/hooks/decide.js';

/** An event of a sender and what it says; with `at`, only when a text or number there fits `is`. */
interface Sign {
  readonly event: RegExp;
  readonly at?: string;
  readonly is?: RegExp;
  readonly change: Change;
}

/** What stands for the commit of a branch that was removed. */
const NO_COMMIT = /^0+$/;

/**
 * Events of each sender that lead to something; the first sign that fits counts.
 * GitHub: https://docs.github.com/webhooks/webhook-events-and-payloads, GitLab:
 * https://docs.gitlab.com/user/project/integrations/webhook_events/, Bitbucket Cloud:
 * https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/, Data Center:
 * https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html, Gitea, Forgejo and Gogs: `Event` in
 * https://github.com/go-gitea/gitea/blob/main/modules/webhook/type.go, where new commits of a pull request are one of its
 * actions, and what https://github.com/drone/go-scm has recorded of them (`scm/driver/gitea/testdata/webhooks`).
 */
const SIGNS: Readonly<Record<Sender, readonly Sign[]>> = {
  github: [
    { event: /^push$/, at: '$.after', is: NO_COMMIT, change: 'closed' },
    { event: /^push$/, change: 'pushed' },
    { event: /^pull_request$/, at: '$.action', is: /^(opened|reopened|synchronize)$/, change: 'opened' },
    { event: /^pull_request$/, at: '$.action', is: /^closed$/, change: 'closed' },
    // It has a conclusion only once it is completed; its requests and beginnings are told of as well.
    { event: /^workflow_run$/, at: '$.workflow_run.conclusion', is: /./, change: 'built' },
    { event: /^(deployment|registry_package|package)$/, change: 'built' },
  ],
  gitlab: [
    { event: /^(Tag )?Push Hook$/, at: '$.after', is: NO_COMMIT, change: 'closed' },
    { event: /^(Tag )?Push Hook$/, change: 'pushed' },
    {
      event: /^Merge Request Hook$/,
      at: '$.object_attributes.action',
      is: /^(open|reopen)$/,
      change: 'opened',
    },
    // An update without it changed words only.
    { event: /^Merge Request Hook$/, at: '$.object_attributes.oldrev', is: /./, change: 'opened' },
    {
      event: /^Merge Request Hook$/,
      at: '$.object_attributes.action',
      is: /^(close|merge)$/,
      change: 'closed',
    },
    { event: /^Pipeline Hook$/, change: 'built' },
  ],
  bitbucket: [
    { event: /^repo:push$/, at: '$.push.changes[0].closed', is: /^true$/, change: 'closed' },
    { event: /^repo:refs_changed$/, at: '$.changes[0].type', is: /^DELETE$/, change: 'closed' },
    { event: /^(repo:push|repo:refs_changed)$/, change: 'pushed' },
    { event: /^(pullrequest:(created|updated)|pr:(opened|from_ref_updated))$/, change: 'opened' },
    { event: /^(pullrequest:(fulfilled|rejected)|pr:(merged|declined|deleted))$/, change: 'closed' },
    { event: /^repo:commit_status_(created|updated)$/, change: 'built' },
  ],
  gitea: [
    { event: /^push$/, at: '$.after', is: NO_COMMIT, change: 'closed' },
    { event: /^push$/, change: 'pushed' },
    { event: /^delete$/, at: '$.ref_type', is: /^branch$/, change: 'closed' },
    { event: /^pull_request$/, at: '$.action', is: /^(opened|reopened|synchronized)$/, change: 'opened' },
    { event: /^pull_request$/, at: '$.action', is: /^closed$/, change: 'closed' },
  ],
  standard: [
    { event: /^/, at: '$.change', is: /^built$/, change: 'built' },
    { event: /^/, at: '$.change', is: /^opened$/, change: 'opened' },
    { event: /^/, at: '$.change', is: /^closed$/, change: 'closed' },
    { event: /^/, change: 'pushed' },
  ],
  cdevents: [
    { event: /^dev\.cdevents\.change\.merged\./, change: 'pushed' },
    { event: /^dev\.cdevents\.(artifact\.(published|packaged)|pipelinerun\.finished)\./, change: 'built' },
  ],
};

/** What an event says has happened; undefined for one that leads to nothing. Senders by Standard Webhooks need name none. */
export function changeOf(
  sender: Sender,
  event: string | undefined,
  textAt: (path: string) => string | undefined,
): Change | undefined {
  if (event === undefined && sender !== 'standard') return undefined;
  return SIGNS[sender].find(
    ({ event: named, at, is }) =>
      named.test(event ?? '') && (at === undefined || (is?.test(textAt(at) ?? '') ?? false)),
  )?.change;
}
