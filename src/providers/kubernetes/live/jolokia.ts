import { failure } from '../../../shared/domain/failures.js';
import type { JolokiaRequest } from '../../../shared/domain/jolokia.js';
import type { OwnedTurn, SeenPod } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { KubeStatusError, type KubeTransport } from '../transport.js';
import { findPod } from './find-pod.js';
import { LiveFailure } from './live-failure.js';
import { jolokiaPort } from './present-pod.js';

const WITHIN_MS = 10_000;
/** Longest answer that is read, in characters: a list of all beans has some megabytes. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * Puts requests to the Jolokia agent of a pod, through the proxy of the API server. They are always the body of a POST to
 * `/jolokia/`: nothing that a caller says becomes a part of the path. Throws what `explain` and `LiveFailure` know.
 */
export async function askJolokia(
  cluster: Cluster,
  turn: OwnedTurn & { readonly namespace: string },
  seen: SeenPod,
  requests: readonly JolokiaRequest[],
): Promise<unknown> {
  const { pod } = await findPod(cluster, turn, seen);
  const port = jolokiaPort(pod);
  if (port === undefined)
    throw new LiveFailure(failure('k8s.jolokia-missing', `Pod ${pod.name} declares no port for it`));
  const host = `http:${encodeURIComponent(pod.name)}:${port}`;
  const path = `/api/v1/namespaces/${encodeURIComponent(turn.namespace)}/pods/${host}/proxy/jolokia/`;
  const signal = AbortSignal.any([turn.signal, AbortSignal.timeout(WITHIN_MS)]);
  try {
    const text = await textOf(cluster.transport.lines({ method: 'POST', path, body: requests, signal }));
    if (signal.aborted) throw unusable(`It did not answer within ${WITHIN_MS / 1_000} seconds`);
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw unusable('What answers there does not speak Jolokia');
    // The proxy passes on what the agent said, or that nothing listens there.
    if (error instanceof KubeStatusError && error.status !== 401 && error.reason !== 'Forbidden')
      throw unusable(error.message);
    throw error;
  }
}

function unusable(detail: string): LiveFailure {
  return new LiveFailure(failure('k8s.jolokia-unusable', detail));
}

async function textOf(lines: ReturnType<KubeTransport['lines']>): Promise<string> {
  let text = '';
  for await (const line of lines) {
    text += `${line}\n`;
    if (text.length > MOST_CHARACTERS) throw unusable('Its answer is longer than 8 million characters');
  }
  return text;
}
