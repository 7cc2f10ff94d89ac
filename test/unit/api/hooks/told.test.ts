import { describe, expect, it } from 'vitest';
import { readTold } from '../../../../src/api/hooks/told.js';
import type { Hook, Sender } from '../../../../src/shared/contract/hook.js';

const [COMMIT, NONE] = ['d'.repeat(40), '0'.repeat(40)];

function read(sender: Sender, event: string, payload: object) {
  const hook: Hook = { sender, secrets: ['a secret of the tests'], services: { Shop: 'shop' } };
  return readTold(hook, event, payload);
}

/** The parts of the samples that the senders publish which say something; `own` says whose branch it is. */
const SAMPLES = {
  /** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
  github: (action: string, own: object | null = { id: 1 }) => ({
    action,
    number: 7,
    pull_request: {
      number: 7,
      title: 'Faster checkout',
      updated_at: '2026-11-26T12:00:00Z',
      user: { login: 'ada' },
      head: { ref: 'feature/fast', sha: COMMIT, repo: own },
      base: { ref: 'main', repo: { id: 1 } },
    },
    repository: { id: 1, name: 'shop' },
  }),
  /** https://docs.gitlab.com/user/project/integrations/webhook_events/#merge-request-events */
  gitlab: (action: string, own: unknown = 14, more: object = {}) => ({
    object_kind: 'merge_request',
    user: { name: 'ada' },
    project: { id: 14, name: 'Shop' },
    object_attributes: {
      id: 99,
      iid: 7,
      action,
      title: 'Faster checkout',
      source_branch: 'feature/fast',
      target_branch: 'main',
      source_project_id: own,
      target_project_id: 14,
      last_commit: { id: COMMIT, message: 'Faster' },
      updated_at: '2026-11-26 12:00:00 UTC',
      ...more,
    },
  }),
  /** https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Pull-request-events */
  bitbucket: (_: string, own: object | null = { uuid: '{1}' }) => ({
    repository: { name: 'shop', uuid: '{1}' },
    actor: { display_name: 'ada' },
    pullrequest: {
      id: 7,
      title: 'Faster checkout',
      updated_on: '2026-11-26T12:00:00Z',
      source: {
        branch: { name: 'feature/fast' },
        commit: { hash: COMMIT.slice(0, 12) },
        repository: own,
      },
      destination: { branch: { name: 'main' }, repository: { uuid: '{1}' } },
    },
  }),
  /** `pull_request_synchronized.json` of https://github.com/drone/go-scm/tree/master/scm/driver/gogs/testdata/webhooks */
  gogs: (action: string, own: object | null = { id: 61 }) => ({
    action,
    number: 7,
    pull_request: {
      id: 11,
      number: 7,
      user: { login: 'ada' },
      title: 'Faster checkout',
      head_branch: 'feature/fast',
      head_repo: own,
      base_branch: 'master',
      base_repo: { id: 61 },
    },
    repository: { id: 61, name: 'shop' },
  }),
  /** https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html */
  dataCenter: (_: string, own: object | null = { id: 1 }) => ({
    date: '2026-11-26T12:00:00+0000',
    actor: { displayName: 'ada' },
    pullRequest: {
      id: 7,
      title: 'Faster checkout',
      fromRef: { displayId: 'feature/fast', latestCommit: COMMIT, repository: own },
      toRef: { displayId: 'main', repository: { id: 1, slug: 'shop' } },
    },
  }),
};

const TOLD = {
  service: 'shop',
  branch: 'feature/fast',
  pullRequest: 7,
  happenedAt: Date.parse('2026-11-26T12:00:00Z'),
};

const REQUESTS = [
  ['github', 'pull_request', SAMPLES.github, ['opened', 'reopened', 'synchronize'], ['closed']],
  ['gitlab', 'Merge Request Hook', SAMPLES.gitlab, ['open', 'reopen'], ['close', 'merge']],
  ['gitea', 'pull_request', SAMPLES.github, ['opened', 'reopened', 'synchronized'], ['closed']],
] as const;

describe('a pull request', () => {
  it.each(REQUESTS)('is told of by %s', (sender, event, sample, opening, closing) => {
    for (const action of opening)
      expect(read(sender, event, sample(action)), action).toEqual({
        said: 'told',
        told: {
          ...TOLD,
          change: 'opened',
          version: COMMIT.slice(0, 12),
          commit: COMMIT,
          message: 'Faster checkout',
          author: 'ada',
        },
      });
    for (const action of closing)
      expect(read(sender, event, sample(action)), action).toEqual({
        said: 'told',
        told: { ...TOLD, change: 'closed' },
      });
  });

  it.each([
    ['pullrequest:created', SAMPLES.bitbucket, 'opened'],
    ['pullrequest:updated', SAMPLES.bitbucket, 'opened'],
    ['pullrequest:fulfilled', SAMPLES.bitbucket, 'closed'],
    ['pullrequest:rejected', SAMPLES.bitbucket, 'closed'],
    ['pr:opened', SAMPLES.dataCenter, 'opened'],
    ['pr:from_ref_updated', SAMPLES.dataCenter, 'opened'],
    ['pr:merged', SAMPLES.dataCenter, 'closed'],
    ['pr:declined', SAMPLES.dataCenter, 'closed'],
    ['pr:deleted', SAMPLES.dataCenter, 'closed'],
  ] as const)('is told of by Bitbucket as %s', (event, sample, change) => {
    const version = change === 'opened' ? { version: COMMIT.slice(0, 12) } : {};

    expect(read('bitbucket', event, sample(''))).toMatchObject({
      said: 'told',
      told: { ...TOLD, change, ...version },
    });
  });

  it('of Gogs, which names no commit, is told of without a version', () => {
    for (const action of ['opened', 'reopened', 'synchronized'])
      expect(read('gitea', 'pull_request', SAMPLES.gogs(action))).toEqual({
        said: 'told',
        told: {
          service: 'shop',
          change: 'opened',
          branch: 'feature/fast',
          pullRequest: 7,
          message: 'Faster checkout',
          author: 'ada',
        },
      });
  });

  it('whose words alone changed leads to nothing, unlike one with new commits', () => {
    const update = (more: object) => read('gitlab', 'Merge Request Hook', SAMPLES.gitlab('update', 14, more));

    expect(update({ oldrev: COMMIT })).toMatchObject({ said: 'told', told: { change: 'opened' } });
    expect(update({})).toMatchObject({ said: 'nothing' });
    expect(read('github', 'pull_request', SAMPLES.github('labeled'))).toMatchObject({ said: 'nothing' });
  });

  it.each([
    ['github', 'pull_request', SAMPLES.github('opened', { id: 2 })],
    ['github', 'pull_request', SAMPLES.github('opened', null)],
    ['gitlab', 'Merge Request Hook', SAMPLES.gitlab('open', 15)],
    ['gitlab', 'Merge Request Hook', SAMPLES.gitlab('open', null)],
    ['gitea', 'pull_request', SAMPLES.github('opened', { id: 2 })],
    ['gitea', 'pull_request', SAMPLES.gogs('opened', { id: 2 })],
    ['gitea', 'pull_request', SAMPLES.gogs('opened', null)],
    ['bitbucket', 'pullrequest:created', SAMPLES.bitbucket('', { uuid: '{2}' })],
    ['bitbucket', 'pr:opened', SAMPLES.dataCenter('', { id: 2 })],
    ['github', 'workflow_run', runOf({ head_repository: { id: 2 } })],
  ] as const)('of %s by %s from a fork leads to nothing', (sender, event, payload) => {
    expect(read(sender, event, payload)).toEqual({
      said: 'nothing',
      reason: 'It comes from a fork, which may hold anything by anybody',
    });
  });

  it('from a fork that is closed is told of all the same', () => {
    expect(read('github', 'pull_request', SAMPLES.github('closed', null))).toMatchObject({
      said: 'told',
      told: { change: 'closed', pullRequest: 7 },
    });
  });
});

function runOf(more: object) {
  return {
    workflow_run: {
      conclusion: 'success',
      head_branch: 'feature/fast',
      head_sha: COMMIT,
      repository: { id: 1 },
      head_repository: { id: 1 },
      pull_requests: [
        { number: 900, base: { repo: { id: 2 } } },
        { number: 7, base: { repo: { id: 1 } } },
      ],
      ...more,
    },
    repository: { id: 1, name: 'shop' },
  };
}

describe('a finished build', () => {
  it.each(['requested', 'in_progress'])('of GitHub is none while it is %s', (action) => {
    expect(read('github', 'workflow_run', { action, ...runOf({ conclusion: null }) })).toMatchObject({
      said: 'nothing',
    });
  });

  /** `pipeline_hook_update.json` of https://github.com/drone/go-scm/tree/master/scm/driver/bitbucket/testdata/webhooks */
  it.each([
    ['SUCCESSFUL', 'told'],
    ['INPROGRESS', 'nothing'],
    ['FAILED', 'nothing'],
  ])('of Bitbucket that is %s is %s', (state, said) => {
    const commit = {
      hash: COMMIT,
      date: '2026-11-26T12:00:00+00:00',
      author: { raw: 'Ada <ada@example.com>', user: { display_name: 'Ada' } },
      message: 'Faster checkout\n',
    };
    const status = { key: '3343801', type: 'build', state, name: 'Pipeline #4', refname: 'main', commit };
    const reading = read('bitbucket', 'repo:commit_status_updated', {
      repository: { name: 'shop', full_name: 'ada/shop', uuid: '{1}' },
      actor: { display_name: 'Bot' },
      commit_status: status,
    });

    expect(reading.said).toBe(said);
    if (reading.said === 'told')
      expect(reading.told).toEqual({
        service: 'shop',
        change: 'built',
        version: COMMIT.slice(0, 12),
        commit: COMMIT,
        message: 'Faster checkout',
        author: 'Ada',
        branch: 'main',
        happenedAt: TOLD.happenedAt,
      });
  });

  it('of GitHub names the pull request of its own repository', () => {
    expect(read('github', 'workflow_run', runOf({}))).toMatchObject({
      said: 'told',
      told: { change: 'built', pullRequest: 7, version: COMMIT.slice(0, 12) },
    });
  });

  it('of GitLab names its merge request, and takes no number of its own for one', () => {
    const pipeline = (more: object) => ({
      object_kind: 'pipeline',
      object_attributes: { iid: 3, ref: 'main', sha: COMMIT, status: 'success' },
      project: { name: 'Shop' },
      ...more,
    });
    const request = { iid: 7, source_branch: 'feature/fast', source_project_id: 1, target_project_id: 1 };

    const [plain, about] = [
      read('gitlab', 'Pipeline Hook', pipeline({})),
      read('gitlab', 'Pipeline Hook', pipeline({ merge_request: request })),
    ];

    expect(plain).toMatchObject({ told: { change: 'built', branch: 'main' } });
    expect(plain).not.toHaveProperty('told.pullRequest');
    expect(about).toMatchObject({ told: { change: 'built', branch: 'feature/fast', pullRequest: 7 } });
  });
});

describe('a branch that was removed', () => {
  const closed = { said: 'told', told: { service: 'shop', change: 'closed', branch: 'feature/fast' } };

  it.each([
    [
      'github',
      'push',
      { ref: 'refs/heads/feature/fast', after: NONE, deleted: true, repository: { name: 'shop' } },
    ],
    ['gitlab', 'Push Hook', { ref: 'refs/heads/feature/fast', after: NONE, project: { name: 'Shop' } }],
    ['gitea', 'delete', { ref: 'feature/fast', ref_type: 'branch', repository: { name: 'shop' } }],
    [
      'bitbucket',
      'repo:push',
      {
        repository: { name: 'shop' },
        push: { changes: [{ closed: true, old: { type: 'branch', name: 'feature/fast' }, new: null }] },
      },
    ],
    [
      'bitbucket',
      'repo:refs_changed',
      {
        repository: { slug: 'shop' },
        changes: [{ type: 'DELETE', ref: { id: 'refs/heads/feature/fast', type: 'BRANCH' }, toHash: NONE }],
      },
    ],
  ] as const)('is told of by %s', (sender, event, payload) => {
    expect(read(sender, event, payload)).toEqual(closed);
  });

  it('is no tag', () => {
    const payload = { ref: 'refs/tags/v1', after: NONE, repository: { name: 'shop' } };

    expect(read('github', 'push', payload)).toEqual({ said: 'nothing', reason: 'A tag was removed' });
    const change = { type: 'DELETE', ref: { id: 'refs/tags/v1', type: 'TAG' }, toHash: NONE };
    const removed = { repository: { slug: 'shop' }, changes: [change] };
    expect(read('bitbucket', 'repo:refs_changed', removed)).toMatchObject({ reason: 'A tag was removed' });
    const closed = [{ closed: true, old: { type: 'tag', name: 'v1' }, new: null }];
    const cloud = read('bitbucket', 'repo:push', { repository: { name: 'shop' }, push: { changes: closed } });
    expect(cloud).not.toHaveProperty('told.branch');
  });
});
