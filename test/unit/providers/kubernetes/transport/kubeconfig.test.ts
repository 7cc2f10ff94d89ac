import { describe, expect, it } from 'vitest';
import { readKubeconfig } from '../../../../../src/providers/kubernetes/connect/kubeconfig.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

function kubeconfig({
  cluster = '',
  user = 'token: secret-token',
}: {
  cluster?: string;
  user?: string;
}): string {
  return `
apiVersion: v1
kind: Config
current-context: staging
contexts:
  - {name: staging, context: {cluster: main, user: beanpod}}
clusters:
  - name: main
    cluster:
      server: https://10.0.0.1:6443
      certificate-authority-data: ${base64('CA')}
      ${cluster}
users:
  - name: beanpod
    user:
      ${user}
`;
}

describe('a kubeconfig', () => {
  it('gives address, authority and token of its current context', () => {
    expect(readKubeconfig(kubeconfig({}))).toEqual({
      address: { server: 'https://10.0.0.1:6443', authority: 'CA' },
      token: 'secret-token',
    });
  });

  it('gives a client certificate', () => {
    const user = `client-certificate-data: ${base64('CERT')}\n      client-key-data: ${base64('KEY')}`;

    expect(readKubeconfig(kubeconfig({ user })).address.certificate).toEqual({ cert: 'CERT', key: 'KEY' });
  });

  it.each([
    ['exec plugins', { user: 'exec: {command: aws}' }, 'exec'],
    ['auth providers', { user: 'auth-provider: {name: gcp, config: {cmd-path: /bin/sh}}' }, 'auth-provider'],
    ['token files', { user: 'tokenFile: /etc/shadow' }, 'tokenFile'],
    ['certificate files', { user: 'client-certificate: /etc/shadow' }, 'client-certificate'],
    ['key files', { user: 'token: a\n      client-key: /etc/shadow' }, 'client-key'],
    ['authority files', { cluster: 'certificate-authority: /etc/shadow' }, 'certificate-authority'],
    ['proxies', { cluster: 'proxy-url: http://attacker.example.com' }, 'proxy-url'],
    ['unproven servers', { cluster: 'insecure-skip-tls-verify: true' }, 'insecure-skip-tls-verify'],
    ['impersonation', { user: 'token: a\n      as: system:admin' }, 'as'],
  ])('is refused with %s', (_, parts, key) => {
    expect(() => readKubeconfig(kubeconfig(parts))).toThrow(`uses ${key}, which is refused`);
  });

  it('never quotes itself when it cannot be read', () => {
    expect(() => readKubeconfig('token: [secret-token')).toThrow('The kubeconfig is not readable YAML');
    expect(() => readKubeconfig(kubeconfig({ user: 'password: secret-token' }))).toThrow(
      'The user of context staging has neither a token nor a client certificate',
    );
  });

  it('names the context that is missing', () => {
    expect(() => readKubeconfig(kubeconfig({}), 'production')).toThrow('no entry "production" in contexts');
  });
});
