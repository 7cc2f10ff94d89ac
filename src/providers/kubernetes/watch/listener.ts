/** Whoever is to be told that something it heeds has changed. */
export interface Listener {
  touched(): void;
}
