import type { Sender } from '../../shared/contract/hook.js';

/** Where the repository that a change comes from stands, and the one that it is for. */
const REPOSITORIES: Readonly<Partial<Record<Sender, readonly (readonly [from: string, to: string])[]>>> = {
  github: [
    ['$.pull_request.head.repo', '$.pull_request.base.repo'],
    ['$.workflow_run.head_repository', '$.workflow_run.repository'],
  ],
  gitlab: [
    ['$.object_attributes.source_project_id', '$.object_attributes.target_project_id'],
    ['$.merge_request.source_project_id', '$.merge_request.target_project_id'],
  ],
  bitbucket: [
    ['$.pullrequest.source.repository', '$.pullrequest.destination.repository'],
    ['$.pullRequest.fromRef.repository', '$.pullRequest.toRef.repository'],
  ],
  gitea: [
    ['$.pull_request.head.repo', '$.pull_request.base.repo'],
    ['$.pull_request.head_repo', '$.pull_request.base_repo'],
  ],
};

/**
 * Whether a payload says that the change comes from another repository, or from one that is gone. Anybody may fork what
 * they can read, name a branch as they like and open a pull request.
 */
export function isFromFork(sender: Sender, at: (path: string) => readonly unknown[]): boolean {
  return (REPOSITORIES[sender] ?? []).some(([from, to]) => {
    const [source, target] = [at(from), at(to)];
    return source.length > 0 && target.length > 0 && idOf(source[0]) !== idOf(target[0]);
  });
}

/** Its own number where it has one; names may be given anew. */
function idOf(repository: unknown): string | undefined {
  if (typeof repository === 'number') return String(repository);
  if (typeof repository !== 'object' || repository === null) return undefined;
  const { id, uuid, full_name: name } = repository as Readonly<Record<string, unknown>>;
  const found = id ?? uuid ?? name;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}
