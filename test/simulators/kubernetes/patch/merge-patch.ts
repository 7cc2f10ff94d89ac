import { isFields, type Fields } from '../json.js';

/** JSON merge patch (RFC 7386): null removes, objects merge, all else replaces. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(target) ? { ...target } : {};
  for (const name in patch) {
    if (patch[name] === null) delete result[name];
    else result[name] = applyMergePatch(result[name], patch[name]);
  }
  return result;
}
