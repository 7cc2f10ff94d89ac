import { fieldsAt } from '../json.js';
import type { KubeObject } from '../objects.js';
import { section } from './defaults-pod.js';

/** Gives a new Job the selector and labels that tie its pods to it, unless it brings its own selector. */
export function fillJobSelector(job: KubeObject, live: KubeObject | undefined): void {
  const spec = section(job, 'spec');
  const template = section(spec, 'template');
  const labels = section(section(template, 'metadata'), 'labels');
  if (live !== undefined) {
    // A client that leaves the generated parts out of an update means to keep them.
    const old = fieldsAt(live, 'spec');
    spec['selector'] ??= old['selector'];
    for (const [name, value] of Object.entries(fieldsAt(old, 'template', 'metadata', 'labels')))
      labels[name] ??= value;
    return;
  }
  if (spec['manualSelector'] === true) return;
  const { uid, name } = job.metadata;
  Object.assign(labels, {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  });
  spec['selector'] ??= { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
}
