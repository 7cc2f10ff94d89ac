import { Type } from 'typebox';
import { attachmentKey, type Blobs } from '../../shared/blobs/blobs.js';
import { closed } from '../../shared/contract/names.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { deploymentPlace } from '../access/deployment-place.js';
import { Refusal } from '../refusal.js';
import { defineRoute, type Route } from '../route.js';
import { refused } from './parameters.js';

interface AttachmentDeps {
  readonly blobs: Pick<Blobs, 'get'>;
  readonly deployments: Pick<Deployments, 'load'>;
}

/** Texts that were kept beside the log of a deployment, such as the logs of the instances that it broke. */
export function attachmentRoute({ blobs, deployments }: AttachmentDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/deployments/:id/attachments/:name',
    tag: 'Deployments',
    summary: 'Read an attachment',
    description:
      'Events `evidence.attached` name the attachments of a deployment. Secrets are hidden in them.',
    access: { verb: 'view', on: deploymentPlace(deployments) },
    params: Type.Object(
      {
        id: Type.String({
          pattern: '^[0-9a-z]{1,100}$',
          description: 'Id of a deployment',
          examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'],
        }),
        name: Type.String({
          pattern: '^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$',
          description: 'Name of the attachment',
          examples: ['i-0a1b2c3d4e5f60718-tail.log'],
        }),
      },
      { ...closed, description: 'Path' },
    ),
    answers: {
      200: { description: 'The text', types: ['text/plain'] },
      404: refused('Unknown deployment or attachment'),
    },
    async handler({ params: { id, name } }) {
      const blob = await blobs.get(attachmentKey(id, name));
      if (!blob) throw new Refusal('attachment.unknown', `Deployment ${id} has no attachment ${name}`);
      const headers = { 'content-length': String(blob.size) };
      return {
        kind: 'stream',
        status: 200,
        type: 'text/plain; charset=utf-8',
        headers,
        chunks: blob.stream,
      };
    },
  });
}
