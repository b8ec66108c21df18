/**
 * What each version of stored data was built from.
 *
 * @since 0.1.0
 */
import type { Origin } from '../Codec.ts'

/**
 * What the codec of a version was built from, and its codecs before `addFields`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Shapes {
  readonly origin?: Origin
  readonly before?: ReadonlyArray<{ readonly origin?: Origin }>
}
