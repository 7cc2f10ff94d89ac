import { describe, expect, it } from 'vitest';
import { wishesOf, wishProblems } from '../../../../../src/providers/kubernetes/manifests/health-wishes.js';

function annotated(annotations: Record<string, string>) {
  return { apiVersion: 'shop.example.com/v1', kind: 'Widget', metadata: { name: 'one', annotations } };
}

describe('what a manifest says about its own health', () => {
  it('is how far a Job must come', () => {
    expect(wishesOf(annotated({ 'beanpod.dev/job-must': 'start' }))).toEqual({ jobMust: 'start' });
  });

  it('is a rule for a custom resource', () => {
    const rule = {
      success: [{ path: '$.status.conditions[?(@.type == "Live")].status', value: 'True' }],
      failure: [{ path: '$.status.phase', value: 'Broken' }],
    };
    const object = annotated({ 'beanpod.dev/health': JSON.stringify(rule) });

    expect(wishProblems(object, 'target:1')).toEqual([]);
    expect(wishesOf(object)).toEqual({ rule });
  });

  it.each([
    ['a word that is none', { 'beanpod.dev/job-must': 'finish' }, /neither complete nor start/],
    ['no JSON', { 'beanpod.dev/health': '{success' }, /must be JSON like/],
    ['a rule without success', { 'beanpod.dev/health': '{"failure":[]}' }, /must be JSON like/],
    [
      'a path that cannot be read',
      { 'beanpod.dev/health': '{"success":[{"path":"$..phase[0]","value":"a"}]}' },
      /must be JSON like/,
    ],
    [
      'a value that is no text',
      { 'beanpod.dev/health': '{"success":[{"path":"$.status.n","value":1}]}' },
      /must be JSON like/,
    ],
  ])('is refused when it is %s', (_, annotations, says) => {
    const object = annotated(annotations);

    expect(wishProblems(object, 'target:1')).toEqual([
      { level: 'error', where: 'target:1', said: expect.stringMatching(says) as string },
    ]);
    expect(wishesOf(object)).toEqual({});
  });
});
