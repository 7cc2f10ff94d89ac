import { isReadable, type HealthRule, type RuleTerm } from '../health/custom-rule.js';
import { isJson, listAt, textAt } from '../json.js';
import type { KubeObject } from '../object.js';
import { annotationOf, DOMAIN } from './annotations.js';
import type { Problem } from './problem.js';

/** On a Job of the set: `complete`, or `start` when nobody should wait for its end. */
const JOB = `${DOMAIN}/job-must`;

/** On a custom resource: JSON with the terms of `success` and `failure`, each with a `path` and a `value`. */
const RULE = `${DOMAIN}/health`;

/** What the manifest of an object says about its own health. */
export interface HealthWishes {
  readonly jobMust?: 'complete' | 'start';
  readonly rule?: HealthRule;
}

/** Reads it; what is no wish counts as none, as `wishProblems` has refused it before. */
export function wishesOf(object: KubeObject): HealthWishes {
  const jobMust = annotationOf(object, JOB);
  const rule = ruleOf(annotationOf(object, RULE));
  return {
    ...((jobMust === 'complete' || jobMust === 'start') && { jobMust }),
    ...(rule && { rule }),
  };
}

/** Annotations that are meant as wishes and are none. */
export function wishProblems(object: KubeObject, where: string): readonly Problem[] {
  const [jobMust, rule] = [annotationOf(object, JOB), annotationOf(object, RULE)];
  const said: string[] = [];
  if (jobMust !== undefined && !['complete', 'start'].includes(jobMust)) {
    said.push(`${JOB} "${jobMust}" is neither complete nor start`);
  }
  if (rule !== undefined && !ruleOf(rule)) {
    const example = '{"success":[{"path":"$.status.phase","value":"Running"}],"failure":[]}';
    said.push(`${RULE} must be JSON like ${example}, with paths of names and [?(@.name == "text")]`);
  }
  return said.map((each) => ({ level: 'error', where, said: each }));
}

function ruleOf(text: string | undefined): HealthRule | undefined {
  const json = text === undefined ? undefined : parsed(text);
  if (!isJson(json)) return undefined;
  const [success, failure] = [termsOf(json, 'success'), termsOf(json, 'failure')];
  return success && failure && success.length > 0 ? { success, failure } : undefined;
}

function termsOf(json: unknown, list: string): readonly RuleTerm[] | undefined {
  const terms = listAt(json, list).flatMap((term): RuleTerm[] => {
    const [path, value] = [textAt(term, 'path'), textAt(term, 'value')];
    return path !== undefined && value !== undefined && isReadable(path) ? [{ path, value }] : [];
  });
  return terms.length === listAt(json, list).length ? terms : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever lints the manifests says so.
    return undefined;
  }
}
