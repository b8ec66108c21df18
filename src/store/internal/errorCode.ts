/**
 * The codes of errors.
 *
 * @since 0.1.0
 */

/** The code of an error of the system or of a database; `undefined` if it has none. */
export const errorCode = (cause: unknown): unknown =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
