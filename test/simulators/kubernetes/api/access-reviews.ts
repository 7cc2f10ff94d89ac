import type { Cluster } from '../cluster.js';
import { fieldsAt, textAt, type Fields } from '../json.js';
import type { Identity } from './identity.js';
import { isAllowed, rulesFor } from './rbac.js';

/** Answers a SelfSubjectReview, a SelfSubjectAccessReview or a SelfSubjectRulesReview; undefined for other paths. */
export function review(
  cluster: Cluster,
  identity: Identity,
  path: string,
  body: unknown,
): Fields | undefined {
  if (path === '/apis/authentication.k8s.io/v1/selfsubjectreviews') return selfReview(identity);
  const kind = /^\/apis\/authorization\.k8s\.io\/v1\/(?<kind>\w+)$/.exec(path)?.groups?.['kind'];
  const sent = fieldsAt(body);
  if (kind === 'selfsubjectaccessreviews') return accessReview(cluster, identity, sent);
  if (kind === 'selfsubjectrulesreviews') return rulesReview(cluster, identity, sent);
  return undefined;
}

function selfReview({ name, groups }: Identity): Fields {
  return {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: new Date().toISOString() },
    status: { userInfo: { username: name, groups } },
  };
}

function accessReview(cluster: Cluster, identity: Identity, body: Fields): Fields {
  const attributes = fieldsAt(body, 'spec', 'resourceAttributes');
  const text = (name: string): string | undefined => {
    const value = attributes[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const allowed = isAllowed(cluster, identity, {
    verb: text('verb') ?? '',
    group: text('group') ?? '',
    resource: text('resource') ?? '',
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  });
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: body['spec'],
    status: { allowed, ...(allowed ? { reason: 'RBAC: allowed' } : {}) },
  };
}

function rulesReview(cluster: Cluster, identity: Identity, body: Fields): Fields {
  const namespace = textAt(body, 'spec', 'namespace');
  const rules = rulesFor(cluster, identity, namespace);
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: { namespace },
    status: {
      resourceRules: rules.map(({ verbs, apiGroups = [], resources = [], resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames === undefined ? {} : { resourceNames }),
      })),
      nonResourceRules: [],
      incomplete: false,
    },
  };
}
