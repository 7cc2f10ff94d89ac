import type { KubeObject } from '../object.js';
import type { EventView } from './event-view.js';
import type { PodView } from './pod-view.js';

/** What is known of one object. `unseen`: the watch of its collection has not answered yet, or may not be read. */
export type Seen =
  | { readonly said: 'found'; readonly object: KubeObject }
  /** `version`: up to where the collection is known. */
  | { readonly said: 'absent'; readonly version: string }
  | { readonly said: 'unseen' };

/** What a judgement may look at: the present contents of the watches, read without waiting. */
export interface ClusterView {
  /** Why what is seen may be old or missing, for people; undefined while every watch in use is live. */
  trouble(): string | undefined;
  /** One object of a collection such as `/apis/apps/v1/namespaces/shop/deployments`. */
  object(collection: string, name: string): Seen;
  /** Whether a collection has been read in full. */
  isSeen(collection: string): boolean;
  /** The objects of a collection that `ownerUid` controls. */
  owned(collection: string, ownerUid: string): readonly KubeObject[];
  /** Pods of a namespace that `ownerUid` controls. */
  pods(namespace: string, ownerUid: string): readonly PodView[];
  pod(namespace: string, name: string): PodView | undefined;
  /** Every pod of a namespace, whoever made it. */
  allPods(namespace: string): readonly PodView[];
  /** Warnings, and the words of the autoscaler, about one object of a namespace. */
  events(namespace: string, uid: string): readonly EventView[];
}

/** A view of the watches themselves, for whoever shows what is there. */
export interface WatchedView extends ClusterView {
  /** All objects of a collection that is kept as objects. */
  objects(collection: string): readonly KubeObject[];
  /** Milliseconds since a broken watch last heard from the server, the longest of them; undefined while none is broken. */
  staleMs(): number | undefined;
}
