import { keyOf, type KubeObject } from '../objects.js';
import { fieldMatcher, labelMatcher, type Matcher } from '../selectors.js';
import type { ApiRequest, Target } from './request.js';

/** The objects that a list, watch or deletecollection means. Throws 400 for selectors that cannot be read. */
export function matcherOf(request: ApiRequest, target: Target): Matcher {
  const byLabel = labelMatcher(request.query.get('labelSelector') ?? undefined);
  const byField = fieldMatcher(request.query.get('fieldSelector') ?? undefined);
  const { namespace } = target;
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    byLabel(object) &&
    byField(object);
}

/** The order of lists: by key, which is what pages are cut by. */
export function byKey(a: KubeObject, b: KubeObject): number {
  const left = keyOf(a);
  const right = keyOf(b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
