import { pathOf, type Resource } from './discovery/resource.js';
import { isAbsent } from './failures.js';
import { listAt, textAt, valueAt, type Json } from './json.js';
import type { KubeObject, ManagedFields } from './object.js';
import type { KubeTransport } from './transport.js';

/** Where an object is. */
export interface Place {
  readonly resource: Pick<Resource, 'group' | 'version' | 'plural' | 'namespaced'>;
  readonly namespace: string | undefined;
  readonly name: string;
}

/** A permission, in the words of SelfSubjectAccessReview. */
export interface Permission {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/**
 * The calls that a deployment makes. Writes are never repeated here, and carry the resourceVersion or the uid that
 * the caller has seen, so that a worker that was overtaken changes nothing.
 */
export interface Gateway {
  read(place: Place, signal: AbortSignal): Promise<KubeObject | undefined>;
  /** All objects of a collection; of all namespaces when none is given. */
  list(
    place: Omit<Place, 'name'>,
    query: { readonly labelSelector?: string },
    signal: AbortSignal,
  ): Promise<readonly KubeObject[]>;
  /** Server-side apply. `force` takes over fields of others. */
  apply(
    place: Place,
    configuration: KubeObject,
    how: { readonly manager: string; readonly force: boolean; readonly dryRun: boolean },
    signal: AbortSignal,
  ): Promise<KubeObject>;
  create(place: Place, object: KubeObject, manager: string, signal: AbortSignal): Promise<KubeObject>;
  replace(place: Place, object: KubeObject, manager: string, signal: AbortSignal): Promise<KubeObject>;
  /** Rewrites who owns which field of the object as it was `seen`; changes no field but the annotations named. */
  setOwners(
    place: Place,
    seen: KubeObject,
    owners: readonly ManagedFields[],
    dropAnnotations: readonly string[],
    signal: AbortSignal,
  ): Promise<KubeObject>;
  /** Deletes the object of this uid and no other one of the same name. What is gone already is no error. */
  remove(place: Place, uid: string, signal: AbortSignal): Promise<void>;
  mayI(permission: Permission, signal: AbortSignal): Promise<boolean>;
  /** The last lines of a container's log. */
  log(
    pod: { readonly namespace: string; readonly name: string; readonly container: string },
    wish: { readonly previous: boolean; readonly lines: number },
    signal: AbortSignal,
  ): Promise<readonly string[]>;
}

const PAGE = '500';

export function createGateway(transport: KubeTransport): Gateway {
  const at = ({ resource, namespace, name }: Place) => pathOf(resource, namespace, name);
  return {
    async read(place, signal) {
      try {
        return await transport.send({ method: 'GET', path: at(place), signal });
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },

    async list({ resource, namespace }, { labelSelector }, signal) {
      const found: KubeObject[] = [];
      let next: string | undefined;
      do {
        const query = { limit: PAGE, labelSelector, continue: next };
        const path = pathOf(resource, namespace);
        const page = await transport.send<Json>({ method: 'GET', path, query, signal });
        found.push(...itemsOf(page));
        next = (valueAt(page, 'metadata', 'continue') as string | undefined) || undefined;
      } while (next !== undefined);
      return found;
    },

    apply(place, body, { manager, force, dryRun }, signal) {
      return transport.send({
        method: 'PATCH',
        path: at(place),
        query: {
          fieldManager: manager,
          fieldValidation: 'Strict',
          force: String(force),
          ...(dryRun && { dryRun: 'All' }),
        },
        // kubectl sends JSON under this type too, which every server reads as YAML.
        contentType: 'application/apply-patch+yaml',
        body,
        signal,
      });
    },

    create({ resource, namespace }, body, fieldManager, signal) {
      const path = pathOf(resource, namespace);
      return transport.send({ method: 'POST', path, query: { fieldManager }, body, signal });
    },

    replace(place, body, fieldManager, signal) {
      return transport.send({ method: 'PUT', path: at(place), query: { fieldManager }, body, signal });
    },

    setOwners(place, { metadata }, owners, dropAnnotations, signal) {
      const dropped = dropAnnotations.filter((name) => metadata.annotations?.[name] !== undefined);
      const body = [
        // Writing the version that was seen makes the server refuse the patch when there is a newer one.
        { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
        ...dropped.map((name) => ({
          op: 'remove',
          path: `/metadata/annotations/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        })),
        { op: 'replace', path: '/metadata/managedFields', value: owners },
      ];
      const contentType = 'application/json-patch+json';
      return transport.send({ method: 'PATCH', path: at(place), contentType, body, signal });
    },

    async remove(place, uid, signal) {
      const body = { propagationPolicy: 'Background', preconditions: { uid } };
      try {
        await transport.send({ method: 'DELETE', path: at(place), body, signal });
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    },

    async mayI(permission, signal) {
      const answer = await transport.send<Json>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: permission },
        },
        signal,
      });
      return valueAt(answer, 'status', 'allowed') === true;
    },

    async log({ namespace, name, container }, { previous, lines }, signal) {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
      const query = { container, tailLines: String(lines), ...(previous && { previous: 'true' }) };
      const text = await transport.text({ method: 'GET', path, query, signal });
      return text.split('\n').filter((line) => line !== '');
    },
  };
}

/** The items of a list, each with its kind: the API server writes that once, into the list. */
function itemsOf(page: Json): readonly KubeObject[] {
  const apiVersion = textAt(page, 'apiVersion') ?? '';
  const kind = (textAt(page, 'kind') ?? '').replace(/List$/, '');
  return listAt(page, 'items').map(
    (item) => ({ apiVersion, kind, ...(item as Omit<KubeObject, 'kind'>) }) as KubeObject,
  );
}
