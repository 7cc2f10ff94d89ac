import { found, later, never, type Reading } from './reading.js';
import type { VaultAnswer, VaultBody } from './vault-http.js';

/** Besides 5xx. 412: a node that has not seen the index yet; 472 and 473: a standby that does not forward. */
const PASSING = new Set([412, 472, 473]);

/**
 * The answer when it is good, else what it stands for (https://developer.hashicorp.com/vault/api-docs#http-status-codes).
 * `about` names the reference or the log-in. Vault puts no secrets into its errors, so that they are passed on.
 */
export function judged(answer: VaultAnswer, about: string): Reading<VaultBody> {
  if (answer.said === 'silent') return later(`Vault does not answer (${answer.because})`);
  const { status, body, retryAfterS = 5 } = answer;
  const said = (body.errors ?? []).join('; ').trim();
  if (status >= 200 && status < 300) return found(body);
  if (status === 429) return later('Vault asks to slow down', Math.min(retryAfterS, 60) * 1_000);
  if (status >= 500 || PASSING.has(status)) return later(passing(status, said));
  return refusal(status, body, `${about}: `, said);
}

function passing(status: number, said: string): string {
  if (status === 503 && /sealed/i.test(said)) return 'Vault is sealed';
  return `Vault answers ${status}${said && `: ${said}`}`;
}

function refusal(status: number, body: VaultBody, about: string, said: string): Reading<never> {
  switch (status) {
    case 301:
    case 302:
    case 307:
    case 308:
      return never(
        'secrets.unconfigured',
        'Vault redirects to another address, which is not followed; set BEANPOD_VAULT_ADDR to it',
      );
    case 403:
      return never('secrets.denied', `${about}Vault refuses it (${said || 'permission denied'})`);
    case 404:
      return never(
        'secrets.missing',
        about +
          (body.data?.['metadata'] === undefined
            ? 'there is nothing at this path of Vault'
            : 'this version of the secret was deleted'),
      );
    default:
      return never('secrets.denied', `${about}Vault answers ${status}${said && `: ${said}`}`);
  }
}
