import { query } from 'jsonpath-rfc9535';

/** Names in quotes, which may hold anything. */
const QUOTED = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/gs;

/**
 * Why a path is none that a hook may have; undefined when it is one. Strangers write the payloads that it is looked for
 * in, so the time that takes must grow with their size and no faster: no functions, whose expressions backtrack, and
 * nothing that looks at everything once more for each part.
 */
export function flawOfPath(path: string): string | undefined {
  if (!isPath(path)) return 'is not a JSONPath of RFC 9535';
  const bare = path.replaceAll(QUOTED, '');
  if (/[(),]/.test(bare))
    return 'may have no functions, parentheses or lists; `when` knows regular expressions';
  const [searches, filters] = [bare.split('..').length - 1, bare.split('?').length - 1];
  if (searches + filters > 1) return 'may have one `..` or one filter';
  return /\?.*\*/s.test(bare) ? 'may have no `*` in or after a filter' : undefined;
}

function isPath(path: string): boolean {
  try {
    query({}, path);
    return true;
  } catch {
    return false;
  }
}
