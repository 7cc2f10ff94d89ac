import {
  BundleArtifact,
  ImageArtifact,
  ImagesArtifact,
  ManifestsArtifact,
  S3Artifact,
} from '../shared/contract/artifact.js';
import { Rule } from '../shared/contract/blocker.js';
import { Channel } from '../shared/contract/subscription.js';
import { HttpCheck, TcpCheck } from '../shared/contract/policy.js';
import { schemaOf, type Schema, type Violation } from '../shared/schema/schema.js';
import { within } from './violations.js';

/** The branches of a union by the value of their `type`. */
type Variants = Readonly<Record<string, Schema<unknown>>>;

const ARTIFACTS: Variants = {
  s3: schemaOf(S3Artifact),
  bundle: schemaOf(BundleArtifact),
  image: schemaOf(ImageArtifact),
  images: schemaOf(ImagesArtifact),
  manifests: schemaOf(ManifestsArtifact),
};

const CHECKS: Variants = { http: schemaOf(HttpCheck), tcp: schemaOf(TcpCheck) };

const RULES: Variants = Object.fromEntries(
  Rule.anyOf.map((variant) => [variant.properties.type.const, schemaOf(variant)]),
);

const CHANNELS: Variants = Object.fromEntries(
  Channel.anyOf.map((variant) => [variant.properties.type.const, schemaOf(variant)]),
);

/**
 * A union reports what each of its branches misses. These replace the violations of the artifact of a body, and of
 * the checks of a target, by those of the one branch that `type` names.
 */
export function exactArtifact(body: unknown, violations: readonly Violation[]): readonly Violation[] {
  return exact(body, violations, /^\/artifact(?=\/|$)/, ARTIFACTS);
}

/** See `exactArtifact`. */
export function exactChecks(body: unknown, violations: readonly Violation[]): readonly Violation[] {
  return exact(body, violations, /^\/verify\/checks\/\d+(?=\/|$)/, CHECKS);
}

/** See `exactArtifact`; for the channel of a subscription. */
export function exactChannel(body: unknown, violations: readonly Violation[]): readonly Violation[] {
  return exact(body, violations, /^\/channel(?=\/|$)/, CHANNELS);
}

/** See `exactArtifact`; for the rule of a blocker. */
export function exactRule(body: unknown, violations: readonly Violation[]): readonly Violation[] {
  return exact(body, violations, /^\/rule(?=\/|$)/, RULES);
}

function exact(
  body: unknown,
  violations: readonly Violation[],
  place: RegExp,
  variants: Variants,
): readonly Violation[] {
  const places = new Set(violations.flatMap(({ pointer }) => place.exec(pointer) ?? []));
  const elsewhere = violations.filter(({ pointer }) => !place.test(pointer));
  return [
    ...elsewhere,
    ...[...places].flatMap((pointer) => within(pointer, problemsOf(valueAt(body, pointer), variants))),
  ];
}

function problemsOf(value: unknown, variants: Variants): readonly Violation[] {
  if (value === undefined) return [{ pointer: '', detail: 'is required' }];
  if (typeof value !== 'object' || value === null) return [{ pointer: '', detail: 'must be object' }];
  const type = 'type' in value ? value.type : undefined;
  const variant = typeof type === 'string' && Object.hasOwn(variants, type) ? variants[type] : undefined;
  return (
    variant?.problems(value) ?? [
      { pointer: '/type', detail: `must be one of ${JSON.stringify(Object.keys(variants))}` },
    ]
  );
}

function valueAt(body: unknown, pointer: string): unknown {
  let value = body;
  for (const token of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[token];
  }
  return value;
}
