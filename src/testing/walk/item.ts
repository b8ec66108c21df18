/**
 * A command on a walk.
 *
 * @since 0.1.0
 */
/** A command on a walk, and what its arbitrary wants to know to make it smaller. */
export interface Item<out C> {
  readonly command: C
  readonly drawn: boolean
  readonly context: unknown
}
