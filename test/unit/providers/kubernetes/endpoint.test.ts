import { describe, expect, it } from 'vitest';
import { endpointOf } from '../../../../src/providers/kubernetes/endpoint.js';
import type { KubeObject } from '../../../../src/providers/kubernetes/object.js';

const ingress = (
  spec: object,
  status: object = {},
  annotations: Record<string, string> = {},
): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop', annotations },
  spec,
  status,
});
const service = (name: string, spec: object, status: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec,
  status,
});
const at = (...entries: readonly object[]) => ({ loadBalancer: { ingress: entries } });
const hosted = (host: string) => ({ rules: [{ host }] });

describe('the address that checks call', () => {
  it.each<[string, string | undefined, readonly KubeObject[]]>([
    ['the host of an Ingress', 'http://shop.example.com', [ingress(hosted('shop.example.com'))]],
    [
      'with TLS where that covers the host',
      'https://shop.example.com',
      [ingress({ ...hosted('shop.example.com'), tls: [{ hosts: ['shop.example.com'] }] })],
    ],
    [
      'without TLS where that is for another host',
      'http://shop.example.com',
      [ingress({ ...hosted('shop.example.com'), tls: [{ hosts: ['other.example.com'] }] })],
    ],
    [
      'the address of an Ingress for all hosts',
      'http://203.0.113.7',
      [ingress({}, at({ ip: '203.0.113.7' }))],
    ],
    [
      'nothing for a host with a star',
      undefined,
      [ingress(hosted('*.example.com'), at({ ip: '203.0.113.7' }))],
    ],
    [
      'an Ingress before a Service',
      'http://shop.example.com',
      [
        service('api', { type: 'LoadBalancer', ports: [{ port: 80 }] }, at({ ip: '203.0.113.7' })),
        ingress(hosted('shop.example.com')),
      ],
    ],
    [
      'the load balancer of a Service',
      'http://lb.example.com:8080',
      [service('api', { type: 'LoadBalancer', ports: [{ port: 8080 }] }, at({ hostname: 'lb.example.com' }))],
    ],
    [
      'an IPv6 address',
      'https://[2001:db8::7]:443',
      [service('api', { type: 'LoadBalancer', ports: [{ port: 443 }] }, at({ ip: '2001:db8::7' }))],
    ],
    ['nothing for a Service inside the cluster', undefined, [service('api', { ports: [{ port: 80 }] })]],
    [
      'the Ingress that says so',
      'http://admin.example.com',
      [
        ingress(hosted('shop.example.com')),
        ingress(hosted('admin.example.com'), {}, { 'beanpod.dev/endpoint': 'true' }),
      ],
    ],
  ])('is %s', (_, address, objects) => {
    expect(endpointOf(objects, false)).toBe(address);
  });

  it('is a name of the cluster for a worker inside it', () => {
    const api = service('api', { ports: [{ port: 8443, appProtocol: 'https' }] });

    expect(endpointOf([api], true)).toBe('https://api.shop.svc:8443');
  });
});
