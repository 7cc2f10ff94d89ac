import { invalid } from '../violations.js';

/**
 * Claims that say whose run it is, for GitHub Actions, GitLab and Bitbucket Pipelines in turn. Everybody in the world
 * can have these issuers sign a token, so that a branch alone, say, would let everybody in.
 */
const IDENTIFYING = [
  'repository_id',
  'repository',
  'repository_owner_id',
  'repository_owner',
  'job_workflow_ref',
  'project_id',
  'project_path',
  'namespace_id',
  'namespace_path',
  'repositoryUuid',
  'workspaceUuid',
  'sub',
];

/** Throws a 422 Refusal for claims that strangers could have, too. */
export function judgeClaims(claims: Readonly<Record<string, string>>): void {
  const says = IDENTIFYING.some((name) => Object.hasOwn(claims, name) && !claims[name]?.endsWith('*'));
  if (says) return;
  const detail = `must say whose run it is, by one of ${IDENTIFYING.join(', ')} without a * at its end`;
  throw invalid([{ pointer: '/claims', detail }]);
}
