import { Type, type Static } from 'typebox';
import type { Environment } from '../../shared/contract/configuration.js';
import { NodePortOffset, TemplateParameters } from '../../shared/contract/parameters.js';

const closed = { additionalProperties: false } as const;

/** A reference, a text that is sealed in the store, the mark that stands for it in answers, or the credential itself. */
const Credential = (description: string, itself: string) =>
  Type.String({
    pattern: `^(env:[A-Z_][A-Z0-9_]{0,127}|file:/.{1,500}|vault:.{1,500}|sealed:v1:.+|\\(sealed\\)|(?=[\\s\\S]*${itself})[\\s\\S]{1,200000})$`,
    maxLength: 300_000,
    writeOnly: true,
    description,
    examples: ['env:BEANPOD_SECRET_STAGING'],
  });

const GkeAccess = Type.Object(
  {
    type: Type.Literal('gke'),
    project: Type.String({
      pattern: '^[a-z0-9:.-]{3,63}$',
      description: 'Google Cloud project',
      examples: ['shop-prod'],
    }),
    location: Type.String({
      pattern: '^[a-z]+-[a-z]+[0-9](-[a-z])?$',
      description: 'Region or zone of the cluster',
      examples: ['europe-west3'],
    }),
    cluster: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,39}$',
      description: 'Name of the cluster',
      examples: ['main'],
    }),
    endpoint: Type.Optional(
      Type.Enum(['dns', 'private', 'public'], {
        description:
          'Endpoint of the control plane; the first of dns, private and public that is open when absent',
        examples: ['dns'],
      }),
    ),
    credentials: Type.Optional(
      Credential(
        'Key of a service account or configuration of workload identity federation, JSON or a reference to it; the identity of the worker (application default, workload identity) when absent',
        '"type"',
      ),
    ),
  },
  { ...closed, description: 'A GKE cluster' },
);

const KubeconfigAccess = Type.Object(
  {
    type: Type.Literal('kubeconfig'),
    kubeconfig: Credential(
      'The kubeconfig or a reference to it; exec plugins and file paths in it are refused',
      'clusters',
    ),
    context: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 253,
        description: 'Context; the current one when absent',
        examples: ['staging'],
      }),
    ),
  },
  { ...closed, description: 'A cluster by kubeconfig' },
);

const InClusterAccess = Type.Object(
  { type: Type.Literal('in-cluster') },
  { ...closed, description: 'The cluster in which the worker runs' },
);

const MadeFor = Type.Object(
  {
    stamp: Type.String({
      pattern: '^[0-9a-z]{26}$',
      description: 'Mark of the clone; its namespace carries it as label',
      examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'],
    }),
  },
  {
    ...closed,
    description:
      'Set by Beanpod in a clone of an environment: the first deployment makes the namespace, node ports are left to the cluster unless there is an offset, and the end of the clone deletes the namespace',
  },
);

/** Where and how a service runs on Kubernetes: the settings of one target. */
export const KubernetesTarget = Type.Object(
  {
    cluster: Type.Union([GkeAccess, KubeconfigAccess, InClusterAccess], {
      description: 'How to reach the cluster',
      examples: [{ type: 'gke', project: 'shop-prod', location: 'europe-west3', cluster: 'main' }],
    }),
    namespace: Type.String({
      pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      description: 'Namespace of objects that name none',
      examples: ['shop'],
    }),
    manifests: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 900_000,
        description: 'YAML documents of the set; those that a version brings along replace them',
        examples: [
          'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  HOST: "{{environment}}.example.com"\n',
        ],
      }),
    ),
    templating: Type.Optional(
      Type.Enum(['values', 'text'], {
        default: 'values',
        description:
          'Whether parameters go into values of the parsed YAML, or into its text before it is parsed',
        examples: ['values'],
      }),
    ),
    parameters: Type.Optional(TemplateParameters),
    nodePortOffset: Type.Optional(NodePortOffset),
    groups: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$' }),
        Type.Object(
          {
            parameters: Type.Optional(TemplateParameters),
            replicas: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 10_000,
                description: 'Replicas of its workloads, instead of those of the manifests',
                examples: [3],
              }),
            ),
          },
          { ...closed, description: 'What is different for a group', examples: [{ replicas: 3 }] },
        ),
        {
          ...closed,
          minProperties: 1,
          maxProperties: 30,
          description:
            'The set is deployed once for each of these, as one deployment; the manifests know its name as {{groupName}} and need it in every name',
          examples: [{ small: { parameters: { memory: '1Gi' } }, large: { replicas: 3 } }],
        },
      ),
    ),
    configuration: Type.Optional(
      Type.Enum(['annotated', 'versioned', 'plain'], {
        default: 'annotated',
        description:
          'How pods get changed ConfigMaps and Secrets: restarted by a stamp, by a name of its own for each content, or not at all',
        examples: ['versioned'],
      }),
    ),
    conflicts: Type.Optional(
      Type.Object(
        {
          otherwise: Type.Optional(
            Type.Enum(['refuse', 'take', 'leave'], {
              default: 'refuse',
              description: 'What happens with fields that another manager owns',
              examples: ['refuse'],
            }),
          ),
          managers: Type.Optional(
            Type.Record(
              Type.String({ pattern: '^.{1,128}$' }),
              Type.Enum(['refuse', 'take', 'leave'], {
                description: 'What happens with its fields',
                examples: ['leave'],
              }),
              {
                description: 'The same by name of the manager; a star at the end stands for any rest',
                examples: [{ 'istio*': 'leave' }],
              },
            ),
          ),
        },
        {
          ...closed,
          description:
            'Fields with two owners. Those of earlier deployers (kubectl, helm, Argo CD) are taken over unless said otherwise',
          examples: [{ managers: { 'istio*': 'leave' } }],
        },
      ),
    ),
    replicas: Type.Optional(
      Type.Enum(['autoscaler', 'manifest'], {
        default: 'autoscaler',
        description: 'Who decides on the replicas of a workload that an autoscaler targets',
        examples: ['autoscaler'],
      }),
    ),
    prune: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Delete objects of the version before that are no longer in the set; never namespaces, volumes and resource definitions',
        examples: [true],
      }),
    ),
    onFirstFailure: Type.Optional(
      Type.Enum(['remove', 'leave'], {
        default: 'remove',
        description: 'What becomes of a first version that is bad',
        examples: ['remove'],
      }),
    ),
    hookDeadlineMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        default: 30,
        description: 'Longest time for the hooks of one moment',
        examples: [30],
      }),
    ),
    rolloutDeadlineMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        default: 30,
        description: 'Longest time for one wave to become healthy',
        examples: [15],
      }),
    ),
    madeFor: Type.Optional(MadeFor),
  },
  { ...closed, description: 'A set of Kubernetes objects' },
);

export type KubernetesTarget = Static<typeof KubernetesTarget>;
export type ClusterAccess = KubernetesTarget['cluster'];

/**
 * The target with what its environment gives to templates: region, tier, parameters and the offset of node ports. What
 * the target says itself goes before that.
 */
export function inEnvironment(
  target: KubernetesTarget,
  { region, tier, parameters, nodePortOffset }: Environment,
): KubernetesTarget {
  const given = {
    ...(region !== undefined && { region }),
    ...(tier !== undefined && { tier }),
    ...parameters,
    ...target.parameters,
  };
  const offset = target.nodePortOffset ?? nodePortOffset;
  return {
    ...target,
    ...(Object.keys(given).length > 0 && { parameters: given }),
    ...(offset !== undefined && { nodePortOffset: offset }),
  };
}

/** The target in a clone of its environment: the same set in a namespace that is called like the clone. */
export function cloneTarget(
  { nodePortOffset: _, ...target }: KubernetesTarget,
  { environment, stamp }: { readonly environment: string; readonly stamp: string },
): KubernetesTarget {
  return { ...target, namespace: environment, madeFor: { stamp } };
}

/** Types of artifact that a target of this kind can be given. */
export const ACCEPTED_ARTIFACTS = ['image', 'images', 'manifests'] as const;
