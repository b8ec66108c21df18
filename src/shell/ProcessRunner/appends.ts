/**
 * Tells when something was appended to a store, so that what reads it need not wait for the next look.
 *
 * @since 0.1.0
 */
import type { EventStore } from '../../store/EventStore.ts'

/**
 * A store, and when the next append to it succeeds. Appends of other processes are not seen.
 *
 * @category model
 * @since 0.1.0
 */
export interface WatchedStore<in out E> {
  readonly store: EventStore<E>
  /** Resolves once something is appended after this call. */
  readonly appended: () => Promise<void>
}

/**
 * The same store, watched. Hand `store` to what writes and `appended` to what waits.
 *
 * @example
 *   import { watchAppends } from 'decider-ts/shell/ProcessRunner'
 *   import { occurredAt } from 'decider-ts/Recorded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *
 *   const { store, appended } = watchAppends(memoryStore())
 *   const next = appended()
 *   await store.append({
 *     stream: 'lamp-1',
 *     expected: { type: 'NoStream' },
 *     commitId: 'c1',
 *     events: [{ ...occurredAt(0), event: { type: 'SwitchedOn', schemaVersion: 1, data: {} } }],
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
