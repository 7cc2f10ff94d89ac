import { createControlClient, type ControlClient } from '../../simulators/kubernetes/control-client.js';
import type { Fields } from '../../simulators/kubernetes/json.js';
import { createRawClient, type RawClient } from '../../simulators/kubernetes/raw-client.js';
import {
  startKubernetes,
  type KubernetesOptions,
  type KubernetesSimulator,
} from '../../simulators/kubernetes/start.js';

/** A simulator with the clients that its tests use. */
export interface Session {
  simulator: KubernetesSimulator;
  client: RawClient;
  control: ControlClient;
  close(): Promise<void>;
}

/** Starts a fast simulator; the caller closes it. */
export async function openSession(options: KubernetesOptions = {}): Promise<Session> {
  const simulator = await startKubernetes({ speed: 100, ...options });
  const client = createRawClient(simulator);
  const control = createControlClient(simulator);
  return {
    simulator,
    client,
    control,
    async close() {
      await client.close();
      await control.close();
      await simulator.close();
    },
  };
}

/** The path of a namespaced resource in `default`. */
export const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
/** Pods of `default`. */
export const PODS = '/api/v1/namespaces/default/pods';
/** ConfigMaps of `default`. */
export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

/** A Deployment of one container; `spec` goes over the Deployment's spec, `pod` over its pod spec. */
export function deployment(name: string, image: string, spec: Fields = {}, pod: Fields = {}): Fields {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'web', image }], ...pod },
      },
      ...spec,
    },
  };
}

/** A ConfigMap. */
export function configMap(name: string, data: Record<string, string>): Fields {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}
