import type { Cause } from '../api-error.js';
import { fieldsAt, isFields, listAt, textAt, type Fields } from '../json.js';
import { selects } from '../selectors.js';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** A cause for a missing field. */
export function required(field: string, text = ''): Cause {
  return { reason: 'FieldValueRequired', message: `Required value${text === '' ? '' : `: ${text}`}`, field };
}

/** A cause for a value that is not allowed. */
export function invalidValue(field: string, value: unknown, text: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${text}`, field };
}

/** A cause for a change or combination that is not allowed. */
export function forbiddenField(field: string, text: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${text}`, field };
}

/** The causes for which the server refuses an object whatever was stored before. */
export function validate(kind: string, object: Fields): Cause[] {
  const causes = validateMetadata(kind, fieldsAt(object, 'metadata'));
  const spec = fieldsAt(object, 'spec');
  if (WITH_TEMPLATE.has(kind)) causes.push(...validateTemplate(kind, spec));
  if (kind === 'Pod') causes.push(...validatePodSpec(spec, 'spec', 'pod'));
  if (kind === 'Service') causes.push(...validateService(spec));
  if (kind === 'CronJob' && !/^(@\w+|(\S+\s+){4}\S+)$/.test(textAt(spec, 'schedule') ?? '')) {
    causes.push(invalidValue('spec.schedule', spec['schedule'], 'expected exactly 5 fields'));
  }
  if (kind === 'HorizontalPodAutoscaler') causes.push(...validateBounds(spec));
  return causes;
}

const WITH_TEMPLATE = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job']);

function validateMetadata(kind: string, metadata: Fields): Cause[] {
  const name = textAt(metadata, 'name') ?? '';
  if (name === '') return [required('metadata.name', 'name or generateName is required')];
  const causes: Cause[] = [];
  const strict = kind === 'Namespace' || kind === 'Service';
  const free = kind.startsWith('Role') || kind.startsWith('ClusterRole');
  if (!free && (name.length > (strict ? 63 : 253) || !(strict ? DNS_LABEL : DNS_SUBDOMAIN).test(name))) {
    causes.push(invalidValue('metadata.name', name, SUBDOMAIN_RULE));
  }
  for (const [key, value] of Object.entries(fieldsAt(metadata, 'labels'))) {
    if (typeof value === 'string' && (value.length > 63 || !LABEL_VALUE.test(value))) {
      const rule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start " +
        'and end with an alphanumeric character';
      causes.push(invalidValue('metadata.labels', value, `${rule} (label ${key})`));
    }
  }
  return causes;
}

function validateTemplate(kind: string, spec: Fields): Cause[] {
  const causes: Cause[] = [];
  const replicas = spec['replicas'];
  if (typeof replicas === 'number' && replicas < 0) {
    causes.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'));
  }
  const labels = fieldsAt(spec, 'template', 'metadata', 'labels') as Record<string, string>;
  const selector = spec['selector'];
  if (kind !== 'Job') {
    if (!isFields(selector)) causes.push(required('spec.selector'));
    else if (Object.keys(selector).length === 0) {
      causes.push(
        invalidValue('spec.selector', selector, `empty selector is invalid for ${kind.toLowerCase()}`),
      );
    } else if (!selects(selector, labels)) {
      causes.push(
        invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
      );
    }
  }
  // Claims of a StatefulSet become volumes of its pods under the same name.
  const claims = listAt(spec, 'volumeClaimTemplates').map((claim) => fieldsAt(claim, 'metadata'));
  const template = fieldsAt(spec, 'template', 'spec');
  const pod = { ...template, volumes: [...listAt(template, 'volumes'), ...claims] };
  causes.push(...validatePodSpec(pod, 'spec.template.spec', kind === 'Job' ? 'job' : 'always'));
  return causes;
}

function validatePodSpec(spec: Fields, path: string, use: 'pod' | 'job' | 'always'): Cause[] {
  const causes: Cause[] = [];
  const containers = listAt(spec, 'containers');
  if (containers.length === 0) causes.push(required(`${path}.containers`));
  const names = new Set<string>();
  const volumes = new Set(listAt(spec, 'volumes').map((volume) => textAt(volume, 'name')));
  for (const [field, list] of [
    ['initContainers', listAt(spec, 'initContainers')],
    ['containers', containers],
  ] as const) {
    list.forEach((container, index) => {
      causes.push(...validateContainer(container, `${path}.${field}[${index}]`, names, volumes));
    });
  }
  const policy = spec['restartPolicy'];
  const allowed = { pod: ['Always', 'OnFailure', 'Never'], job: ['OnFailure', 'Never'], always: ['Always'] }[
    use
  ];
  if (typeof policy === 'string' && !allowed.includes(policy)) {
    const listed = allowed.map((value) => JSON.stringify(value)).join(', ');
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${policy}": supported values: ${listed}`,
      field: `${path}.restartPolicy`,
    });
  }
  return causes;
}

function validateContainer(
  container: unknown,
  path: string,
  names: Set<string>,
  volumes: Set<string | undefined>,
): Cause[] {
  const causes: Cause[] = [];
  const name = textAt(container, 'name') ?? '';
  if (name === '') causes.push(required(`${path}.name`));
  else if (names.has(name)) {
    causes.push({
      reason: 'FieldValueDuplicate',
      message: `Duplicate value: "${name}"`,
      field: `${path}.name`,
    });
  }
  names.add(name);
  if ((textAt(container, 'image') ?? '') === '') causes.push(required(`${path}.image`));
  listAt(container, 'volumeMounts').forEach((mount, index) => {
    const volume = textAt(mount, 'name');
    if (!volumes.has(volume)) {
      causes.push({
        reason: 'FieldValueNotFound',
        message: `Not found: "${volume ?? ''}"`,
        field: `${path}.volumeMounts[${index}].name`,
      });
    }
  });
  listAt(container, 'ports').forEach((port, index) => {
    const number = fieldsAt(port)['containerPort'];
    if (typeof number !== 'number' || number < 1 || number > 65535) {
      causes.push(
        invalidValue(
          `${path}.ports[${index}].containerPort`,
          number ?? 0,
          'must be between 1 and 65535, inclusive',
        ),
      );
    }
  });
  return causes;
}

function validateService(spec: Fields): Cause[] {
  const ports = listAt(spec, 'ports');
  const headless = spec['clusterIP'] === 'None';
  if (spec['type'] === 'ExternalName') {
    return textAt(spec, 'externalName') === undefined ? [required('spec.externalName')] : [];
  }
  if (ports.length === 0) return headless ? [] : [required('spec.ports')];
  const causes: Cause[] = [];
  ports.forEach((port, index) => {
    const number = fieldsAt(port)['port'];
    if (typeof number !== 'number' || number < 1 || number > 65535) {
      causes.push(
        invalidValue(`spec.ports[${index}].port`, number ?? 0, 'must be between 1 and 65535, inclusive'),
      );
    }
    if (ports.length > 1 && textAt(port, 'name') === undefined)
      causes.push(required(`spec.ports[${index}].name`));
  });
  return causes;
}

function validateBounds(spec: Fields): Cause[] {
  const { minReplicas, maxReplicas } = spec as { minReplicas?: number; maxReplicas?: number };
  if (maxReplicas === undefined || maxReplicas < 1) {
    return [invalidValue('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than 0')];
  }
  if ((minReplicas ?? 1) <= maxReplicas) return [];
  return [invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')];
}
