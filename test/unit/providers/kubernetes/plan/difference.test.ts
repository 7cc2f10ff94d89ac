import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';
import { difference } from '../../../../../src/providers/kubernetes/review/difference.js';

function object(
  kind: string,
  fields: Record<string, unknown>,
  annotations: Record<string, string> = {},
): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'a', annotations }, ...fields };
}

describe('a difference', () => {
  it('compares list items by name', () => {
    const containers = (...names: string[]) =>
      object('Pod', { spec: { containers: names.map((name) => ({ name, image: `${name}:1` })) } });

    expect(difference(containers('a', 'b'), containers('new', 'a', 'b'))).toEqual([
      '.spec.containers[name=new]: nothing → {"name":"new","image":"new:1"}',
    ]);
  });

  it('leaves out status, versions and the stamps of every deployment', () => {
    const before = {
      ...object('Pod', { spec: {} }, { 'beanpod.dev/deployment': '1' }),
      status: { phase: 'x' },
    };

    expect(difference(before, object('Pod', { spec: {} }, { 'beanpod.dev/deployment': '2' }))).toEqual([]);
  });

  it('says that values of a Secret change, never what they are', () => {
    const last = 'kubectl.kubernetes.io/last-applied-configuration';
    const lines = difference(
      object('Secret', { data: { a: 'c2VzYW1l' }, type: 'Opaque' }, { [last]: 'sesame' }),
      object('Secret', { data: { a: 'b3RoZXI=' }, type: 'Opaque' }),
    );

    expect(lines).toEqual([`.metadata.annotations.${last}: changes`, '.data.a: changes']);
  });

  it('cuts long values', () => {
    const [line = ''] = difference(
      object('ConfigMap', {}),
      object('ConfigMap', { data: 'x'.repeat(10_000) }),
    );

    expect(line.length).toBeLessThan(200);
  });
});
