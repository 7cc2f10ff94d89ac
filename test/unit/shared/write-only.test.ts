import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../../../src/providers/catalog.js';
import { writeOnlyIn } from '../../../src/shared/schema/write-only.js';

const Credential = Type.String({ writeOnly: true });

describe('the credentials of a value', () => {
  test('are found in objects, lists, maps and every branch of a union', () => {
    const schema = Type.Object({
      own: Credential,
      name: Type.String(),
      list: Type.Array(Type.Object({ key: Credential })),
      map: Type.Record(Type.String({ pattern: '^[a-z/]+$' }), Credential),
      choice: Type.Union([Type.Object({ type: Type.Literal('a'), key: Credential }), Type.String()]),
    });
    const value = {
      own: '1',
      name: 'n',
      list: [{ key: '2' }, { key: '3' }],
      map: { 'a/b': '4' },
      choice: { type: 'a', key: '5' },
    };

    expect(writeOnlyIn(schema, value)).toEqual([
      '/own',
      '/list/0/key',
      '/list/1/key',
      '/map/a~1b',
      '/choice/key',
    ]);
  });

  test('are the kubeconfig and the Google key of a Kubernetes target', () => {
    const schema = CATALOG.get('kubernetes')?.target.json ?? {};

    expect(
      writeOnlyIn(schema, { cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_A' } }),
    ).toEqual(['/cluster/kubeconfig']);
    expect(writeOnlyIn(schema, { cluster: { type: 'gke', credentials: '{}' }, namespace: 'shop' })).toEqual([
      '/cluster/credentials',
    ]);
  });
});
