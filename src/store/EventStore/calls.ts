/**
 * Calls of a store: their limits, and how any of them fails.
 *
 * @since 0.1.0
 */

/**
 * Limits of a call. By default it waits as long as the store takes.
 *
 * @category model
 * @since 0.1.0
 */
export interface CallOptions {
  /** Aborting it ends the wait. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds after which the wait ends. */
  readonly timeout?: number | undefined
}

/**
 * The caller's signal (`Aborted`, with its reason as `cause`) or time limit (`TimedOut`) ended the call.
 * `outcome` is `NotStored` if an append had not started, and `Unknown` if it may still be stored; sending it
 * again with the same commit id tells. Reading stores nothing. A synchronous function is not interrupted;
 * the call ends after it.
 *
 * @category failures
 * @since 0.1.0
 */
export interface GivenUp {
  readonly type: 'GivenUp'
  /**
   * What was running when the call ended: a call of the store; `wait` for a turn or between two attempts; a
   * function of the decider, the projection, the process or the codec, by its name; `body` or a hook of an
   * HTTP request.
   */
  readonly operation:
    | 'wait'
    | 'load'
    | 'append'
    | 'readAll'
    | 'readCommits'
    | 'findCommit'
    | 'loadSnapshot'
    | 'saveSnapshot'
    | 'checkpoint'
    | 'send'
    | 'decide'
    | 'evolve'
    | 'resume'
    | 'encode'
    | 'decode'
    | 'body'
    | 'metadata'
    | 'commitId'
    | 'command'
    | 'read'
  readonly reason: 'Aborted' | 'TimedOut'
  readonly outcome: 'NotStored' | 'Unknown'
  readonly cause: unknown
}

/**
 * The store did not answer, or answered with an error, which is `cause`. The outcome of an append is unknown
 * until it is sent again with the same commit id.
 *
 * @category failures
 * @since 0.1.0
 */
export interface StoreUnavailable {
  readonly type: 'StoreUnavailable'
  readonly operation: 'open' | 'load' | 'append' | 'readAll' | 'readCommits' | 'findCommit'
  readonly cause: unknown
}
