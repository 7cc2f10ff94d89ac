import { atOnce } from '../at-once.js';
import type { Baseline } from '../baseline.js';
import type { Gateway, Permission } from '../gateway.js';
import { sourcesOf } from '../health/applied-object.js';
import { placeOf } from '../set/member.js';
import { collectionOf } from '../set/prepare.js';
import type { PreparedSet } from '../set/prepared-set.js';

/** What a deployment of this set needs, with its rollback and its evidence. */
export function permissionsFor(
  baseline: Baseline,
  set: PreparedSet,
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
  for (const { member } of set.hooks) {
    for (const verb of ['get', 'create', 'patch', 'delete']) {
      needed.push({ verb, group: 'batch', resource: 'jobs', ...inNamespace(member.namespace) });
    }
  }
  const logs = { verb: 'get', group: '', resource: 'pods', subresource: 'log' };
  const namespaces = new Set([namespace, ...baseline.objects.flatMap((each) => each.namespace ?? [])]);
  return [...needed, ...watchesOf(set), ...[...namespaces].map((within) => ({ ...logs, namespace: within }))];
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
  return [...verbsByKind(missing)].map(([kind, verbs]) => `${[...verbs].join(', ')} ${kind}`);
}

/** The verbs for each kind and namespace, such as `deployments.apps in shop`. */
export function verbsByKind(permissions: readonly Permission[]): ReadonlyMap<string, ReadonlySet<string>> {
  const verbs = new Map<string, Set<string>>();
  for (const { verb, group, resource, subresource, namespace } of permissions) {
    const kind = `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
    const key = `${kind}${namespace ? ` in ${namespace}` : ''}`;
    verbs.set(key, (verbs.get(key) ?? new Set()).add(verb));
  }
  return verbs;
}

/** Everything that is watched to judge the set; what may be missing is left out. */
function watchesOf({ members }: PreparedSet): readonly Permission[] {
  const objects = members.map((member) => ({
    ref: member.ref,
    collection: collectionOf(member),
    written: { uid: '', resourceVersion: '' },
  }));
  return sourcesOf(objects)
    .filter(({ optional }) => optional !== true)
    .flatMap(({ path }) => ['list', 'watch'].map((verb) => ({ verb, ...collectionAt(path) })));
}

/** The collection that a path such as `/apis/apps/v1/namespaces/shop/deployments` leads to. */
function collectionAt(path: string): Omit<Permission, 'verb'> {
  const [, root, ...rest] = path.split('/').map(decodeURIComponent);
  const group = root === 'apis' ? (rest.shift() ?? '') : '';
  const [, ...within] = rest;
  const isNamespaced = within[0] === 'namespaces' && within.length === 3;
  const namespace = isNamespaced && within[1] !== undefined && { namespace: within[1] };
  return { group, resource: within.at(-1) ?? '', ...namespace };
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
