import { describe, expect, it } from 'vitest';
import { AccessProblem } from '../../../../../src/providers/kubernetes/connect/access-problem.js';
import { createSecretReferences } from '../../../../../src/providers/kubernetes/connect/secret-references.js';
import { KubeConnectionError } from '../../../../../src/providers/kubernetes/transport.js';
import { failure } from '../../../../../src/shared/domain/failures.js';

describe('a credential of a cluster', () => {
  it('is the value that stands behind its reference now', async () => {
    const values = ['first', 'second'];
    const read = createSecretReferences({
      read: async () => ({ said: 'found', value: values.shift() ?? '' }),
    });

    expect([await read('vault:secret/cluster#token'), await read('vault:secret/cluster#token')]).toEqual([
      'first',
      'second',
    ]);
  });

  it('that may still come is a connection to try again', async () => {
    const read = createSecretReferences({
      read: async () => ({ said: 'wait', forMs: 5, because: 'Vault is sealed' }),
    });

    await expect(read('vault:secret/cluster#token')).rejects.toThrow(KubeConnectionError);
    await expect(read('vault:secret/cluster#token')).rejects.toThrow('Vault is sealed');
  });

  it('that only a person can give is a problem of the access', async () => {
    const denied = failure('secrets.denied', 'The variable REDIS_URL may not be used');
    const read = createSecretReferences({ read: async () => ({ said: 'failed', failure: denied }) });

    await expect(read('env:REDIS_URL')).rejects.toThrow(AccessProblem);
    await expect(read('env:REDIS_URL')).rejects.toThrow('may not be used');
  });
});
