import { createHash } from 'node:crypto';
import { canonicalJson } from '../shared/canonical-json.js';
import type { Env } from './settings.js';

/** What the CI system says of the run that this process is part of. */
export interface CiRun {
  readonly name: 'github' | 'gitlab' | 'bitbucket' | 'jenkins';
  /** Page of the run; the same for every try of it. */
  readonly url?: string;
  /** Stays the same when a step of the run is tried again. */
  readonly run: string;
  /** Differs when a person runs the same run once more; absent where CI makes a new run of that. */
  readonly attempt?: string;
  /** What is being built: the tag, else the commit. */
  readonly version?: string;
  readonly commit?: string;
  readonly branch?: string;
}

type Reader = (env: Env) => CiRun | undefined;

/** Reads the variables that GitHub Actions, GitLab, Bitbucket Pipelines or Jenkins set; undefined outside of all. */
export function ciRunOf(env: Env): CiRun | undefined {
  for (const read of READERS) {
    const found = read(env);
    if (found) return found;
  }
  return undefined;
}

/**
 * An idempotency key that is the same for each try of one request in one run. With `attempt`, one that is the same
 * only within that attempt.
 */
export function keyOfRun(run: CiRun, request: object, attempt?: string): string {
  const about = canonicalJson({
    ci: run.name,
    run: run.run,
    request,
    ...(attempt !== undefined && { attempt }),
  });
  return `${run.name}-${createHash('sha256').update(about).digest('hex').slice(0, 40)}`;
}

// https://docs.github.com/actions/reference/workflows-and-actions/variables
const github: Reader = (env) =>
  run(env, 'GITHUB_ACTIONS', ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID'], {
    name: 'github',
    url: `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`,
    attempt: env['GITHUB_RUN_ATTEMPT'],
    version: env['GITHUB_REF_TYPE'] === 'tag' ? env['GITHUB_REF_NAME'] : env['GITHUB_SHA'],
    commit: env['GITHUB_SHA'],
    branch:
      env['GITHUB_HEAD_REF'] || (env['GITHUB_REF_TYPE'] === 'branch' ? env['GITHUB_REF_NAME'] : undefined),
  });

// https://docs.gitlab.com/ci/variables/predefined_variables/
const gitlab: Reader = (env) =>
  run(env, 'GITLAB_CI', ['CI_PROJECT_ID', 'CI_PIPELINE_ID', 'CI_JOB_NAME'], {
    name: 'gitlab',
    url: env['CI_PIPELINE_URL'],
    attempt: env['CI_JOB_ID'],
    version: env['CI_COMMIT_TAG'] || env['CI_COMMIT_SHA'],
    commit: env['CI_COMMIT_SHA'],
    branch: env['CI_COMMIT_BRANCH'] || env['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'],
  });

// https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
const bitbucket: Reader = (env) =>
  run(env, 'BITBUCKET_BUILD_NUMBER', ['BITBUCKET_REPO_FULL_NAME', 'BITBUCKET_BUILD_NUMBER'], {
    name: 'bitbucket',
    url: `https://bitbucket.org/${env['BITBUCKET_REPO_FULL_NAME']}/pipelines/results/${env['BITBUCKET_BUILD_NUMBER']}`,
    attempt: env['BITBUCKET_STEP_RUN_NUMBER'],
    version: env['BITBUCKET_TAG'] || env['BITBUCKET_COMMIT'],
    commit: env['BITBUCKET_COMMIT'],
    branch: env['BITBUCKET_BRANCH'],
  });

// https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables
const jenkins: Reader = (env) =>
  run(env, 'JENKINS_URL', ['JENKINS_URL', 'BUILD_TAG'], {
    name: 'jenkins',
    url: env['BUILD_URL'],
    version: env['TAG_NAME'] || env['GIT_COMMIT'],
    commit: env['GIT_COMMIT'],
    branch: env['BRANCH_NAME'] || env['GIT_BRANCH']?.replace(/^origin\//, ''),
  });

const READERS: readonly Reader[] = [github, gitlab, bitbucket, jenkins];

type Said = { readonly [K in keyof Omit<CiRun, 'run' | 'name'>]?: string | undefined };

function run(
  env: Env,
  mark: string,
  ids: readonly string[],
  { name, url, ...said }: Said & Pick<CiRun, 'name'>,
): CiRun | undefined {
  if (!env[mark] || ids.some((id) => !env[id])) return undefined;
  const there = Object.entries(said).filter(([, value]) => value !== undefined && value !== '');
  return {
    name,
    run: ids.map((id) => env[id]).join(' '),
    ...(url !== undefined && URL.canParse(url) && { url }),
    ...Object.fromEntries(there),
  };
}
