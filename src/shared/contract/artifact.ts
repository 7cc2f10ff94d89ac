import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;

/** An object in S3, in the region of the environment. */
export const S3Artifact = Type.Object(
  {
    type: Type.Literal('s3'),
    bucket: Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      description: 'Bucket name',
      examples: ['ci-artifacts'],
    }),
    key: Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'Object key',
      examples: ['shop-api/118.zip'],
    }),
    versionId: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'Object version', examples: ['3HL4kqtJ'] }),
    ),
  },
  { ...closed, description: 'A source bundle in S3' },
);

/** A bundle that was uploaded with `PUT /v1/services/{service}/bundles/{sha256}`. */
export const BundleArtifact = Type.Object(
  {
    type: Type.Literal('bundle'),
    sha256: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 of the bundle, hex',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    }),
  },
  { ...closed, description: 'A source bundle uploaded to Beanpod' },
);

const ImageReference = Type.String({
  pattern: '^[a-z0-9][a-z0-9._:/-]{0,254}(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$',
  maxLength: 512,
  description: 'Image reference; a digest pins it',
  examples: [
    'registry.example.com/shop/api@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  ],
});

/** What images were found to be, by their references as the artifact names them. */
export const ImageDigests = Type.Record(
  Type.String(),
  Type.String({
    description: 'Digest that the image runs with',
    examples: ['sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  }),
  {
    description: 'What tags were found to name when the version was first deployed; it stays so',
    examples: [
      {
        'registry.example.com/shop/api:118':
          'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      },
    ],
  },
);

/** A container image, best by digest. */
export const ImageArtifact = Type.Object(
  {
    type: Type.Literal('image'),
    image: ImageReference,
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description: 'Port that the container listens on',
        examples: [8080],
      }),
    ),
  },
  { ...closed, description: 'A container image' },
);

/** Several container images, each for the containers that name its repository. */
export const ImagesArtifact = Type.Object(
  {
    type: Type.Literal('images'),
    images: Type.Array(ImageReference, {
      minItems: 1,
      maxItems: 50,
      description: 'Images, one for each repository',
      examples: [['registry.example.com/shop/api:118', 'registry.example.com/shop/worker:118']],
    }),
  },
  { ...closed, description: 'Several container images' },
);

/** Kubernetes manifests that belong to the version, with its images. */
export const ManifestsArtifact = Type.Object(
  {
    type: Type.Literal('manifests'),
    manifests: Type.String({
      minLength: 1,
      maxLength: 900_000,
      description: 'YAML documents; they replace those of the target',
      examples: ['apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n'],
    }),
    images: Type.Optional(
      Type.Array(ImageReference, {
        maxItems: 50,
        description: 'Images, one for each repository',
        examples: [['registry.example.com/shop/api:118']],
      }),
    ),
  },
  { ...closed, description: 'Kubernetes manifests of the version' },
);

/** What a version is made of; which types a target accepts is said by its provider. */
export const Artifact = Type.Union(
  [S3Artifact, BundleArtifact, ImageArtifact, ImagesArtifact, ManifestsArtifact],
  {
    description: 'What a version is made of',
  },
);

export type Artifact = Static<typeof Artifact>;
export type S3Artifact = Static<typeof S3Artifact>;
export type BundleArtifact = Static<typeof BundleArtifact>;
export type ImageArtifact = Static<typeof ImageArtifact>;
export type ImagesArtifact = Static<typeof ImagesArtifact>;
export type ManifestsArtifact = Static<typeof ManifestsArtifact>;
