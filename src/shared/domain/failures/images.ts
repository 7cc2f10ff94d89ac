import type { FailureRow } from './row.js';

/** What can go wrong when a registry is asked which image a reference names; nothing was written then. */
export const IMAGES_FAILURES = {
  'image.not-found': {
    title: 'The image does not exist in its registry',
    blame: 'release',
    hint: 'Check repository and tag, and that the build has pushed the image.',
  },
  'image.denied': {
    title: 'The registry does not let Beanpod see the image',
    blame: 'operator',
    hint: 'Check the name of the image, and user name, password and rights of the registry in BEANPOD_REGISTRIES.',
  },
  'image.unavailable': {
    title: 'The registry could not be asked in time which image a tag names',
    blame: 'platform',
    hint: 'Bring the registry back and deploy again, or name the image by its digest.',
  },
  'image.answer-invalid': {
    title: 'The answer of the registry cannot be trusted',
    blame: 'operator',
    hint: 'Check host, tokenHost and plainHttp of the registry in BEANPOD_REGISTRIES, and what stands in between.',
  },
  'image.reference-invalid': {
    title: 'The image is named as no registry names one',
    blame: 'request',
    hint: 'Write host/name:tag or host/name@sha256:…, names in lower case.',
  },
  'image.unpinned': {
    title: 'An image is named by a tag alone, which the target does not allow',
    blame: 'request',
    hint: 'Name the image by its digest, or have its registry added to BEANPOD_REGISTRIES so that tags can be looked up.',
  },
} as const satisfies Record<string, FailureRow>;
