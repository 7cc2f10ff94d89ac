import { isJson, jsonAt, listAt, type Json } from '../json.js';
import type { KubeObject } from '../object.js';
import type { Problem } from './problem.js';

/**
 * Adds the offset to every node port that a Service names, the one of its health check too, in place. Where the manifests
 * leave the choice to the server (no port, or 0) it stays there; with `leave` it is the server's for all of them.
 */
export function moveNodePorts(
  objects: readonly KubeObject[],
  offset: number | 'leave',
  whereOf: (object: KubeObject) => string,
): readonly Problem[] {
  if (offset === 0) return [];
  return objects.filter(isService).flatMap((service) =>
    placesOf(service).flatMap(({ holder, field }): readonly Problem[] => {
      const port = holder[field];
      if (port === undefined || port === null || port === 0) return [];
      if (offset === 'leave') {
        delete holder[field];
        return [];
      }
      if (typeof port === 'number' && Number.isInteger(port)) {
        holder[field] = port + offset;
        return [];
      }
      const said = `${field} ${JSON.stringify(port)} is not a whole number, so the offset ${offset} cannot be added`;
      return [{ level: 'error', where: whereOf(service), said }];
    }),
  );
}

/** The ports that a Service takes on every node of the cluster, each once; without those that the server is to choose. */
export function nodePortsOf(object: KubeObject): readonly number[] {
  if (!isService(object)) return [];
  const ports = placesOf(object).map(({ holder, field }) => holder[field]);
  return [...new Set(ports.filter((port): port is number => typeof port === 'number' && port !== 0))];
}

function isService({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'v1' && kind === 'Service';
}

/** Where a Service may name a node port. */
function placesOf(service: KubeObject): readonly { readonly holder: Json; readonly field: string }[] {
  const ports = listAt(service, 'spec', 'ports').filter((port) => isJson(port));
  return [
    ...ports.map((holder) => ({ holder, field: 'nodePort' })),
    { holder: jsonAt(service, 'spec'), field: 'healthCheckNodePort' },
  ];
}
