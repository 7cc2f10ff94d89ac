import type { Gateway, Place } from '../gateway.js';
import {
  chooseVersion,
  countContent,
  isConfiguration,
  modeOf,
  type ConfigurationChoice,
  type ConfigurationMode,
} from '../manifests/configuration.js';
import type { KubeObject } from '../object.js';

/** Decides on the configuration of a set by what is live: the next version of a name, or the next count of a content. */
export async function chooseConfiguration(
  objects: readonly KubeObject[],
  standard: ConfigurationMode,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<readonly ConfigurationChoice[]> {
  const lists = new Map<string, Promise<readonly KubeObject[]>>();
  const choices: ConfigurationChoice[] = [];

  function versionsBeside(object: KubeObject): Promise<readonly KubeObject[]> {
    const place = placeOf(object);
    const key = `${object.kind}/${place.namespace}`;
    const list = lists.get(key) ?? gateway.list(place, {}, signal);
    lists.set(key, list);
    return list;
  }

  for (const object of objects.filter(isConfiguration)) {
    switch (modeOf(object, standard)) {
      case 'versioned':
        choices.push(chooseVersion(object, await versionsBeside(object)));
        break;
      case 'annotated':
        choices.push(countContent(object, await gateway.read(placeOf(object), signal)));
        break;
      case 'plain':
        break;
    }
  }
  return choices;
}

function placeOf({ kind, metadata }: KubeObject): Place {
  const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
  const resource = { group: '', version: 'v1', plural, namespaced: true };
  return { resource, namespace: metadata.namespace, name: metadata.name ?? '' };
}
