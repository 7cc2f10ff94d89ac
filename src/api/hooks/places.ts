import type { Sender } from '../../shared/contract/hook.js';
import type { Told } from '../../shared/domain/hooks/decide.js';

/** A part of what is told that is read from one place of a payload. */
export type Part = Exclude<keyof Told, 'change'>;

/**
 * Where each sender has what, by the kind of its event; the first place that holds a text or number counts. The pages
 * that `changes.ts` names describe them. Bitbucket Cloud sends more of a commit status than its page shows, as recorded in
 * https://github.com/drone/go-scm/tree/master/scm/driver/bitbucket/testdata/webhooks (`pipeline_hook_update.json`), and no
 * slug of a repository. Gogs names branches and repositories of a pull request without `head` and `base`, and no commit, as
 * recorded there in `scm/driver/gogs/testdata/webhooks`.
 */
export const PLACES: Readonly<Record<Sender, Readonly<Partial<Record<Part, readonly string[]>>>>> = {
  github: {
    service: ['$.repository.name'],
    branch: ['$.workflow_run.head_branch', '$.pull_request.head.ref', '$.deployment.ref', '$.ref'],
    commit: ['$.workflow_run.head_sha', '$.pull_request.head.sha', '$.deployment.sha', '$.after'],
    // Runs of a repository also list pull requests to the one that it is a fork of.
    pullRequest: [
      '$.pull_request.number',
      '$.workflow_run.pull_requests[?@.base.repo.id == $.workflow_run.repository.id].number',
    ],
    message: ['$.workflow_run.head_commit.message', '$.pull_request.title', '$.head_commit.message'],
    author: [
      '$.workflow_run.head_commit.author.name',
      '$.pull_request.user.login',
      '$.head_commit.author.name',
    ],
    image: ['$.registry_package.package_version.package_url', '$.package.package_version.package_url'],
    happenedAt: [
      '$.workflow_run.head_commit.timestamp',
      '$.pull_request.updated_at',
      '$.head_commit.timestamp',
    ],
  },
  gitlab: {
    service: ['$.project.name'],
    branch: [
      '$.merge_request.source_branch',
      '$.object_attributes.source_branch',
      '$.object_attributes.ref',
      '$.ref',
    ],
    commit: ['$.object_attributes.last_commit.id', '$.object_attributes.sha', '$.checkout_sha', '$.after'],
    // Pipelines and issues have a number of the same name.
    pullRequest: ['$.merge_request.iid', '$[?$.object_kind == "merge_request"].iid'],
    message: ['$.commit.message', '$.object_attributes.title', '$.commits[-1].message'],
    author: ['$.commit.author.name', '$.commits[-1].author.name', '$.user.name'],
    happenedAt: ['$.commit.timestamp', '$.object_attributes.updated_at', '$.commits[-1].timestamp'],
  },
  bitbucket: {
    service: ['$.repository.slug', '$.repository.name', '$.pullRequest.toRef.repository.slug'],
    branch: [
      '$.push.changes[0].new.name',
      '$.push.changes[?@.old.type == "branch"].old.name',
      '$.changes[0].ref.id',
      '$.pullrequest.source.branch.name',
      '$.pullRequest.fromRef.displayId',
      '$.commit_status.refname',
    ],
    commit: [
      '$.push.changes[0].new.target.hash',
      '$.changes[0].toHash',
      '$.pullrequest.source.commit.hash',
      '$.pullRequest.fromRef.latestCommit',
      '$.commit_status.commit.hash',
    ],
    pullRequest: ['$.pullrequest.id', '$.pullRequest.id'],
    message: [
      '$.push.changes[0].new.target.message',
      '$.pullrequest.title',
      '$.pullRequest.title',
      '$.commit_status.commit.message',
    ],
    author: [
      '$.push.changes[0].new.target.author.user.display_name',
      '$.commit_status.commit.author.user.display_name',
      '$.actor.display_name',
      '$.actor.displayName',
    ],
    happenedAt: [
      '$.push.changes[0].new.target.date',
      '$.pullrequest.updated_on',
      '$.commit_status.commit.date',
      '$.date',
    ],
  },
  gitea: {
    service: ['$.repository.name'],
    branch: ['$.pull_request.head.ref', '$.pull_request.head_branch', '$.ref'],
    commit: ['$.pull_request.head.sha', '$.after'],
    pullRequest: ['$.pull_request.number'],
    message: ['$.pull_request.title', '$.head_commit.message', '$.commits[0].message'],
    author: ['$.pull_request.user.login', '$.head_commit.author.name', '$.commits[0].author.name'],
    happenedAt: ['$.pull_request.updated_at', '$.head_commit.timestamp', '$.commits[0].timestamp'],
  },
  standard: {
    service: ['$.service'],
    version: ['$.version'],
    branch: ['$.branch'],
    commit: ['$.commit'],
    pullRequest: ['$.pullRequest'],
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
