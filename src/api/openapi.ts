import type { TSchema } from 'typebox';
import {
  EnvironmentView,
  ServiceView,
  TargetView,
  Service,
  Environment,
  Target,
} from '../shared/contract/configuration.js';
import { CancelRequest, DeployRequest } from '../shared/contract/deploy-request.js';
import { DeploymentView } from '../shared/contract/deployment-view.js';
import { JournalPage } from '../shared/contract/journal-page.js';
import { PlanView } from '../shared/contract/plan-view.js';
import { Problem } from '../shared/contract/problem.js';
import { NewToken, TokenView } from '../shared/contract/token.js';
import { NewVersion, Version } from '../shared/contract/version.js';
import { exampleOf, problemExample } from './openapi-examples.js';
import type { Answer, Route } from './route.js';

/** Schemas that are named in the description; all others are written where they are used. */
const NAMED = new Map<TSchema, string>([
  [Service, 'ServiceSettings'],
  [ServiceView, 'Service'],
  [Environment, 'EnvironmentSettings'],
  [EnvironmentView, 'Environment'],
  [Target, 'TargetSettings'],
  [TargetView, 'Target'],
  [DeployRequest, 'DeployRequest'],
  [CancelRequest, 'CancelRequest'],
  [DeploymentView, 'Deployment'],
  [JournalPage, 'JournalPage'],
  [PlanView, 'Plan'],
  [Problem, 'Problem'],
  [NewToken, 'NewToken'],
  [TokenView, 'Token'],
  [NewVersion, 'NewVersion'],
  [Version, 'Version'],
]);

/** What the calls of a tag are about. A tag without a line here is a defect of ours that the linter finds. */
const TAGS: Readonly<Record<string, string>> = {
  Deployments: 'Ask for deployments, follow them, stop them, take them back',
  Releases: 'Several deployments as one',
  Clones: 'Environments that are like another one and end by themselves',
  Hooks: 'Deliveries of source and CI systems, and what they lead to',
  Subscriptions: 'Who is told of what, and what they were told',
  Environments: 'What runs in an environment, ran there, and how to get back to it',
  Blockers: 'Rules that hold or refuse deployments',
  Configuration: 'Services, environments and their targets',
  Versions: 'What can be deployed',
  Live: 'What is live on a target: pods, logs, instances',
  'Signing in': 'Sessions of people at the web page',
  Tokens: 'Access tokens of people, service accounts and CI',
  Access: 'Who may do what',
  Queue: 'What is under way, what waits, and who works on it',
  Audit: 'Who changed what, and when',
  Health: 'For whatever supervises the process',
};

type Json = Readonly<Record<string, unknown>>;

/** The table of routes as OpenAPI 3.1, whose schemas are JSON Schema 2020-12 like ours and go in as they are. */
export function describeApi(table: readonly Route[], publicUrl = '/'): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of table) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Beanpod',
      version: '1',
      description: 'Continuous delivery to Elastic Beanstalk and Kubernetes.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    tags: [...new Set(table.map(({ tag }) => tag))].map((name) => ({
      name,
      ...(TAGS[name] !== undefined && { description: TAGS[name] }),
    })),
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An access token, bp_…' } },
      responses: {
        Problem: {
          description: 'Refused',
          content: contentOf(['application/problem+json'], refer(Problem), problemExample(422)),
        },
      },
      schemas: Object.fromEntries([...NAMED].map(([schema, name]) => [name, nested(schema)])),
    },
  };
}

function operationOf(route: Route): Json {
  const { method, path, tag, summary, description, access } = route;
  return {
    operationId: `${method}${path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(access === 'open' ? { security: [] } : access !== 'known' && { 'x-right': access.verb }),
    parameters: parametersOf(route),
    ...bodyOf(route),
    responses: responsesOf(route),
  };
}

function parametersOf({ params, query, headers = {} }: Route): readonly Json[] {
  return [
    ...propertiesOf(params).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      ...described(schema),
    })),
    ...propertiesOf(query).map(([name, schema]) => ({
      name,
      in: 'query',
      required: requiredOf(query).includes(name),
      ...described(schema),
    })),
    ...Object.entries(headers)
      // OpenAPI keeps Accept for the media types of the answers.
      .filter(([name]) => name !== 'Accept')
      .map(([name, text]) => ({
        name,
        in: 'header',
        required: false,
        description: text,
        schema: { type: 'string' },
      })),
  ];
}

function described(schema: TSchema): Json {
  return { description: (schema as { description?: string }).description ?? '', schema: nested(schema) };
}

function propertiesOf(schema: TSchema | undefined): readonly [string, TSchema][] {
  return Object.entries(
    schema && 'properties' in schema ? (schema.properties as Record<string, TSchema>) : {},
  );
}

function requiredOf(schema: TSchema | undefined): readonly string[] {
  return schema && 'required' in schema ? (schema.required as readonly string[]) : [];
}

/** A body whose form its sender decides. */
const FOREIGN = {
  schema: { type: 'object', additionalProperties: true },
  example: { ref: 'refs/heads/main', repository: { full_name: 'acme/shop-api' } },
};

function bodyOf({ body, upload }: Route): Json {
  if (upload) {
    const content = Object.fromEntries(
      upload.map((type) => [
        type,
        type.endsWith('json') ? FOREIGN : { schema: { type: 'string', format: 'binary' } },
      ]),
    );
    return { requestBody: { required: true, content } };
  }
  if (!body) return {};
  return {
    requestBody: {
      required: !body.optional,
      content: contentOf(['application/json'], refer(body.schema), exampleOf(body.schema)),
    },
  };
}

/** What every call may answer, by the needs of the route. */
function responsesOf(route: Route): Json {
  const answers: Record<string, Json> = {};
  for (const [status, answer] of Object.entries(route.answers))
    answers[status] = answerOf(answer, Number(status));
  if (route.access !== 'open') {
    answers['401'] ??= { $ref: '#/components/responses/Problem' };
    answers['403'] ??= { $ref: '#/components/responses/Problem' };
  }
  if (route.params ?? route.query ?? route.body)
    answers['422'] ??= { $ref: '#/components/responses/Problem' };
  // Too many requests, a body that is too large, a store that is away: what any call may meet.
  answers['default'] = { $ref: '#/components/responses/Problem' };
  return answers;
}

function answerOf({ description, schema, types, headers }: Answer, status: number): Json {
  const problem = types?.includes('application/problem+json');
  const plain = types ? { type: 'string' } : undefined;
  const shown = problem ? refer(Problem) : schema ? shownIn(refer(schema)) : plain;
  return {
    description,
    ...(headers && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [
          name,
          { description: text, schema: { type: 'string' } },
        ]),
      ),
    }),
    ...(shown && {
      content: contentOf(
        types ?? ['application/json'],
        shown,
        problem || !schema ? problemExample(status) : exampleOf(schema),
      ),
    }),
  };
}

function contentOf(types: readonly string[], schema: Json, example: unknown): Json {
  const structured = (type: string) => type.endsWith('json') && !type.includes('x-');
  return Object.fromEntries(
    types.map((type) => [type, structured(type) ? { schema, example } : { schema: { type: 'string' } }]),
  );
}

/** Credentials are shown in answers as "(sealed)", and so are there, unlike what `writeOnly` says. */
function shownIn(schema: Json): Json {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === 'writeOnly' ? undefined : value)),
  ) as Json;
}

function refer(schema: TSchema): Json {
  const name = NAMED.get(schema);
  return name === undefined ? nested(schema) : { $ref: `#/components/schemas/${name}` };
}

/** The schema itself, with references to the named ones inside it. */
function nested(schema: TSchema): Json {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    const name = value === schema ? undefined : NAMED.get(value);
    if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
  };
  return copy(schema) as Json;
}
