import { describe, expect, it } from 'vitest';
import { courseNames, play, type CourseEnd } from './course.js';

type Row = 'no failure' | readonly [code: string, earliestS: number, latestS: number, detail: RegExp];

/** The failure, the seconds between which it is known, and what it says. Pods show their first status at 0. */
const CASES: Readonly<Record<string, Row>> = {
  ok: 'no failure',
  'slow-start': 'no failure',
  'slow-start-with-a-long-probe': 'no failure',
  'slow-pull': 'no failure',
  'image-not-found': [
    'k8s.image-not-found',
    3,
    4,
    /^Container main of pod a cannot pull image registry\.example\/shop\/api:2: failed to pull.*: not found$/,
  ],
  'image-not-found-on-an-old-kubelet': [
    'k8s.image-not-found',
    1,
    2,
    /shop\/api:2: failed to pull.*not found$/,
  ],
  'image-not-found-with-a-misleading-name': ['k8s.image-not-found', 1, 2, /tls-timeout-denied:2: not found/],
  'no-image-for-the-platform': ['k8s.image-not-found', 1, 2, /no match for platform/],
  'pull-denied': ['k8s.image-denied', 15, 16, /pull access denied/],
  'pull-denied-until-rights-have-spread': 'no failure',
  'flaky-pull': 'no failure',
  'registry-down': ['k8s.image-unavailable', 120, 121, /i\/o timeout/],
  'registry-limits-rate': ['k8s.image-unavailable', 120, 121, /429 Too Many Requests/],
  'image-name-invalid': ['k8s.image-invalid', 0, 0, /must be lowercase/],
  crash: [
    'k8s.crash-loop',
    14,
    15,
    /Container main of pod a exited with code 3, 2 restarts so far: no database/,
  ],
  'crash-once': 'no failure',
  'crash-of-one-among-eight': ['k8s.crash-loop', 60, 61, /\(1 of 8 new pods\)/],
  'crash-of-three-among-eight': ['k8s.crash-loop', 0, 1, /\(3 of 8 new pods\)/],
  'out-of-memory-at-once': ['k8s.out-of-memory', 4, 5, /lack of memory/],
  'out-of-memory-under-load': ['k8s.out-of-memory', 170, 171, /lack of memory/],
  'exits-well': ['k8s.exits', 33, 34, /exit code 0, 3 restarts so far; is it a job/],
  'config-missing': ['k8s.config-missing', 11, 12, /configmap "settings" not found/],
  'config-missing-at-first': 'no failure',
  'config-not-read-yet': 'no failure',
  'container-not-created': ['k8s.container-start', 10, 11, /no command specified/],
  'node-cannot-start-containers-for-a-moment': 'no failure',
  'job-pod-fails': 'no failure',
  'job-pod-restarts-in-place': ['k8s.crash-loop', 0, 1, /exited with code 1/],
  'start-error': ['k8s.container-start', 10, 11, /executable file not found/],
  'probe-fails': ['k8s.not-ready', 180, 181, /asks GET :8080\/healthz\): Readiness probe failed.*503/],
  'probe-fails-with-a-short-progress-deadline': ['k8s.not-ready', 60, 61, /not ready/],
  'probe-fails-on-one-of-two': 'no failure',
  'liveness-kills': ['k8s.crash-loop', 60, 61, /killed by its probe, 2 restarts.*statuscode: 500/],
  unschedulable: ['k8s.unschedulable', 30, 31, /No node can take pod a: .*Insufficient cpu/],
  'unschedulable-until-a-node-comes': 'no failure',
  'unschedulable-and-no-node-comes': ['k8s.unschedulable', 300, 301, /a node was ordered/],
  quota: ['k8s.quota', 30, 31, /exceeded quota: compute/],
  'quota-freed-in-time': 'no failure',
  'refused-by-a-policy': ['k8s.pods-refused', 5, 6, /runAsNonRoot/],
  'mount-missing': ['k8s.mount-failed', 31, 32, /secret "api-tls" not found/],
  'mount-missing-then-a-slow-pull': 'no failure',
  'volume-held-by-another-node': 'no failure',
  'init-crash': ['k8s.crash-loop', 13, 14, /Init container prepare of pod a exited with code 2/],
  'init-done': 'no failure',
  'evicted-and-replaced': 'no failure',
};

describe('the course of new pods', () => {
  it('has a fixture for every case and a case for every fixture', () => {
    expect([...courseNames()].sort()).toEqual(Object.keys(CASES).sort());
  });

  it.each(Object.entries(CASES).filter(([, row]) => row === 'no failure'))(
    '%s is not held against it',
    (name) => {
      expect(play(name)).toBe('no failure');
    },
  );

  it.each(
    Object.entries(CASES).filter((row): row is [string, Exclude<Row, string>] => row[1] !== 'no failure'),
  )('%s fails in time and says why', (name, [code, earliestS, latestS, detail]) => {
    const end = failed(play(name));

    expect(end.failure.code).toBe(code);
    expect(end.failure.detail).toMatch(detail);
    expect(end.atS).toBeGreaterThanOrEqual(earliestS);
    expect(end.atS).toBeLessThanOrEqual(latestS);
  });
});

function failed(end: CourseEnd): Exclude<CourseEnd, string> {
  if (end === 'no failure') throw new Error('nothing was held against the version');
  return end;
}
