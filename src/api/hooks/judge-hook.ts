import type { Hook } from '../../shared/contract/hook.js';
import { flawOfPattern } from '../../shared/schema/pattern.js';
import type { Violation } from '../../shared/schema/schema.js';
import { flawOfPath } from './path-flaw.js';

/** What is wrong with the paths, patterns and decisions of a hook. */
export function judgeHook(hook: Hook): readonly Violation[] {
  const paths = [
    ...Object.entries(hook.map ?? {}).map(([name, path]) => [`/map/${name}`, path] as const),
    ...(hook.when ?? []).map(({ path }, at) => [`/when/${at}/path`, path] as const),
  ];
  return [
    ...paths.flatMap(([pointer, path]) => {
      const detail = flawOfPath(path);
      return detail === undefined ? [] : [{ pointer, detail }];
    }),
    ...(hook.when ?? []).flatMap(({ matches }, at) => {
      const flaw = flawOfPattern(matches);
      const pointer = `/when/${at}/matches`;
      return flaw === undefined ? [] : [{ pointer, detail: `is no expression of RE2: ${flaw}` }];
    }),
    ...(hook.decisions ?? []).flatMap((decision, at) =>
      judgeDecision(decision).map(({ pointer, detail }) => ({
        pointer: `/decisions/${at}${pointer}`,
        detail,
      })),
    ),
  ];
}

type Decision = NonNullable<Hook['decisions']>[number];

function judgeDecision({ action, environments, review }: Decision): readonly Violation[] {
  if (action === 'deploy' && !environments)
    return [{ pointer: '/environments', detail: 'is required to deploy' }];
  if (action !== 'review') return [];
  if (!review) return [{ pointer: '/review', detail: 'is required to make review environments' }];
  const needed = review.each === 'branch' ? '{branch}' : '{pullRequest}';
  return review.name.includes(needed)
    ? []
    : [{ pointer: '/review/name', detail: `needs ${needed}, or all would be one environment` }];
}
