import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGoogleKey } from '../../../src/providers/kubernetes/connect/google-key.js';
import { openGoogleIdentity } from '../../../src/providers/kubernetes/connect/google-identity.js';

const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-google-'));
const file = path.join(folder, 'token');
const heard: string[] = [];
let server: Server;
let url = '';
beforeAll(async () => {
  writeFileSync(file, 'a-secret-of-the-worker');
  server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      heard.push(`${request.method} ${request.url} ${body}`);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'given', expires_in: 3600, token_type: 'Bearer' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const federation = (more: object) => ({
  type: 'external_account',
  audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: 'https://sts.googleapis.com/v1/token',
  credential_source: { file },
  ...more,
});
const open = async (key: object) => (await openGoogleIdentity(JSON.stringify(key))).accessToken();

describe('credentials of Google that a target brings', () => {
  it.each([
    ['send a file of the worker elsewhere', () => federation({ token_url: `${url}/sts` })],
    ['have an address called', () => federation({ credential_source: { url: `${url}/source` } })],
    [
      'send a file elsewhere by another spelling',
      () => ({ ...federation({}), tokenUrl: `${url}/sts`, token_url: undefined }),
    ],
    ['run a program', () => federation({ credential_source: { executable: { command: '/bin/true' } } })],
    [
      'send the token of Google elsewhere',
      () => federation({ service_account_impersonation_url: `${url}/v1/x:generateAccessToken` }),
    ],
    ['go to another universe', () => federation({ universe_domain: '127.0.0.1' })],
    [
      'hide one of these within another',
      () => ({
        type: 'impersonated_service_account',
        service_account_impersonation_url:
          'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.iam.gserviceaccount.com:generateAccessToken',
        source_credentials: federation({ token_url: `${url}/sts` }),
      }),
    ],
    [
      'be renewed elsewhere',
      () => ({
        type: 'external_account_authorized_user',
        audience: 'x',
        client_id: 'x',
        client_secret: 'x',
        refresh_token: 'x',
        token_url: `${url}/sts`,
        token_info_url: `${url}/info`,
      }),
    ],
  ])('are refused when they would %s', async (_, key) => {
    await expect(open(key())).rejects.toThrow(/refused/);
    expect(heard).toEqual([]);
  });

  it('are taken when they are keys and federations as Google makes them', () => {
    const audience = 'api://x';
    const kinds = [
      {
        type: 'service_account',
        project_id: 'shop',
        private_key_id: '1',
        private_key: '-----BEGIN PRIVATE KEY-----\n…',
        client_email: 'a@shop.iam.gserviceaccount.com',
        auth_uri: 'https://accounts.google.com/o/oauth2/auth',
        token_uri: 'https://oauth2.googleapis.com/token',
        auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
        client_x509_cert_url: 'https://www.googleapis.com/robot/v1/metadata/x509/a',
        universe_domain: 'googleapis.com',
      },
      federation({
        service_account_impersonation_url:
          'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken',
        service_account_impersonation: { token_lifetime_seconds: 3600 },
        credential_source: { file, format: { type: 'json', subject_token_field_name: 'access_token' } },
      }),
      federation({
        credential_source: {
          environment_id: 'aws1',
          region_url: 'http://169.254.169.254/latest/meta-data/placement/availability-zone',
          url: 'http://169.254.169.254/latest/meta-data/iam/security-credentials',
          imdsv2_session_token_url: 'http://169.254.169.254/latest/api/token',
          regional_cred_verification_url:
            'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
        },
      }),
      federation({
        credential_source: {
          url: `http://169.254.169.254/metadata/identity/oauth2/token?resource=${audience}`,
          headers: { Metadata: 'True' },
        },
      }),
    ];
    for (const key of kinds) expect(readGoogleKey(JSON.stringify(key))).toEqual(key);
  });
});
