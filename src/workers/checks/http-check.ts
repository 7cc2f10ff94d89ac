import type { HttpCheck } from '../../shared/contract/policy.js';
import { guardedRequest, literalRefusal } from '../guarded-request.js';
import { AddressForbidden, type AddressGuard } from './address-guard.js';
import type { Sample } from './sample.js';

/** Most of an answer that is read, in characters. */
const MOST_BODY = 65_536;

/** One request. `base` is the address of the target for checks that only name a path. Never rejects. */
export async function tryHttp(
  check: HttpCheck,
  base: string | undefined,
  version: string,
  guard: AddressGuard,
  signal: AbortSignal,
): Promise<Sample> {
  const url = addressOf(check.url, base);
  if (typeof url === 'string') return { good: false, final: true, seen: url };
  const refused = literalRefusal(url, guard);
  if (refused) return { good: false, final: true, seen: refused };
  try {
    const headers = { 'user-agent': 'beanpod-check', accept: '*/*', ...check.headers };
    const { status, body } = await guardedRequest(
      { method: 'GET', url, headers, mostBody: MOST_BODY },
      guard,
      signal,
    );
    return judge(check, version, status, body);
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    return { good: false, final: error instanceof AddressForbidden, seen: `${url.host}: ${seen}` };
  }
}

function addressOf(text: string, base: string | undefined): URL | string {
  if (text.startsWith('/') && !base)
    return 'The platform names no address for this target; give the check a full URL';
  if (!URL.canParse(text, base)) return `${text} is not a URL`;
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `${url.protocol} is neither http nor https`;
  return url.username || url.password ? 'The URL holds a user name or password' : url;
}

function judge(check: HttpCheck, version: string, status: number, body: string): Sample {
  const accepted = check.status ?? [200];
  if (!accepted.includes(status))
    return { good: false, final: false, seen: `answered ${status}, expected ${accepted.join(' or ')}` };
  const wanted = check.bodyIncludes?.replaceAll('{version}', version);
  if (wanted === undefined || body.includes(wanted)) return { good: true, seen: `answered ${status}` };
  return { good: false, final: false, seen: `answered ${status} without "${wanted}": ${body.slice(0, 200)}` };
}
