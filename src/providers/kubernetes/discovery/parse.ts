import { isJson, listAt, textAt, valueAt, type Json } from '../json.js';
import { groupVersionOf, type Resource } from './resource.js';

/**
 * The kinds of an `APIGroupDiscoveryList` (https://kubernetes.io/docs/concepts/overview/kubernetes-api/, aggregated
 * discovery), or `undefined` when the answer is something else.
 */
export function parseAggregated(answer: Json): Resource[] | undefined {
  if (answer['kind'] !== 'APIGroupDiscoveryList') return undefined;
  return listAt(answer, 'items').flatMap((item) =>
    listAt(item, 'versions').flatMap((version) =>
      listAt(version, 'resources').flatMap((entry) => {
        const kind = textAt(entry, 'responseKind', 'kind');
        const plural = textAt(entry, 'resource');
        if (!kind || !plural) return [];
        return [
          {
            group: textAt(item, 'metadata', 'name') ?? '',
            version: textAt(version, 'version') ?? '',
            kind,
            plural,
            namespaced: valueAt(entry, 'scope') === 'Namespaced',
            verbs: texts(listAt(entry, 'verbs')),
            subresources: listAt(entry, 'subresources').flatMap((each) => textAt(each, 'subresource') ?? []),
          },
        ];
      }),
    ),
  );
}

/** Group versions of the older discovery documents, `APIVersions` and `APIGroupList`. */
export function groupVersionsOf(answer: Json): string[] {
  if (answer['kind'] === 'APIVersions') return texts(listAt(answer, 'versions'));
  return listAt(answer, 'groups').flatMap((group) =>
    listAt(group, 'versions').flatMap((version) => textAt(version, 'groupVersion') ?? []),
  );
}

/** The kinds of an `APIResourceList`. */
export function parseResourceList(answer: Json): Resource[] {
  const gv = groupVersionOf(textAt(answer, 'groupVersion') ?? '');
  const entries = listAt(answer, 'resources').filter(isJson);
  const names = entries.flatMap((entry) => textAt(entry, 'name') ?? []);
  return entries.flatMap((entry) => {
    const [plural, kind] = [textAt(entry, 'name'), textAt(entry, 'kind')];
    if (!plural || !kind || plural.includes('/')) return [];
    return [
      {
        ...gv,
        kind,
        plural,
        namespaced: entry['namespaced'] === true,
        verbs: texts(listAt(entry, 'verbs')),
        subresources: names
          .filter((name) => name.startsWith(`${plural}/`))
          .map((name) => name.slice(plural.length + 1)),
      },
    ];
  });
}

function texts(list: readonly unknown[]): string[] {
  return list.filter((item): item is string => typeof item === 'string');
}
