import { describe, expect, test } from 'vitest';
import { ciRunOf, keyOfRun } from '../../../src/cli/ci-run.js';

const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e';

const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'shop/api',
  GITHUB_RUN_ID: '118',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_SHA: SHA,
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REF_NAME: 'main',
};

describe('what CI says of its run', () => {
  test('is read from GitHub Actions, with the tag as the version where there is one', () => {
    const run = {
      name: 'github',
      run: 'shop/api 118',
      url: 'https://github.com/shop/api/actions/runs/118',
      attempt: '1',
      commit: SHA,
    };
    expect(ciRunOf(GITHUB)).toEqual({ ...run, version: SHA, branch: 'main' });
    expect(ciRunOf({ ...GITHUB, GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.4.0' })).toEqual({
      ...run,
      version: 'v1.4.0',
    });
  });

  test('is read from GitLab', () => {
    const env = {
      GITLAB_CI: 'true',
      CI_PROJECT_ID: '7',
      CI_PIPELINE_ID: '118',
      CI_JOB_NAME: 'deploy',
      CI_JOB_ID: '991',
      CI_PIPELINE_URL: 'https://gitlab.com/shop/api/-/pipelines/118',
      CI_COMMIT_SHA: SHA,
      CI_COMMIT_TAG: '',
      CI_COMMIT_BRANCH: 'main',
    };
    expect(ciRunOf(env)).toEqual({
      name: 'gitlab',
      run: '7 118 deploy',
      url: 'https://gitlab.com/shop/api/-/pipelines/118',
      attempt: '991',
      version: SHA,
      commit: SHA,
      branch: 'main',
    });
  });

  test('is read from Bitbucket Pipelines', () => {
    const env = {
      BITBUCKET_BUILD_NUMBER: '118',
      BITBUCKET_REPO_FULL_NAME: 'shop/api',
      BITBUCKET_COMMIT: SHA,
      BITBUCKET_BRANCH: 'main',
      BITBUCKET_STEP_RUN_NUMBER: '2',
    };
    expect(ciRunOf(env)).toEqual({
      name: 'bitbucket',
      run: 'shop/api 118',
      url: 'https://bitbucket.org/shop/api/pipelines/results/118',
      attempt: '2',
      version: SHA,
      commit: SHA,
      branch: 'main',
    });
  });

  test('is read from Jenkins', () => {
    const env = {
      JENKINS_URL: 'https://ci.example.com/',
      BUILD_TAG: 'jenkins-shop-118',
      BUILD_URL: 'https://ci.example.com/job/shop/118/',
      GIT_COMMIT: SHA,
      GIT_BRANCH: 'origin/main',
    };
    expect(ciRunOf(env)).toEqual({
      name: 'jenkins',
      run: 'https://ci.example.com/ jenkins-shop-118',
      url: 'https://ci.example.com/job/shop/118/',
      version: SHA,
      commit: SHA,
      branch: 'main',
    });
  });

  test('is nothing on the machine of a person', () => {
    expect(ciRunOf({ CI: 'true', GIT_COMMIT: SHA })).toBeUndefined();
  });
});

describe('the idempotency key of a run', () => {
  const request = { service: 'shop', environment: 'staging', version: SHA };
  const run = (env = {}) => ciRunOf({ ...GITHUB, ...env }) ?? expect.unreachable();

  test('is the same for each try, and when a person runs it again', () => {
    expect(keyOfRun(run({ GITHUB_RUN_ATTEMPT: '2' }), request)).toBe(keyOfRun(run(), request));
  });

  test('differs by run, by request and, when asked for, by attempt', () => {
    const keys = [
      keyOfRun(run(), request),
      keyOfRun(run({ GITHUB_RUN_ID: '119' }), request),
      keyOfRun(run(), { ...request, environment: 'production' }),
      keyOfRun(run(), request, '2'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[\x20-\x7e]{1,255}$/);
  });
});
