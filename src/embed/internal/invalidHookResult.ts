/**
 * The failure of a hook, in a file of its own: it has words elsewhere, where the types of requests and
 * responses are not known.
 *
 * @since 0.1.0
 */
import type { Issues } from '../../codec/Codec.ts'

/**
 * A hook gave what is no answer to a request: an instant that is none, a name that no store keeps, a
 * refusal whose status is none, nothing at all. Nothing was decided and nothing read.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidHookResult {
  readonly type: 'InvalidHookResult'
  /** The option that it was given as. */
  readonly hook: 'command' | 'commitId' | 'metadata' | 'read'
  readonly issues: Issues
}
