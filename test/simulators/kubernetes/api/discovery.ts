import { VERBS } from '../registry/built-in-types.js';
import type { Registry } from '../registry/registry.js';
import type { ResourceType } from '../registry/resource-type.js';
import type { Fields } from '../json.js';

/** Answers the discovery paths; undefined for every other path. */
export function discover(
  registry: Registry,
  path: string,
  accept: string,
): { type: string; body: unknown } | undefined {
  const types = registry.all();
  if (path === '/api' || path === '/apis') return root(types, path === '/api' ? 'core' : 'groups', accept);
  const [prefix, group = '', version] = path.split('/').filter((part) => part !== '');
  if (prefix === 'api') return version === undefined ? resourceList(types, '', group) : undefined;
  if (prefix !== 'apis') return undefined;
  if (version !== undefined) return resourceList(types, group, version);
  const found = groups(types.filter((type) => type.group === group))[0];
  return found === undefined ? undefined : json({ kind: 'APIGroup', apiVersion: 'v1', ...found });
}

function root(
  types: readonly ResourceType[],
  of: 'core' | 'groups',
  accept: string,
): { type: string; body: unknown } {
  const own = types.filter((type) => (type.group === '') === (of === 'core'));
  const version = /as=APIGroupDiscoveryList/.test(accept) ? /v=(?<version>v2(?:beta1)?)/.exec(accept) : null;
  if (version !== null) return aggregated(own, version.groups?.['version'] ?? 'v2');
  if (of === 'groups') return json(groupList(own));
  return json({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
}

// The scale subresource speaks autoscaling/v1 whatever the version of its parent.
const SUBRESOURCE_KINDS: Record<string, { group: string; version: string; kind: string; verbs: string[] }> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  log: { group: '', version: 'v1', kind: 'Pod', verbs: ['get'] },
  exec: { group: '', version: 'v1', kind: 'PodExecOptions', verbs: ['create', 'get'] },
  attach: { group: '', version: 'v1', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
  portforward: { group: '', version: 'v1', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
  proxy: {
    group: '',
    version: 'v1',
    kind: 'PodProxyOptions',
    verbs: ['create', 'delete', 'get', 'patch', 'update'],
  },
};

function aggregated(types: readonly ResourceType[], version: string): { type: string; body: unknown } {
  const items = groups(types).map(({ name, versions }) => ({
    metadata: { name, creationTimestamp: null },
    versions: versions.map((entry) => ({
      version: entry.version,
      freshness: 'Current',
      resources: types
        .filter((type) => type.group === name && type.version === entry.version)
        .map(aggregatedResource),
    })),
  }));
  return {
    type: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    body: {
      kind: 'APIGroupDiscoveryList',
      apiVersion: `apidiscovery.k8s.io/${version}`,
      metadata: {},
      items,
    },
  };
}

function aggregatedResource(type: ResourceType): Fields {
  const { group, version, kind } = type;
  return {
    resource: type.plural,
    responseKind: { group, version, kind },
    scope: type.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: type.singular,
    verbs: VERBS,
    ...(type.shortNames.length === 0 ? {} : { shortNames: type.shortNames }),
    ...(type.categories.length === 0 ? {} : { categories: type.categories }),
    ...(type.subresources.length === 0
      ? {}
      : { subresources: type.subresources.map((name) => aggregatedSubresource(type, name)) }),
  };
}

function aggregatedSubresource(type: ResourceType, name: string): Fields {
  const other = SUBRESOURCE_KINDS[name];
  const { group, version, kind } = other ?? type;
  return {
    subresource: name,
    responseKind: { group, version, kind },
    verbs: other?.verbs ?? ['get', 'patch', 'update'],
  };
}

function resourceList(
  all: readonly ResourceType[],
  group: string,
  version: string,
): { type: string; body: unknown } | undefined {
  const types = all.filter((type) => type.group === group && type.version === version);
  if (types.length === 0) return undefined;
  const resources = types.flatMap((type) => [
    {
      name: type.plural,
      singularName: type.singular,
      namespaced: type.namespaced,
      kind: type.kind,
      verbs: VERBS,
      ...(type.shortNames.length === 0 ? {} : { shortNames: type.shortNames }),
      ...(type.categories.length === 0 ? {} : { categories: type.categories }),
    },
    ...type.subresources.map((name) => {
      const other = SUBRESOURCE_KINDS[name];
      return {
        name: `${type.plural}/${name}`,
        singularName: '',
        namespaced: type.namespaced,
        ...(other === undefined ? {} : { group: other.group, version: other.version }),
        kind: other?.kind ?? type.kind,
        verbs: other?.verbs ?? ['get', 'patch', 'update'],
      };
    }),
  ]);
  const groupVersion = group === '' ? version : `${group}/${version}`;
  return json({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
}

function groupList(types: readonly ResourceType[]): Fields {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(types) };
}

interface Group {
  name: string;
  versions: { groupVersion: string; version: string }[];
  preferredVersion: { groupVersion: string; version: string } | undefined;
}

function groups(types: readonly ResourceType[]): Group[] {
  const names = [...new Set(types.map((type) => type.group))];
  return names.map((name) => {
    const versions = [...new Set(types.filter((type) => type.group === name).map((type) => type.version))];
    const entries = versions.map((version) => ({
      groupVersion: name === '' ? version : `${name}/${version}`,
      version,
    }));
    return { name, versions: entries, preferredVersion: entries[0] };
  });
}

function json(body: unknown): { type: string; body: unknown } {
  return { type: 'application/json', body };
}
