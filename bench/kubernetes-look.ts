import { sourcesOf, type AppliedObject } from '../src/providers/kubernetes/health/applied-object.js';
import { assessSet, type Memory } from '../src/providers/kubernetes/health/assess-set.js';
import { applied, openWatching, type Watching } from '../test/integration/providers/kubernetes-watching.js';
import { deployment, PODS } from '../test/integration/simulators/kubernetes-session.js';
import { ms, percentile, timed, until } from './figures.js';
import type { Row } from './table.js';

const WORKLOADS = 10;
const REPLICAS = 500;
const LOOKS = 50;

/** How long one look at 5 000 new pods holds up the event loop. */
export async function measureKubernetesLook(): Promise<readonly Row[]> {
  return [
    await look('all well', 'app:ok-1', 'Running'),
    await look('none ready', 'app:probe-fail', 'Running'),
  ];
}

async function look(what: string, image: string, phase: string): Promise<Row> {
  const watching = await openWatching({ speed: 500, times: { silence: 60_000 } });
  try {
    const objects: AppliedObject[] = [];
    for (let nth = 0; nth < WORKLOADS; nth += 1)
      objects.push(await applied(watching, deployment(`app-${nth}`, image, { replicas: REPLICAS })));
    const follower = watching.hub.follow();
    follower.want(sourcesOf(objects));
    const all = WORKLOADS * REPLICAS;
    await until(`${all} pods are ${phase}`, 120_000, async () => seen(watching, phase) === all);
    await until('the watches have caught up', 30_000, async () => {
      const pods = watching.hub.state().find(({ path }) => path === PODS);
      return pods?.entries === all && follower.look().trouble() === undefined;
    });
    let memory: Memory = { firstSeen: new Map() };
    const took = await timed(LOOKS, async () => {
      const assessment = assessSet({ objects, view: follower.look(), memory, now: performance.now() });
      follower.heed(assessment.uids);
      ({ memory } = assessment);
    });
    return {
      what: `one look at ${all} new pods, ${what}`,
      ours: ms(percentile(took, 0.5)),
      beside: '',
      verdict: `most ${ms(Math.max(...took))} of ${LOOKS}`,
      budget: 'loop p99 < 30 ms',
    };
  } finally {
    await watching.close();
  }
}

function seen({ simulator }: Watching, phase: string): number {
  const pods = [...simulator.cluster.store.collection('pods').list('default')];
  return pods.filter(({ status }) => (status as { phase?: string } | undefined)?.phase === phase).length;
}
