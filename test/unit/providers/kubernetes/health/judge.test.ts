import { describe, expect, it } from 'vitest';
import type { Health } from '../../../../../src/providers/kubernetes/health/health.js';
import { judge } from '../../../../../src/providers/kubernetes/health/judge.js';
import { objectView } from '../../../../../src/providers/kubernetes/watch/object-view.js';
import { fixtureNames, readFixture } from './fixture.js';

type Row = readonly [verdict: string, reason: RegExp, beside?: RegExp];

/** Verdict, what the reason says, and the failure code or the warning. */
const CASES: Readonly<Record<string, Row>> = {
  'deployment-healthy': ['healthy', /3 of 3 pods are new and available/],
  'deployment-controller-behind': ['progressing', /not seen generation 4/],
  'deployment-controller-never-looked': ['progressing', /not seen generation 3/],
  'deployment-watch-behind-generation': ['progressing', /watch has not seen our write/],
  'deployment-watch-behind-version': ['progressing', /watch has not seen our write/],
  'deployment-replaced': ['degraded', /created again by somebody else/, /k8s\.object-replaced/],
  'deployment-watch-shows-the-one-before': ['progressing', /watch has not seen our write/],
  'deployment-being-deleted': ['degraded', /being deleted/, /k8s\.object-missing/],
  'deployment-updating': ['progressing', /2 of 3 pods are new/],
  'deployment-old-pods-left': ['progressing', /1 old pods/],
  'deployment-not-ready': ['progressing', /2 of 3 pods are ready/],
  'deployment-not-yet-available': ['progressing', /2 of 3 pods are available/],
  'deployment-counts-good-condition-bad': ['progressing', /MinimumReplicasUnavailable/],
  'deployment-rollout-not-complete': ['progressing', /FoundNewReplicaSet/],
  'deployment-without-deadline': ['healthy', /3 of 3/],
  'deployment-new-replica-set-unseen': ['progressing', /ReplicaSet of the new template is not seen/],
  'deployment-default-replicas': ['progressing', /0 of 1 pods are new/],
  'deployment-scaled-to-zero': ['healthy', /scaled to zero/, /no pod runs/],
  'deployment-paused': ['suspended', /paused/],
  'deployment-deadline-exceeded': ['degraded', /no progress for 600 s.*api-7d9/, /k8s\.rollout-stuck/],
  'deployment-deadline-of-earlier-rollout': ['progressing', /just begun/],
  'stateful-set-healthy': ['healthy', /3 of 3 pods are new and ready/],
  'stateful-set-controller-behind': ['progressing', /not seen generation 3/],
  'stateful-set-not-ready': ['progressing', /2 of 3 pods are ready/],
  'stateful-set-updating': ['progressing', /1 of 3 pods are new/],
  'stateful-set-revisions-differ': ['progressing', /revision db-2 is not complete/],
  'stateful-set-scaling-down': ['progressing', /1 pods too many/],
  'stateful-set-partition-done': ['healthy', /1 pods are new and ready/, /2 pods stay old/],
  'stateful-set-partition-updating': ['progressing', /0 of 1 pods are new/],
  'stateful-set-on-delete': ['healthy', /3 of 3 pods are ready/, /2 pods are still old/],
  'stateful-set-on-delete-not-ready': ['progressing', /1 of 3 pods are ready/],
  'stateful-set-scaled-to-zero': ['healthy', /scaled to zero/, /no pod runs/],
  'stateful-set-not-yet-available': ['progressing', /2 of 3 pods are available/],
  'daemon-set-healthy': ['healthy', /3 of 3/],
  'daemon-set-updating': ['progressing', /1 of 3 pods are new/],
  'daemon-set-not-available': ['progressing', /2 of 3 pods are available/],
  'daemon-set-bad-node': ['healthy', /2 of 3/, /1 pods are on nodes that cannot run them/],
  'daemon-set-new-pod-on-bad-node': ['progressing', /0 of 1 pods are new/],
  'daemon-set-all-nodes-bad': ['progressing', /all of its pods are on nodes that cannot run them/],
  'daemon-set-no-node': ['healthy', /no node wants it/, /node selector/],
  'daemon-set-on-delete': ['healthy', /3 pods are available/, /2 pods are still old/],
  'daemon-set-on-delete-not-available': ['progressing', /2 of 3 pods are available/],
  'daemon-set-controller-behind': ['progressing', /not seen generation 1/],
  'replica-set-healthy': ['healthy', /2 of 2/],
  'replica-set-progressing': ['progressing', /1 of 2/],
  'replica-set-too-many': ['progressing', /1 pods too many/],
  'replica-set-refused': ['progressing', /exceeded quota/],
  'replica-set-scaled-to-zero': ['healthy', /scaled to zero/, /no pod runs/],
  'replica-set-controller-behind': ['progressing', /not seen generation 2/],
  'pod-ready': ['healthy', /ready/],
  'pod-not-ready': ['progressing', /CrashLoopBackOff/],
  'pod-succeeded': ['healthy', /ended well/],
  'pod-failed': ['degraded', /container main exited with code 3/, /k8s\.pod-failed/],
  'pod-failed-without-a-word': ['degraded', /no container says why/, /k8s\.pod-failed/],
  'pod-evicted': ['degraded', /Evicted – The node was low/, /k8s\.pod-failed/],
  'pod-unschedulable': ['progressing', /Insufficient cpu/],
  'pod-creating': ['progressing', /ContainerCreating/],
  'job-complete': ['healthy', /ended well/],
  'job-success-announced': ['healthy', /ended well/],
  'job-running': ['progressing', /1 pods are at work, 1 have failed/],
  'job-started-is-enough': ['healthy', /has started/],
  'job-failed-although-a-start-is-enough': ['degraded', /BackoffLimitExceeded/, /k8s\.job-failed/],
  'job-failed': ['degraded', /BackoffLimitExceeded/, /k8s\.job-failed/],
  'job-failure-announced': ['degraded', /DeadlineExceeded/, /k8s\.job-failed/],
  'job-suspended': ['suspended', /suspended/],
  'cron-job-applied': ['healthy', /applied/],
  'cron-job-suspended': ['healthy', /applied/, /no Job will be made/],
  'service-with-ready-pods': ['healthy', /2 ready addresses/],
  'service-without-ready-pods': ['progressing', /no ready pod with app=api/],
  'service-endpoints-unseen': ['progressing', /cannot be seen/],
  'service-of-pods-elsewhere': ['healthy', /applied/, /no ready pod/],
  'service-selector-typo-at-first': ['progressing', /app=api, which no pod has/],
  'service-selector-typo': ['degraded', /app=api, which no pod has/, /k8s\.service-without-pods/],
  'service-selector-typo-allowed': ['healthy', /applied/],
  'service-external-name': ['healthy', /another host/],
  'service-headless-without-selector': ['healthy', /no selector/],
  'service-load-balancer-pending': ['progressing', /no address yet/],
  'service-load-balancer-published': ['healthy', /2 ready addresses/],
  'service-load-balancer-not-awaited': ['healthy', /2 ready addresses/],
  'ingress-applied': ['healthy', /applied/],
  'ingress-with-address': ['healthy', /has an address/],
  'ingress-address-awaited': ['progressing', /no address yet/],
  'ingress-backend-missing-at-first': ['progressing', /sends traffic to api/],
  'ingress-backend-missing': ['degraded', /sends traffic to api/, /k8s\.backend-missing/],
  'ingress-services-unseen': ['progressing', /cannot be seen/],
  'ingress-tls-secret-missing': ['healthy', /applied/, /shop-tls/],
  'claim-bound': ['healthy', /bound/],
  'claim-pending': ['progressing', /Pending/],
  'claim-waits-for-first-pod': ['healthy', /first pod/],
  'claim-class-unseen': ['progressing', /Pending/],
  'claim-lost': ['degraded', /lost its volume/, /k8s\.volume-lost/],
  'claim-provisioning-fails-at-first': ['progressing', /no room in the zone/],
  'claim-provisioning-fails': ['degraded', /no room in the zone/, /k8s\.volume-lost/],
  'autoscaler-working': ['healthy', /applied/],
  'autoscaler-without-metrics': ['healthy', /applied/, /FailedGetResourceMetric/],
  'autoscaler-disabled': ['healthy', /applied/],
  'autoscaler-target-missing-at-first': ['progressing', /FailedGetScale/],
  'autoscaler-target-missing': ['degraded', /"apo" not found/, /k8s\.autoscaler-blind/],
  'autoscaler-selector-invalid': ['degraded', /InvalidSelector/, /k8s\.autoscaler-blind/],
  'disruption-budget-with-room': ['healthy', /applied/],
  'disruption-budget-tight': ['healthy', /applied/, /no disruption/],
  'disruption-budget-unobserved': ['progressing', /not seen generation 1/],
  'definition-established': ['healthy', /served/],
  'definition-installing': ['progressing', /not served yet/],
  'definition-names-taken': ['degraded', /PluralConflict/, /k8s\.resource-failed/],
  'definition-not-accepted': ['degraded', /NotAccepted/, /k8s\.resource-failed/],
  'definition-unobserved': ['progressing', /not served yet/],
  'api-service-available': ['healthy', /Available is True/],
  'api-service-unavailable': ['progressing', /MissingEndpoints/],
  'custom-ready': ['healthy', /Ready is True/],
  'custom-not-ready': ['progressing', /waiting for a broker/],
  'custom-ready-unknown': ['progressing', /Ready is Unknown/],
  'custom-terminal-reason': ['degraded', /size must be positive/, /k8s\.resource-failed/],
  'custom-stalled-beats-ready': ['degraded', /bad size/, /k8s\.resource-failed/],
  'custom-reconciling-beats-ready': ['progressing', /Reconciling is True/],
  'custom-condition-of-earlier-generation': ['progressing', /earlier generation/],
  'custom-controller-behind': ['progressing', /not seen generation 2/],
  'custom-without-conditions': ['healthy', /no condition/, /no condition that tells/],
  'custom-without-status-at-first': ['progressing', /no controller has written its status/],
  'custom-with-an-empty-status': ['progressing', /no controller has written its status/],
  'custom-without-status': ['healthy', /nobody has judged it/, /nobody knows whether it works/],
  'custom-of-a-kind-without-status': ['healthy', /its kind has no status/],
  'custom-available-condition': ['healthy', /Available is True/],
  'custom-rule-success': ['healthy', /rule/],
  'custom-rule-half-success': ['progressing', /rule/],
  'custom-rule-failure': ['degraded', /rule/, /k8s\.resource-failed/],
  'custom-rule-that-cannot-be-read': ['progressing', /rule/],
  'rollout-healthy': ['healthy', /Healthy/],
  'rollout-behind': ['progressing', /not seen generation 2/],
  'rollout-degraded': ['degraded', /RolloutAborted/, /k8s\.resource-failed/],
  'rollout-paused': ['suspended', /Paused/],
  'certificate-issuing': ['progressing', /Issuing is True/],
  'config-map-applied': ['healthy', /applied/],
  'config-map-deleted-and-made-again': ['degraded', /created again/, /k8s\.object-replaced/],
};

describe('health of one object', () => {
  it('has a fixture for every case and a case for every fixture', () => {
    expect([...fixtureNames()].sort()).toEqual(Object.keys(CASES).sort());
  });

  it.each(Object.entries(CASES))('%s', (name, [verdict, reason, beside = /^$/]) => {
    const { object, context } = readFixture(name);

    const health = judge(object, context);

    expect(health.verdict).toBe(verdict);
    expect(health.reason).toMatch(reason);
    expect(besideOf(health)).toMatch(beside);
  });

  it.each(Object.keys(CASES))('%s: what the watch keeps of it is enough', (name) => {
    const { object, context } = readFixture(name);
    const owned = context.around.owned('ReplicaSet').map(objectView);
    const around = { ...context.around, owned: () => owned };

    expect(judge(objectView(object), { ...context, around })).toEqual(judge(object, context));
  });
});

function besideOf(health: Health): string {
  if (health.verdict === 'degraded') return health.failure.code;
  return (health.verdict === 'healthy' && health.warning) || '';
}
