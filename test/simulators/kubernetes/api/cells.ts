import { at, fieldsAt, isFields, listAt, textAt, textOf } from '../json.js';
import type { KubeObject } from '../objects.js';
import type { Container } from '../workloads.js';

/** `ready/wanted`, the first from the status, the second from the spec. */
export function outOf(ready: string, wanted: string): (object: KubeObject) => unknown {
  return (object) => `${textOf(at(object, 'status', ready) ?? 0)}/${textOf(at(object, 'spec', wanted) ?? 0)}`;
}

/** How many entries a map of the object has. */
export function countOf(name: string): (object: KubeObject) => unknown {
  return (object) => String(Object.keys(fieldsAt(object, name)).length);
}

/** A map as `a=b,c=d`. */
export function pairs(value: unknown): string {
  const entries = Object.entries(isFields(value) ? value : {}).map(
    ([name, text]) => `${name}=${textOf(text)}`,
  );
  return entries.length === 0 ? '<none>' : entries.join(',');
}

/** The containers of the pod template. */
export function templateOf(object: KubeObject): Container[] {
  return listAt(object, 'spec', 'template', 'spec', 'containers') as Container[];
}

/** One text of every container, joined by commas. */
export function each(list: Container[], text: (container: Container) => string): string {
  return list.map((container) => text(container)).join(',');
}

/** The word under STATUS of a Job. */
export function jobWord(job: KubeObject): string {
  for (const type of ['Complete', 'Failed', 'Suspended']) {
    const found = listAt(job, 'status', 'conditions').find(
      (condition) => fieldsAt(condition)['type'] === type,
    );
    if (fieldsAt(found)['status'] === 'True') return type;
  }
  return 'Running';
}

/** The addresses that a load balancer published. */
export function addresses(object: KubeObject): string {
  const list = listAt(object, 'status', 'loadBalancer', 'ingress');
  return list.map((entry) => textAt(entry, 'ip') ?? textAt(entry, 'hostname') ?? '').join(',');
}

/** The word under EXTERNAL-IP of a Service. */
export function externalAddress(service: KubeObject): string {
  const type = textAt(service, 'spec', 'type');
  if (type === 'ExternalName') return textAt(service, 'spec', 'externalName') ?? '';
  if (type !== 'LoadBalancer') return '<none>';
  return addresses(service) || '<pending>';
}

/** The ports of a Service as `80:30080/TCP`. */
export function servicePorts(service: KubeObject): string {
  const texts = listAt(service, 'spec', 'ports').map((port) => {
    const { port: number, nodePort, protocol } = fieldsAt(port);
    const node = nodePort === undefined ? '' : `:${textOf(nodePort)}`;
    return `${textOf(number)}${node}/${textOf(protocol)}`;
  });
  return texts.join(',') || '<none>';
}
