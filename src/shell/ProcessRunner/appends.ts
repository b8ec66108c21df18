/**
 * Notifies readers of a store about appends, so that they need not wait for the next poll.
 *
 * @since 0.1.0
 */
import type { EventStore } from '../../store/EventStore.ts'

type WatchedStore<E> = {
  readonly store: EventStore<E>
  /** Resolves at the first append after this call. */
  readonly appended: () => Promise<void>
}

/**
 * Watches a store: give `store` to writers and `appended` to `loopProcess`. Appends by other processes are not
 * noticed.
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
  let wake = (): void => {}
  let next: Promise<void> | undefined
  return {
    store: {
      ...store,
      append: (commit, options) => async () => {
        const appended = await store.append(commit, options)()
        if (appended._tag === 'Right') {
          wake()
          next = undefined
        }
        return appended
      },
    },
    appended: () =>
      (next ??= new Promise((resolve) => {
        wake = resolve
      })),
  }
}
