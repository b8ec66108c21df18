/**
 * The failure of a hook. It has its own file because `showFailure` uses it where the types of requests and
 * responses are not available.
 *
 * @since 0.1.0
 */
import type { Issues } from '../../codec/Codec.ts'

/**
 * A hook returned an invalid result: for example an invalid instant, a name that no store accepts, a refusal
 * with an invalid status, or `undefined`. Nothing was decided or read.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidHookResult {
  readonly type: 'InvalidHookResult'
  /** The option that holds the hook. */
  readonly hook: 'command' | 'commitId' | 'metadata' | 'read'
  readonly issues: Issues
}
