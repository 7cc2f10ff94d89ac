import { createCredentialHttp, type CredentialHttp } from '../secrets/credential-http.js';

/** What a manifest may have at most: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
const LIMITS = { withinMs: 10_000, mostMiB: 4 };

/** Calls to one registry and whoever gives tokens for it. `authority`: certificate authorities, PEM; those of Node when absent. */
export function createRegistryHttp(authority?: string): CredentialHttp {
  const http = createCredentialHttp({ ...LIMITS, authority });
  return {
    call(call, signal) {
      const headers = { 'accept-encoding': 'identity', 'user-agent': 'beanpod', ...call.headers };
      return http.call({ ...call, headers }, signal);
    },
    close: () => http.close(),
  };
}
