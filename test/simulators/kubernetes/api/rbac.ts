import { forbidden, type ApiError } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import { fieldsAt, listAt, textAt, type Fields } from '../json.js';
import type { KubeObject } from '../objects.js';
import type { Identity, PolicyRule } from './identity.js';

/** What somebody wants to do to a resource. */
export interface Wish {
  verb: string;
  group: string;
  resource: string;
  subresource: string | undefined;
  namespace: string | undefined;
  name: string | undefined;
}

/** Tells whether an identity may do something, by its own rules and by the RBAC objects of the cluster. */
export function isAllowed(cluster: Cluster, identity: Identity, wish: Wish): boolean {
  return rulesFor(cluster, identity, wish.namespace).some((rule) => covers(rule, wish));
}

/** Every rule that holds for an identity in a namespace; undefined asks for cluster-wide ones only. */
export function rulesFor(cluster: Cluster, identity: Identity, namespace: string | undefined): PolicyRule[] {
  if (identity.groups.includes('system:masters')) return [EVERYTHING];
  const rules: PolicyRule[] = [];
  const { namespaces } = identity;
  if (namespaces === undefined || (namespace !== undefined && namespaces.includes(namespace)))
    rules.push(...identity.rules);
  for (const binding of cluster.store.collection('clusterrolebindings.rbac.authorization.k8s.io').list()) {
    if (binds(binding, identity)) rules.push(...roleRules(cluster, binding));
  }
  if (namespace === undefined) return rules;
  for (const binding of cluster.store.collection('rolebindings.rbac.authorization.k8s.io').list(namespace)) {
    if (binds(binding, identity)) rules.push(...roleRules(cluster, binding));
  }
  return rules;
}

/** The 403 of the RBAC authorizer. */
export function denied(identity: Identity, wish: Wish): ApiError {
  const { group, resource, subresource, namespace, name, verb } = wish;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const text = `User "${identity.name}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`;
  return forbidden(
    { group, plural: resource, kind: resource, ...(name === undefined ? {} : { name }) },
    text,
  );
}

const EVERYTHING: PolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], nonResourceURLs: ['*'] };

function covers(rule: PolicyRule, wish: Wish): boolean {
  const resource = wish.subresource === undefined ? wish.resource : `${wish.resource}/${wish.subresource}`;
  const names = rule.resourceNames ?? [];
  return (
    matches(rule.verbs, wish.verb) &&
    matches(rule.apiGroups ?? [], wish.group) &&
    (matches(rule.resources ?? [], resource) ||
      (rule.resources ?? []).includes(`*/${wish.subresource ?? ''}`)) &&
    (names.length === 0 || (wish.name !== undefined && names.includes(wish.name)))
  );
}

function matches(allowed: string[], value: string): boolean {
  return allowed.includes('*') || allowed.includes(value);
}

function binds(binding: KubeObject, identity: Identity): boolean {
  return listAt(binding, 'subjects').some((subject) => {
    const { kind, name, namespace } = subject as Fields;
    if (kind === 'User') return name === identity.name;
    if (kind === 'Group') return identity.groups.includes(String(name));
    return `system:serviceaccount:${String(namespace)}:${String(name)}` === identity.name;
  });
}

function roleRules(cluster: Cluster, binding: KubeObject): PolicyRule[] {
  const { kind, name } = fieldsAt(binding, 'roleRef');
  const key = textAt({ name }, 'name') ?? '';
  const role =
    kind === 'ClusterRole'
      ? cluster.store.collection('clusterroles.rbac.authorization.k8s.io').get(key)
      : cluster.store
          .collection('roles.rbac.authorization.k8s.io')
          .get(`${binding.metadata.namespace ?? ''}/${key}`);
  return listAt(role, 'rules') as PolicyRule[];
}
