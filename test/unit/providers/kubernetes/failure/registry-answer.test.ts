import { describe, expect, it } from 'vitest';
import { readRegistryAnswer } from '../../../../../src/providers/kubernetes/failure/registry-answer.js';

describe('what a registry answered', () => {
  it.each([
    ['manifest unknown: manifest tagged by "2" is not found', 'not-found'],
    ['name unknown: The repository with name "api" does not exist in the registry', 'not-found'],
    ['unexpected status from HEAD request: 404 Not Found', 'not-found'],
    ['no matching manifest for linux/arm64 in the manifest list entries', 'not-found'],
    ['pull access denied, repository does not exist or may require authorization', 'denied'],
    ['failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized', 'denied'],
    ['unexpected status code 403 Forbidden', 'denied'],
    ['no basic auth credentials', 'denied'],
    ['toomanyrequests: You may increase the limit by authenticating and upgrading', 'unavailable'],
    ['unexpected status code 503 Service Unavailable', 'unavailable'],
    ['dial tcp: lookup registry.example on 10.0.0.10:53: no such host', 'unavailable'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'unavailable'],
    ['net/http: request canceled while waiting for connection (Client.Timeout exceeded)', 'unavailable'],
    ['unexpected EOF', 'unavailable'],
    ['something that nobody has seen before', 'unavailable'],
  ])('%s: %s', (text, answer) => {
    expect(readRegistryAnswer('registry.example/shop/api:2', text)).toBe(answer);
  });

  it('reads no meaning into the name of the image or its digest', () => {
    const image = 'registry.example:5000/team-503/tls-denied@sha256:40140340150350000000000000000000';

    expect(readRegistryAnswer(image, `failed to resolve reference "${image}": ${image}: not found`)).toBe(
      'not-found',
    );
  });
});
