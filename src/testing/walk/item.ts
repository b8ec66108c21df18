/**
 * A command on a walk.
 */
/** A command on a walk, and what its arbitrary needs to shrink it. */
export interface WalkItem<out C> {
  readonly command: C
  readonly drawn: boolean
  readonly context: unknown
}
