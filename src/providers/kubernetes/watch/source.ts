/** One list of the API server that a watch keeps up to date. */
export interface Source {
  /** The path of a collection, such as `/api/v1/namespaces/shop/pods`. */
  readonly path: string;
  /** A field selector. */
  readonly select?: string;
  /** What is kept of each object. */
  readonly keeps: 'pods' | 'events' | 'objects';
  /** Judgements go on without it, when it may not be read. */
  readonly optional?: boolean;
}
