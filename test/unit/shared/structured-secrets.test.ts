import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { looksRandom } from '../../../src/shared/log/pieces.js';
import { createRedactor } from '../../../src/shared/log/redact.js';

const random = (minLength: number, maxLength: number) =>
  fc
    .array(fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.split('')), {
      minLength,
      maxLength,
    })
    .map((signs) => signs.join(''));
const base64 = fc
  .uint8Array({ minLength: 60, maxLength: 300 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));

interface Credentials {
  readonly token: string;
  readonly password: string;
  readonly keyData: string;
  readonly refreshToken: string;
}
const credentials: fc.Arbitrary<Credentials> = fc.record({
  token: random(24, 64),
  password: random(8, 20),
  keyData: base64,
  refreshToken: random(24, 64),
});

const secretsOf = ({ token, password, keyData, refreshToken }: Credentials) => [
  token,
  password,
  keyData,
  refreshToken,
];

/** A kubeconfig as kubectl writes it, with every kind of credential that it may hold. */
const kubeconfig = ({ token, password, keyData, refreshToken }: Credentials) => `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${keyData}
    server: https://10.0.0.1:6443
  name: production-cluster-of-the-shop
contexts:
- context:
    cluster: production-cluster-of-the-shop
    namespace: default
    user: deployer
  name: production
current-context: production
preferences: {}
users:
- name: deployer
  user:
    client-key-data: ${keyData}
    token: ${token}
    username: deployer
    password: "${password}"
    auth-provider:
      name: oidc
      config:
        refresh-token: ${refreshToken}
        idp-issuer-url: https://login.example.com
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: gke-gcloud-auth-plugin
      installHint: Install gke-gcloud-auth-plugin for use with kubectl
      interactiveMode: IfAvailable
      args:
      - get-token
      - --cluster-name
      - --password=${password}
      env: null
kind: Config
`;

const EXAMPLE: Credentials = {
  token: 'k3Jd92hsLq0Zx81bVn47TyUw',
  password: 'Tr0ub4dor3',
  keyData: Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA7bq4x9\n'.repeat(3)}`).toString(
    'base64',
  ),
  refreshToken: 'r9Xk27Qm51LpZa83NcVb60Hs',
};

function redactorWith(secret: string) {
  const redactor = createRedactor();
  redactor.register(secret);
  return redactor;
}

const ORDINARY = [
  'ConfigMap shop-settings was created',
  'Config',
  'apiVersion: v1',
  'apiVersion',
  'the field apiVersion is missing',
  'kind: Config',
  'kind: ConfigMap',
  'clusters:',
  'contexts:',
  'current-context:',
  'current-context: production',
  'preferences: {}',
  'namespace: default',
  '- context:',
  'users:',
  'client-key-data:',
  'certificate-authority-data:',
  'deployed to production',
  'default',
  'user deployer is not known',
  'https://10.0.0.1:6443 answered 503',
  'client.authentication.k8s.io/v1beta1',
  'gke-gcloud-auth-plugin was not found',
  'get-token --cluster-name',
  'https://login.example.com is away',
  'IfAvailable',
  'production-cluster-of-the-shop',
];

describe('a kubeconfig that the redactor knows', () => {
  test('leaves the words of its syntax and its names readable', () => {
    fc.assert(
      fc.property(credentials, (made) => {
        const redactor = redactorWith(kubeconfig(made));

        expect(ORDINARY.map((line) => redactor.redact(line))).toEqual(ORDINARY);
        expect(redactor.lines(ORDINARY.join('\n'))).toEqual(ORDINARY);
      }),
      { numRuns: 100 },
    );
  });

  test('hides each credential in it, wherever and however it is spelled', () => {
    fc.assert(
      fc.property(credentials, fc.string({ maxLength: 20 }), (made, around) => {
        const redactor = redactorWith(kubeconfig(made));
        for (const secret of secretsOf(made))
          for (const spelling of [
            secret,
            Buffer.from(secret).toString('base64'),
            Buffer.from(secret).toString('hex'),
            encodeURIComponent(secret),
          ])
            expect(redactor.redact(`${around} ${spelling} ${around}`)).not.toContain(spelling);
      }),
      { numRuns: 200 },
    );
  });

  test('hides its credentials when it is logged line by line, as a whole, and in base64 that is wrapped', () => {
    fc.assert(
      fc.property(credentials, fc.integer({ min: 20, max: 80 }), (made, width) => {
        const text = kubeconfig(made);
        const redactor = redactorWith(text);
        const wrapped =
          Buffer.from(text)
            .toString('base64')
            .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];

        const shown = [
          ...text.split('\n').map((line) => redactor.redact(line)),
          ...redactor.lines(text),
          redactor.redact(JSON.stringify({ text })),
        ].join('\n');

        for (const secret of secretsOf(made)) expect(shown).not.toContain(secret);
        expect(shown).toContain('current-context: production');
        expect(wrapped.slice(1, -1).map((line) => redactor.redact(line))).toEqual(
          wrapped.slice(1, -1).map(() => '[redacted]'),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('shows at most half of a credential that is split over two lines', () => {
    fc.assert(
      fc.property(credentials, fc.nat(), (made, cut) => {
        const redactor = redactorWith(kubeconfig(made));
        for (const secret of secretsOf(made)) {
          const at = cut % (secret.length + 1);
          const shown = [`said ${secret.slice(0, at)}`, `${secret.slice(at)} said`];

          expect(shown.map((line) => redactor.redact(line)).join('')).not.toContain(secret);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('hides the lines of a private key that was decoded from it', () => {
    const redactor = redactorWith(kubeconfig(EXAMPLE));

    expect(redactor.redact('MIIEowIBAAKCAQEA7bq4x9')).toBe('[redacted]');
  });
});

describe('another structured secret', () => {
  const serviceAccount = {
    type: 'service_account',
    project_id: 'my-project',
    private_key_id: '0f4c2a1b8d9e4f60a1b2c3d4e5f60718293a4b5c',
    private_key:
      '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSj\n-----END PRIVATE KEY-----\n',
    client_email: 'deployer@my-project.iam.gserviceaccount.com',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  };

  test.each([
    ['in one line', JSON.stringify(serviceAccount)],
    ['over several', JSON.stringify(serviceAccount, undefined, 2)],
    ['within another one', JSON.stringify({ credentials: JSON.stringify(serviceAccount) })],
  ])('the key of a Google service account %s: its values are hidden, its syntax is not', (_, secret) => {
    const redactor = redactorWith(secret);

    const lines = [
      'service_account',
      'private_key_id',
      'deployer@my-project.iam.gserviceaccount.com',
      'my-project',
      serviceAccount.auth_uri,
    ];
    expect(lines.map((line) => redactor.redact(line))).toEqual(lines);
    expect(
      ['MIIEvQIBADANBgkqhkiG9w0B', 'AQEFAASCBKcwggSj', serviceAccount.private_key_id].map((line) =>
        redactor.redact(line),
      ),
    ).toEqual(['[redacted]', '[redacted]', '[redacted]']);
  });

  test.each([
    ['a map from Vault', JSON.stringify({ username: 'shop', password: 'hunter22', port: 5432 })],
    ['an environment file', 'NODE_ENV=production\nDB_PASSWORD=hunter22\nLOG_LEVEL=warning\nDEBUG=true'],
    ['a file of sections', '[production]\nregion = eu-central-1\nlog = warning\naccess_key = hunter22'],
    ['a comment behind it', 'mode: production\npassword: hunter22 # of the test'],
    ['properties', '# settings\nmode: production\npassword: hunter22\nlevel: warning'],
    ['a Secret of Kubernetes', 'kind: Secret\ndata:\n  password: aHVudGVyMjI=\ntype: Opaque'],
    ['a map in braces', 'user: shop\nlogin: {password: hunter22, mode: production}'],
  ])('%s: a short password is hidden, words are not', (_, secret) => {
    const redactor = redactorWith(secret);

    expect(redactor.redact('it is hunter22, in production with warning')).toBe(
      'it is [redacted], in production with warning',
    );
  });

  test('keys of a PEM file are hidden line by line, its marks are not', () => {
    const redactor = redactorWith(
      '-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq\nhkiG9w0BAQUFADBaMQswCQYD\n-----END CERTIFICATE-----\n',
    );

    expect(redactor.redact('hkiG9w0BAQUFADBaMQswCQYD')).toBe('[redacted]');
    expect(redactor.redact('-----BEGIN CERTIFICATE-----')).toBe('-----BEGIN CERTIFICATE-----');
  });

  test('a password that begins like a list is hidden as a whole', () => {
    const redactor = redactorWith('user: shop\npassword: [a,b]{c}x');

    expect(redactor.redact('it is [a,b]{c}x')).toBe('it is [redacted]');
  });

  test('values of unknown keys that are no plain words are hidden, and so are long ones', () => {
    const redactor = redactorWith('first: letmein1\nsecond: correct-horse-battery\nthird: plain-words');

    expect(redactor.redact('letmein1 correct-horse-battery plain-words')).toBe(
      '[redacted] [redacted] plain-words',
    );
  });

  test('a structure without anything secret in it is hidden as a text', () => {
    const redactor = redactorWith('name: shop-of-ada\nhost: db.example.com');

    expect(redactor.redact('host: db.example.com')).toBe('[redacted]');
  });
});

test('what was made at random is told from words', () => {
  for (let index = 0; index < 300; index += 1) {
    const digest = createHash('sha256').update(String(index)).digest();
    for (const spelling of ['hex', 'base64', 'base64url'] as const)
      expect(looksRandom(digest.toString(spelling)), digest.toString(spelling)).toBe(true);
  }
  for (const text of [
    'gke_my-project_europe-west1-b_cluster-1',
    'arn:aws:eks:eu-central-1:123456789012:cluster/prod',
    'client.authentication.k8s.io/v1beta1',
    'kubernetes-admin@kubernetes',
    'https://shop.eu-central-1.elb.amazonaws.com',
    'ThisIsAnExecCredentialPlugin',
  ])
    expect(looksRandom(text), text).toBe(false);
});
