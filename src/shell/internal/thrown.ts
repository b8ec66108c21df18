/**
 * The failure that stands for an exception where there should be none.
 *
 * @since 0.1.0
 */

/**
 * A function that was handed in (of a decider, a projection, a codec or a store) threw `cause`,
 * though its type says that it does not.
 *
 * @category failures
 * @since 0.1.0
 */
export interface Thrown {
  readonly type: 'Thrown'
  readonly cause: unknown
}
