import type { KubeObject } from '../object.js';
import { DOMAIN, firstAnnotation } from './annotations.js';
import type { Problem } from './problem.js';

/** When a hook runs. */
export type HookTime = 'pre-deploy' | 'post-deploy';

/** A Job that runs once for each deployment instead of being part of the set. */
export interface Hook {
  readonly at: HookTime;
  readonly weight: number;
  readonly job: KubeObject;
}

const NAMES = [`${DOMAIN}/hook`, 'argocd.argoproj.io/hook', 'helm.sh/hook'];
const WEIGHTS = [`${DOMAIN}/hook-weight`, 'helm.sh/hook-weight'];

/** Words of Beanpod, Argo CD and helm for the same two moments. */
const TIMES: Readonly<Record<string, HookTime>> = {
  'pre-deploy': 'pre-deploy',
  PreSync: 'pre-deploy',
  'pre-install': 'pre-deploy',
  'pre-upgrade': 'pre-deploy',
  'post-deploy': 'post-deploy',
  PostSync: 'post-deploy',
  'post-install': 'post-deploy',
  'post-upgrade': 'post-deploy',
};

/** Separates hooks from the set. A hook that is no Job, or for a moment that Beanpod does not know, is an error. */
export function takeHooks(objects: readonly KubeObject[]): {
  readonly set: readonly KubeObject[];
  readonly hooks: readonly Hook[];
  readonly problems: readonly Problem[];
} {
  const set: KubeObject[] = [];
  const hooks: Hook[] = [];
  const problems: Problem[] = [];
  for (const object of objects) {
    const said = firstAnnotation(object, NAMES);
    if (said === undefined) {
      set.push(object);
      continue;
    }
    const times = [...new Set(said.split(',').map((word) => TIMES[word.trim()]))];
    const [at] = times;
    const where = `${object.kind} ${object.metadata.name ?? object.metadata.generateName ?? ''}`;
    if (object.kind !== 'Job') problems.push(error(where, 'only Jobs can be hooks'));
    else if (at === undefined || times.length > 1) {
      problems.push(error(where, `the hook "${said}" is none of pre-deploy and post-deploy`));
    } else hooks.push({ at, weight: Number(firstAnnotation(object, WEIGHTS) ?? 0) || 0, job: object });
  }
  return { set, hooks: hooks.sort((one, other) => one.weight - other.weight), problems };
}

function error(where: string, said: string): Problem {
  return { level: 'error', where, said };
}
