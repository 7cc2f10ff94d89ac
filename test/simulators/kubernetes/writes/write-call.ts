/** Who writes and how, as the query parameters and the identity of the caller say. */
export interface WriteCall {
  user: string;
  /** The field manager. */
  manager: string;
  dryRun: boolean;
  /** What happens to unknown fields. */
  validation: 'Strict' | 'Warn' | 'Ignore';
  /** Takes warnings for the answer's Warning header. */
  warn(text: string): void;
  /** Writes of controllers are not listed among the mutations of clients. */
  origin: 'client' | 'controller';
}

/** The call of a controller of the control plane. */
export function controllerCall(manager: string): WriteCall {
  return {
    user: `system:${manager}`,
    manager,
    dryRun: false,
    validation: 'Ignore',
    warn: () => undefined,
    origin: 'controller',
  };
}

/** The controllers of kube-controller-manager. */
export const CONTROLLER: WriteCall = controllerCall('kube-controller-manager');

/** A committed write of a client, as `GET /_sim/mutations` lists it. */
export interface Mutation {
  sequence: number;
  at: string;
  user: string;
  fieldManager: string;
  verb: 'create' | 'update' | 'patch' | 'apply' | 'delete';
  group: string;
  kind: string;
  namespace: string | undefined;
  name: string;
  uid: string;
  resourceVersion: string;
  subresource: string | undefined;
}
