import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** The folder with the manifests. */
export const folder = fileURLToPath(new URL('../../k8s', import.meta.url));

/** Any object of Kubernetes, as far as the tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec?: Spec;
  readonly data?: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken?: boolean;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly configMapGenerator?: readonly { readonly files?: readonly string[] }[];
}

export type Labels = Readonly<Record<string, string>>;

/** Labels by themselves in a Service, below `matchLabels` everywhere else. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly [label: string]: string | Labels | undefined;
}

export interface Spec {
  readonly replicas?: number;
  readonly selector?: Selector;
  readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
  readonly scaleTargetRef?: { readonly name: string };
  readonly minReplicas?: number;
  readonly triggers?: readonly {
    readonly metadata: Labels;
    readonly authenticationRef: { readonly name: string };
  }[];
  readonly podSelector?: { readonly matchLabels?: Labels };
  readonly serviceName?: string;
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly seccompProfile?: { readonly type: string };
  };
  readonly containers: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly ports?: readonly { readonly name: string }[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
  }[];
  readonly startupProbe?: object;
  readonly livenessProbe?: object;
  readonly readinessProbe?: object;
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
}

/** Every YAML file below k8s/, by its path there, with its documents. Throws on the first error or warning of the parser. */
export function readFiles(): ReadonlyMap<string, readonly Manifest[]> {
  const files = new Map<string, readonly Manifest[]>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path), parseAll(readFileSync(path, 'utf8'), path));
  }
  return files;
}

/** Whether this machine can build kustomizations: kubectl 1.21 brought the kustomize that knows components. */
export function canBuild(): boolean {
  const { status, stdout } = spawnSync('kubectl', ['version', '--client', '--output=json'], {
    encoding: 'utf8',
  });
  if (status !== 0) return false;
  const { clientVersion } = JSON.parse(stdout) as { clientVersion: { major: string; minor: string } };
  return Number(clientVersion.major) > 1 || Number.parseInt(clientVersion.minor, 10) >= 21;
}

/** What `kubectl kustomize` makes of a folder below k8s/. Throws with its words when it refuses. */
export function build(path: string): readonly Manifest[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', join(folder, path)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return parseAll(stdout, path);
}

function parseAll(text: string, path: string): readonly Manifest[] {
  return parseAllDocuments(text, { uniqueKeys: true }).map((document) => {
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem) throw new Error(`${path}: ${problem.message}`);
    return document.toJS() as Manifest;
  });
}
