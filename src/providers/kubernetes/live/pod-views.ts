import type { LiveEvent, PodsView } from '../../../shared/contract/live-pods.js';
import type { OwnedTurn } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import type { EventView } from '../watch/event-view.js';
import { namespacedPath } from '../watch/object-path.js';
import { followPods, type Besides, type PodsLook } from './follow-pods.js';
import { autoscalersPath, stampedWorkloads, presentWorkloads } from './present-workload.js';
import { presentPod } from './present-pod.js';

const MOST_EVENTS = 50;
const LONGEST_MESSAGE = 1_000;

/** What runs, once for each time that it looks different. */
export async function* podViews(
  { hub }: Cluster,
  { signal, ...wanted }: OwnedTurn & { readonly namespace: string },
): AsyncGenerator<PodsView> {
  const { namespace } = wanted;
  const besides: Besides = {
    // Roles of earlier versions may not read these; what is shown is less then, and not in trouble.
    sources: [
      { path: autoscalersPath(namespace), keeps: 'objects', optional: true },
      { path: namespacedPath('v1', namespace, 'events'), keeps: 'events', optional: true },
    ],
    uids: (view) => [
      ...stampedWorkloads(view, wanted).map(({ object }) => object.metadata.uid ?? ''),
      ...view.objects(autoscalersPath(namespace)).map(({ metadata }) => metadata.uid ?? ''),
    ],
  };
  let shown = '';
  let staleSince: string | undefined;
  for await (const look of followPods(hub, wanted, signal, besides)) {
    const staleMs = look.view.staleMs();
    staleSince = staleMs === undefined ? undefined : (staleSince ?? ago(staleMs));
    const view = viewOf(look, wanted, staleSince);
    const text = JSON.stringify(view);
    if (text === shown) continue;
    shown = text;
    yield view;
  }
}

function viewOf(
  { pods, trouble, view }: PodsLook,
  wanted: { readonly namespace: string; readonly service: string; readonly environment: string },
  staleSince: string | undefined,
): PodsView {
  const workloads = presentWorkloads(view, wanted);
  const uids = [...pods.map(({ pod }) => pod.uid), ...workloads.map(({ uid }) => uid)];
  const events = uids.flatMap((uid) => view.events(wanted.namespace, uid));
  return {
    pods: pods.map(({ pod, owner }) => presentPod(pod, owner)),
    workloads,
    events: newest(events).map(presentEvent),
    ...(trouble !== undefined && { trouble: trouble.slice(0, 2_000) }),
    ...(staleSince !== undefined && { staleSince }),
  };
}

/** The last moment at which everything was known, to the second. */
function ago(ms: number): string {
  return new Date(Math.floor((Date.now() - ms) / 1_000) * 1_000).toISOString();
}

/** Several watches of a process may have the same event. */
function newest(events: readonly EventView[]): readonly EventView[] {
  const known = new Map(events.map((event) => [event.uid, event]));
  return [...known.values()]
    .filter(({ at }) => at !== '')
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at) || (one.uid < other.uid ? -1 : 1))
    .slice(0, MOST_EVENTS);
}

function presentEvent({ at, type, reason, message, count, about }: EventView): LiveEvent {
  return {
    at,
    type: type === 'Warning' ? 'Warning' : 'Normal',
    reason: reason === '' ? 'Unknown' : reason,
    message: message.slice(0, LONGEST_MESSAGE),
    count,
    about: { kind: about.kind, name: about.name },
  };
}
