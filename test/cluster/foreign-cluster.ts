import { spawnSync } from 'node:child_process';
import { newId } from '../../src/shared/new-id.js';
import { createKubectl, type Kubectl } from '../integration/simulators/kubectl.js';
import { shown, type Shown } from '../integration/providers/kubernetes-shop.js';

/** Why there is no cluster to test on; `undefined` when there is one. */
export function whyNoCluster(): string | undefined {
  if (!process.env['KUBECONFIG']) return 'KUBECONFIG names no cluster';
  const { status } = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'kubectl, which looks at the cluster beside Beanpod, is not on the PATH';
}

/** A real cluster, of which only one namespace is touched. */
export interface ForeignCluster {
  readonly namespace: string;
  /** The current context of KUBECONFIG alone, with the contents of the files that it names. */
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  /** Runs kubectl in the namespace; throws with what it said when it fails. */
  ok(...args: string[]): Promise<string>;
  /** Objects of the kinds that a set has, as kubectl shows them, without what every write and the cluster's own controllers change. */
  world(): Promise<Record<string, unknown>>;
  /** Deletes the namespace and sees it gone. */
  remove(): Promise<void>;
}

const KINDS = 'configmaps,secrets,services,deployments,horizontalpodautoscalers,networkpolicies,jobs';

/** What the cluster itself puts into every namespace, and the copies of Secrets that last for one deployment. */
const PASSING = /^(kube-root-ca\.crt|beanpod-kept-.*)$/;

/** Real clusters take their time to delete a namespace. */
const REMOVAL_TRIES = 120;

/** Makes a namespace of a name that nobody else has. */
export async function openCluster(): Promise<ForeignCluster> {
  const flattened = spawnSync('kubectl', ['config', 'view', '--raw', '--minify', '--flatten'], {
    encoding: 'utf8',
  });
  if (flattened.status !== 0) throw new Error(`KUBECONFIG cannot be read: ${flattened.stderr}`);
  const kubeconfig = flattened.stdout;
  const kubectl = createKubectl(kubeconfig);
  const namespace = `beanpod-test-${newId().slice(-12).toLowerCase()}`;

  async function ok(...args: string[]): Promise<string> {
    const { code, out, err } = await kubectl('-n', namespace, ...args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${err}${out}`);
    return out;
  }

  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await ok('create', '-f', kubectl.manifest('namespace', manifest));
  return {
    namespace,
    kubeconfig,
    kubectl,
    ok,
    async world() {
      const { items } = JSON.parse(await ok('get', KINDS, '-o', 'json', '--show-managed-fields')) as {
        items: (Shown & { readonly kind: string })[];
      };
      const own = items.filter(({ metadata }) => !PASSING.test(metadata.name));
      return Object.fromEntries(
        own.map((item) => [`${item.kind}/${item.metadata.name}`, shown(withoutControllers(item))]),
      );
    },
    async remove() {
      await ok('delete', 'namespace', namespace, '--wait=false');
      for (let tries = 0; tries < REMOVAL_TRIES; tries += 1) {
        if ((await kubectl('get', 'namespace', namespace)).err.includes('NotFound')) {
          kubectl.clean();
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
      throw new Error(`Namespace ${namespace} is still there; look for what holds it`);
    },
  };
}

/** Fields of the cluster's own controllers are not Beanpod's to bring back. */
function withoutControllers(item: Shown): Shown {
  const { managedFields = [], ...metadata } = item.metadata;
  const others = managedFields.filter(({ manager }) => manager !== 'kube-controller-manager');
  return { ...item, metadata: { ...metadata, managedFields: others } };
}
