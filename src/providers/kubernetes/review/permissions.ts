import { atOnce } from '../at-once.js';
import type { Baseline } from '../baseline.js';
import type { Gateway, Permission } from '../gateway.js';
import { placeOf } from '../set/member.js';
import type { PreparedSet } from '../set/prepare.js';

/** What a deployment of this set needs, with its rollback and its evidence. */
export function permissionsFor(
  baseline: Baseline,
  { hooks }: PreparedSet,
  namespace: string,
): readonly Permission[] {
  const needed: Permission[] = [];
  for (const object of baseline.objects) {
    const { resource, namespace: within, name } = placeOf(object);
    const verbs = object.part === 'prune' ? ['get', 'delete', 'create'] : ['get', 'patch'];
    const more = object.before ? ['update'] : ['create', 'delete'];
    for (const verb of object.part === 'prune' ? verbs : [...verbs, ...more]) {
      const at = resource.namespaced && within !== undefined && { namespace: within };
      needed.push({ verb, group: resource.group, resource: resource.plural, name, ...at });
    }
    if (object.before?.keptIn) {
      for (const verb of ['create', 'get', 'patch', 'delete']) {
        needed.push({ verb, group: '', resource: 'secrets', ...(within && { namespace: within }) });
      }
    }
  }
  for (const { member } of hooks) {
    for (const verb of ['get', 'create', 'patch', 'delete']) {
      needed.push({ verb, group: 'batch', resource: 'jobs', ...inNamespace(member.namespace) });
    }
  }
  const namespaces = new Set([namespace, ...baseline.objects.flatMap((each) => each.namespace ?? [])]);
  return [...needed, ...[...namespaces].flatMap(looks)];
}

/** Those that are missing. A right that holds for single names only is asked for by name. */
export async function missingPermissions(
  needed: readonly Permission[],
  gateway: Gateway,
  signal: AbortSignal,
): Promise<readonly Permission[]> {
  const general = new Map(needed.map((permission) => [keyOf(permission), ofAny(permission)]));
  const answers = await atOnce([...general], async ([key, permission]) => {
    return [key, await gateway.mayI(permission, signal)] as const;
  });
  const allowed = new Set(answers.flatMap(([key, may]) => (may ? [key] : [])));
  const open = needed.filter((permission) => !allowed.has(keyOf(permission)));
  const asked = await atOnce(open, async (permission) => {
    const may = permission.name !== undefined && (await gateway.mayI(permission, signal));
    return may ? [] : [permission];
  });
  return asked.flat();
}

/** One line for each kind and namespace: `patch, create deployments.apps in shop`. */
export function sentencesOf(missing: readonly Permission[]): readonly string[] {
  const verbs = new Map<string, Set<string>>();
  for (const { verb, group, resource, subresource, namespace } of missing) {
    const kind = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
    const key = `${kind}${namespace ? ` in ${namespace}` : ''}`;
    verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
  }
  return [...verbs].map(([key, words]) => `${[...words].join(', ')} ${key}`);
}

function looks(namespace: string): readonly Permission[] {
  const watched = [
    { group: '', resource: 'pods' },
    { group: '', resource: 'events' },
    { group: 'apps', resource: 'replicasets' },
  ];
  return [
    ...watched.flatMap((what) => ['list', 'watch'].map((verb) => ({ ...what, verb, namespace }))),
    { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace },
  ];
}

function inNamespace(namespace: string | undefined): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

/** The same for objects of any name. */
function ofAny({ verb, group, resource, subresource, namespace }: Permission): Permission {
  const at = { ...(subresource && { subresource }), ...(namespace && { namespace }) };
  return { verb, group, resource, ...at };
}

function keyOf({
  verb,
  group,
  resource,
  subresource = '',
  namespace = '',
}: Omit<Permission, 'name'>): string {
  return [verb, group, resource, subresource, namespace].join('/');
}
