/** How the API server serves one kind. */
export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Name in paths, such as `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Such as `scale` and `status`; empty where discovery did not tell. */
  readonly subresources: readonly string[];
}

/** Path of a collection, or of one object of it. Cluster-scoped kinds ignore the namespace. */
export function pathOf(
  resource: Pick<Resource, 'group' | 'version' | 'plural' | 'namespaced'>,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`;
  const scope = resource.namespaced && namespace ? ['namespaces', namespace] : [];
  const rest = [...scope, resource.plural, ...(name ? [name] : []), ...(subresource ? [subresource] : [])];
  return `${root}/${resource.version}/${rest.map(encodeURIComponent).join('/')}`;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The group and version that an `apiVersion` names. */
export function groupVersionOf(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
