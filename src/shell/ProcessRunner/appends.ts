/**
 * Notifies readers of a store about appends, so that they need not wait for the next poll.
 *
 * @since 0.1.0
 */
import type { EventStore } from '../../store/EventStore.ts'
import { hints } from '../internal/hints.ts'

type WatchedStore<E> = {
  readonly store: EventStore<E>
  /** Resolves at the first append after this call. */
  readonly appended: () => Promise<void>
}

/**
 * Watches a store: give `store` to writers and `appended` to `loopProcess` or the `loop` of read models.
 * Appends by other processes are not noticed; `openPostgres` has an `appended` that tells of those, too.
 *
 * @example
 *   import { watchAppends } from 'decider-ts/shell/ProcessRunner'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *
 *   const { store, appended } = watchAppends(memoryStore())
 *   const next = appended()
 *   await store.append({
 *     stream: 'lamp-1',
 *     expected: { type: 'NoStream' },
 *     commitId: 'c1',
 *     events: [{ event: { type: 'SwitchedOn', schemaVersion: 1, data: {} } }],
 *   })()
 *   await next
 *
 * @category constructors
 * @since 0.1.0
 */
export const watchAppends = <E>(store: EventStore<E>): WatchedStore<E> => {
  const { next, give } = hints()
  return {
    store: {
      ...store,
      append: (commit, options) => async () => {
        const appended = await store.append(commit, options)()
        if (appended._tag === 'Right') give()
        return appended
      },
    },
    appended: next,
  }
}
