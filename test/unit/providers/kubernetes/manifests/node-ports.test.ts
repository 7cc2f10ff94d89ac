import { describe, expect, it } from 'vitest';
import { moveNodePorts, nodePortsOf } from '../../../../../src/providers/kubernetes/manifests/node-ports.js';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';

function service(spec: object, more: Partial<KubeObject> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api' }, spec, ...more };
}

const where = () => 'm:1';

describe('the offset of node ports', () => {
  it('moves every port that a Service names, its health check too, and no port that the server is to choose', () => {
    const spec = {
      ports: [{ port: 80, nodePort: 30_080 }, { port: 81, nodePort: 0 }, { port: 82 }],
      healthCheckNodePort: 30_090,
    };
    const api = service(spec);

    expect(moveNodePorts([api], 100, where)).toEqual([]);

    expect(api['spec']).toEqual({
      ports: [{ port: 80, nodePort: 30_180 }, { port: 81, nodePort: 0 }, { port: 82 }],
      healthCheckNodePort: 30_190,
    });
    expect(nodePortsOf(api)).toEqual([30_180, 30_190]);
  });

  it('leaves other kinds alone, also those that are called Service elsewhere', () => {
    const spec = { ports: [{ nodePort: 30_080 }] };
    const knative = service(structuredClone(spec), { apiVersion: 'serving.knative.dev/v1' });

    expect(moveNodePorts([knative], 100, where)).toEqual([]);

    expect(knative['spec']).toEqual(spec);
    expect(nodePortsOf(knative)).toEqual([]);
  });

  it('counts a port once that serves two protocols', () => {
    const ports = ['TCP', 'UDP'].map((protocol) => ({ port: 53, protocol, nodePort: 30_053 }));

    expect(nodePortsOf(service({ ports }))).toEqual([30_053]);
  });
});
