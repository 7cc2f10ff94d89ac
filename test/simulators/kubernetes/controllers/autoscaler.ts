import type { Cluster } from '../cluster.js';
import { at, fieldsAt, textAt } from '../json.js';
import { keyOf, timestamp, type Condition, type KubeObject } from '../objects.js';
import { builtIn, typeOf } from '../registry/registry.js';
import { readScale, writeScale } from '../subresources/scale.js';
import { controllerCall } from '../writes/write-call.js';
import { createWorkQueue } from './work-queue.js';

/** The annotation of a HorizontalPodAutoscaler that stands for its metrics: the number of replicas they call for. */
export const WANTED_ANNOTATION = 'sim.beanpod.dev/wanted-replicas';

const CALL = controllerCall('kube-controller-manager');
const FROM = 'horizontal-pod-autoscaler';

/** A HorizontalPodAutoscaler after defaulting. */
interface Autoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { apiVersion: string; kind: string; name: string };
    minReplicas: number;
    maxReplicas: number;
  };
}

/** Sizes workloads through their scale subresource; how many replicas are wanted is scripted by an annotation. */
export function startAutoscaler(cluster: Cluster): void {
  const queue = createWorkQueue(cluster, (key) => {
    const scaler = cluster.store.collection('horizontalpodautoscalers.autoscaling').get(key) as
      Autoscaler | undefined;
    if (scaler !== undefined && scaler.metadata.deletionTimestamp === undefined) reconcile(scaler);
  });

  function reconcile(scaler: Autoscaler): void {
    const { scaleTargetRef, minReplicas, maxReplicas } = scaler.spec;
    const type = typeOf(cluster.registry, scaleTargetRef);
    const place = {
      type: type ?? builtIn('Deployment'),
      namespace: scaler.metadata.namespace,
      name: scaleTargetRef.name,
    };
    let current: number;
    try {
      current = Number(at(readScale(cluster, place), 'spec', 'replicas') ?? 0);
    } catch (error) {
      return fail(
        scaler,
        `the HPA controller was unable to get the target's current scale: ${(error as Error).message}`,
      );
    }
    const wanted = Number(scaler.metadata.annotations?.[WANTED_ANNOTATION] ?? current);
    const desired = current === 0 ? 0 : Math.min(maxReplicas, Math.max(minReplicas, wanted));
    if (desired !== current) {
      writeScale(cluster, place, (scale) => ({ ...scale, spec: { replicas: desired } }), CALL);
      const message = `New size: ${desired}; reason: All metrics below target`;
      cluster.events.record(scaler, { type: 'Normal', reason: 'SuccessfulRescale', message, from: FROM });
    }
    writeStatus(scaler, current, desired);
  }

  function writeStatus(scaler: Autoscaler, current: number, desired: number): void {
    const active =
      current === 0
        ? condition(
            'ScalingActive',
            'False',
            'ScalingDisabled',
            'scaling is disabled since the replica count of the target is zero',
          )
        : condition(
            'ScalingActive',
            'True',
            'ValidMetricFound',
            'the HPA was able to successfully calculate a replica count',
          );
    const able = condition(
      'AbleToScale',
      'True',
      'ReadyForNewScale',
      'recommended size matches current size',
    );
    const status = {
      currentReplicas: current,
      desiredReplicas: desired,
      ...(textAt(scaler, 'status', 'lastScaleTime') === undefined && desired === current
        ? {}
        : { lastScaleTime: timestamp() }),
      conditions: [able, active],
    };
    if (
      desired === current &&
      at(scaler, 'status', 'desiredReplicas') === desired &&
      at(scaler, 'status', 'currentReplicas') === current
    )
      return;
    cluster.writes.setStatus(builtIn('HorizontalPodAutoscaler'), scaler, status, CALL);
  }

  function fail(scaler: Autoscaler, message: string): void {
    if (at(scaler, 'status', 'conditions') !== undefined) return;
    const conditions = [condition('AbleToScale', 'False', 'FailedGetScale', message)];
    cluster.events.record(scaler, { type: 'Warning', reason: 'FailedGetScale', message, from: FROM });
    const status = { currentReplicas: 0, desiredReplicas: 0, conditions };
    cluster.writes.setStatus(builtIn('HorizontalPodAutoscaler'), scaler, status, CALL);
  }

  cluster.store.listen(({ collection, object, type }) => {
    if (type === 'DELETED') return;
    if (collection === 'horizontalpodautoscalers.autoscaling') queue.add(keyOf(object));
    if (!collection.endsWith('.apps') || collection.startsWith('replicasets')) return;
    for (const scaler of cluster.store
      .collection('horizontalpodautoscalers.autoscaling')
      .list(object.metadata.namespace)) {
      if (fieldsAt(scaler, 'spec', 'scaleTargetRef')['name'] === object.metadata.name)
        queue.add(keyOf(scaler));
    }
  });
}

function condition(type: string, status: string, reason: string, message: string): Condition {
  return { type, status, reason, message, lastTransitionTime: timestamp() };
}
