import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { HttpCheck } from '../../shared/contract/policy.js';
import { AddressForbidden, type AddressGuard } from './address-guard.js';
import type { Sample } from './sample.js';

/** Most of an answer that is read, in bytes. */
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
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  const refused = isIP(literal) > 0 ? guard.refusal(literal) : undefined;
  if (refused) return { good: false, final: true, seen: refused };
  try {
    const { status, body } = await get(url, check.headers ?? {}, guard, signal);
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

function get(
  url: URL,
  headers: Readonly<Record<string, string>>,
  guard: AddressGuard,
  signal: AbortSignal,
): Promise<{ status: number; body: string }> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        lookup: guard.lookup,
        agent: false,
        signal,
        headers: { 'user-agent': 'beanpod-check', accept: '*/*', ...headers },
      },
      (response) => {
        let body = '';
        const finish = () => resolve({ status: response.statusCode ?? 0, body });
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length < MOST_BODY) return;
          finish();
          response.destroy();
        });
        response.on('end', finish);
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end();
  });
}
