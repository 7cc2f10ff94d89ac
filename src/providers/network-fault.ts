import { failed, unknown, type Finding } from './connection-check.js';

/** Codes of Node, undici and OpenSSL, and names of errors of the AWS SDK, with what they mean to people. */
const FAULTS: readonly (readonly [codes: RegExp, verdict: typeof failed, seen: string, todo: string])[] = [
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    failed,
    'The name of the host is not known to the workers',
    'Correct the address, or have the DNS of the workers know the name',
  ],
  [
    /^ECONNREFUSED$/,
    failed,
    'Nothing takes connections at this address',
    'Correct host and port, and see whether the server runs',
  ],
  [
    /^(EHOSTUNREACH|ENETUNREACH)$/,
    failed,
    'There is no way to the host from the network of the workers',
    'Open one: routes, peering, firewalls, network policies',
  ],
  [
    /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|TimeoutError)$/,
    failed,
    'The host did not answer in time',
    'See whether a firewall or network policy drops what the workers send there',
  ],
  [
    /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/,
    failed,
    'The certificate of the server is not valid at this time',
    'Renew the certificate; if it is valid, correct the clock of the workers',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    failed,
    'The certificate of the server is for another name',
    'Reach the server by a name that is in its certificate, or name the one that is there (tls-server-name in a kubeconfig)',
  ],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED)$/,
    failed,
    'The certificate of the server is from an authority that is not trusted',
    'Give its authority: certificate-authority-data in a kubeconfig, else NODE_EXTRA_CA_CERTS of the workers',
  ],
  [
    /^(EPROTO|ERR_SSL_\w+)$/,
    failed,
    'The server does not speak TLS as expected, or wants a client certificate',
    'Correct the port, and see whether a proxy stands between',
  ],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    unknown,
    'The connection was cut',
    'Test again; if it stays so, look at proxies and load balancers between',
  ],
];

/** Deepest chain of causes that is followed. */
const DEEPEST = 6;

/** What people should know of an error on the way to a server; `undefined` for errors of any other kind. */
export function networkFault(error: unknown): Finding | undefined {
  for (const { code, said } of causesOf(error)) {
    const fault = FAULTS.find(([codes]) => codes.test(code));
    if (!fault) continue;
    const [, verdict, seen, todo] = fault;
    return verdict(`${seen} (${said === '' ? code : said})`, todo);
  }
  return undefined;
}

/** The codes of an error and of what caused it, the outermost first. */
function causesOf(error: unknown): readonly { readonly code: string; readonly said: string }[] {
  const found: { code: string; said: string }[] = [];
  let at = error;
  for (let depth = 0; depth < DEEPEST && at instanceof Error; depth += 1) {
    const { code, name, message, cause, errors } = at as Error & { code?: unknown; errors?: unknown };
    found.push({ code: typeof code === 'string' ? code : name, said: message });
    // Where a name has several addresses, Node tells of the tries one by one.
    at = cause ?? (Array.isArray(errors) ? (errors as unknown[])[0] : undefined);
  }
  return found;
}
