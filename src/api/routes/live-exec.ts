import { Type } from 'typebox';
import { recordingKey, type Blobs } from '../../shared/blobs/blobs.js';
import {
  EXEC_PROTOCOL,
  ExecRequest,
  ExecTicketView,
  RecordingsView,
} from '../../shared/contract/live-exec.js';
import { closed, EnvironmentName, ServiceName } from '../../shared/contract/names.js';
import { TICKET_MS } from '../../shared/live/ticket.js';
import type { Recordings } from '../../shared/store/recordings.js';
import { claimsOf, knownGateway, type GatewayDeps } from '../live/ask-gateway.js';
import { findContainer } from '../live/find-container.js';
import { proveShells, SHELL_PATH } from '../live/shells-allowed.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused, TargetPath } from './parameters.js';

interface ExecRouteDeps extends GatewayDeps {
  readonly recordings: Pick<Recordings, 'list' | 'find'>;
  readonly blobs: Pick<Blobs, 'get'>;
}

const tag = 'Live';

/** Tickets for shells, and what shells showed. The shell itself is a WebSocket, see `serve-shells.ts`. */
export function liveExecRoutes({ recordings, blobs, ...deps }: ExecRouteDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/targets/:service/:environment/live/exec',
      tag,
      summary: 'Ask for a shell in a container',
      description: `Answers a ticket for the WebSocket \`${SHELL_PATH}\`: offer the sub-protocols \`${EXEC_PROTOCOL}\` and \`ticket.<ticket>\`, with the same token or session. Frames are binary; the first byte is the channel: 0 what is typed, 1 output, 2 errors, 3 the end as JSON, 4 the size as JSON \`{columns, rows}\`. What a shell shows is recorded.`,
      access: { verb: 'exec', on: ({ params }) => params },
      params: TargetPath,
      body: { schema: ExecRequest },
      answers: {
        201: { description: 'A ticket', schema: ExecTicketView },
        404: refused('Unknown target or pod'),
        409: refused('The container does not run'),
        501: refused('This installation has no gateway'),
        503: refused('Not now'),
      },
      async handler({ params, body, around }, caller) {
        const gateway = knownGateway(deps);
        const looking = await claimsOf(deps, params, caller, { purpose: 'pods' });
        proveShells(deps.configuration.current(), params);
        const pod = await findContainer(gateway, looking, body, around.signal());
        const { shell = 'sh', reason } = body;
        const ticket = gateway.tickets.issue({ ...looking, purpose: 'exec', pod, shell });
        const view: ExecTicketView = {
          ticket,
          expiresAt: new Date(Date.now() + TICKET_MS).toISOString(),
          url: SHELL_PATH,
          protocol: EXEC_PROTOCOL,
          pod: pod.name,
          container: pod.container,
        };
        const about = `${shell} in ${pod.name}/${pod.container}${reason === undefined ? '' : `: ${reason}`}`;
        return { ...json(201, view), about };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/targets/:service/:environment/live/recordings',
      tag,
      summary: 'List the recorded shells of a target',
      access: { verb: 'exec', on: ({ params }) => params },
      params: TargetPath,
      answers: { 200: { description: 'Recordings', schema: RecordingsView } },
      handler: async ({ params }) => json(200, { recordings: await recordings.list(params) }),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/targets/:service/:environment/live/recordings/:recording',
      tag,
      summary: 'Replay a recorded shell',
      description: 'As asciicast v2, which asciinema and its players show. Only output and sizes are in it.',
      access: { verb: 'exec', on: ({ params }) => params },
      params: Type.Object(
        {
          service: ServiceName,
          environment: EnvironmentName,
          recording: Type.String({
            pattern: '^[0-9a-hjkmnp-tv-z]{26}$',
            description: 'Recording',
            examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'],
          }),
        },
        { ...closed, description: 'Path' },
      ),
      answers: {
        200: { description: 'What the shell showed', types: ['application/x-asciicast'] },
        404: refused('Unknown recording'),
      },
      async handler({ params }) {
        const { service, environment, recording: id } = params;
        const known = await recordings.find(params, id);
        const blob = known && (await blobs.get(recordingKey(service, environment, id)));
        if (!blob) throw new Refusal('live.recording-unknown', `Nothing is kept of a shell ${id}`);
        const headers = { 'content-length': String(blob.size) };
        return { kind: 'stream', status: 200, type: 'application/x-asciicast', headers, chunks: blob.stream };
      },
    }),
  ];
}
