import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createAges, type FirstSeen } from '../../../../../src/providers/kubernetes/failure/ages.js';
import { classify, type NewVersion } from '../../../../../src/providers/kubernetes/failure/classify.js';
import { GRACES } from '../../../../../src/providers/kubernetes/failure/graces.js';
import type { Failure } from '../../../../../src/shared/domain/failures.js';
import { eventView } from '../../../../../src/providers/kubernetes/watch/event-view.js';
import { podView } from '../../../../../src/providers/kubernetes/watch/pod-view.js';
import { eventObject, podObject, replicaSetObject, type EventNote, type PodNote } from './objects.js';

const FOLDER = new URL('fixtures/', import.meta.url);

/** What a namespace shows from a moment on, in seconds. */
interface Frame {
  readonly at: number;
  readonly pods: readonly PodNote[];
  readonly events?: readonly EventNote[];
  /** Why the ReplicaSet may not create pods. */
  readonly refused?: string;
}

interface Course {
  readonly image?: string;
  readonly progressDeadlineSeconds?: number;
  readonly frames: readonly Frame[];
}

/** How a course ended: after how many seconds and why, or that nothing was held against the version. */
export type CourseEnd = { readonly atS: number; readonly failure: Failure } | 'no failure';

/** The names of all recorded courses. */
export function courseNames(): readonly string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));
}

/** Plays a course twice a second, as the runner looks, for `tailS` seconds beyond its last frame. */
export function play(name: string, tailS = 700): CourseEnd {
  const course = parse(readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8')) as Course;
  const lastAt = course.frames.at(-1)?.at ?? 0;
  const last = course.frames.at(-1);
  const isOver = last?.refused === undefined && last?.pods.every((pod) => pod.ready === true) === true;
  const versions = new Map(course.frames.map((frame) => [frame, newVersion(course, frame)]));
  let memory: FirstSeen = new Map();
  for (let atS = course.frames[0]?.at ?? 0; atS <= lastAt + (isOver ? 1 : tailS); atS += 0.5) {
    const frame = course.frames.findLast(({ at }) => at <= atS);
    const version = frame && versions.get(frame);
    if (!version) continue;
    const ages = createAges(memory, atS * 1_000);
    const signals = classify(version, ages, GRACES);
    memory = ages.firstSeen();
    if (signals.said === 'fail') return { atS, failure: signals.failure };
  }
  return 'no failure';
}

function newVersion(course: Course, frame: Frame): NewVersion {
  const events = (frame.events ?? []).map((note) => eventView(eventObject(note)));
  const replicaSet = replicaSetObject(frame.refused);
  return {
    pods: frame.pods.map((note) => podView(podObject({ image: course.image ?? 'shop/api:2', ...note }))),
    makers: [{ object: replicaSet, events: [], missing: frame.refused === undefined ? 0 : 1 }],
    progressDeadlineMs: (course.progressDeadlineSeconds ?? 600) * 1_000,
    events: (uid) => events.filter((event) => event.about.uid === uid),
  };
}
