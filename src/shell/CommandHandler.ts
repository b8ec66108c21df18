/**
 * A thin shell around a decider: loads the stream, replays it, decides, appends; and starts over if another
 * writer came first.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection.
 *
 * Laws:
 *
 * 1. what is committed at version `v` is exactly what `decide` returns for the state at `v`
 * 2. a decision without events writes nothing
 * 3. a failed attempt writes nothing
 * 4. a commit id that is sent again returns the first outcome and writes nothing; a request that wrote
 *    nothing leaves no trace and is decided again
 * 5. a batch is one commit: each command is decided on the state after the ones before it, and one
 *    rejection rejects them all
 * 6. after a conflict the request is decided again on what is stored now, as often as the policy allows;
 *    then the conflict is returned
 * 7. a request that expects a version is decided on that version only; if the stream is at another one, the
 *    conflict is returned at once, unless law 4 applies
 * 8. requests for one stream that go through one handler are decided in the order in which they came, each on
 *    the state that the ones before it led to; those that come while an append is under way are decided
 *    together, and appended at once as commits of their own
 * 9. a request that is given up before it is sent to the store writes nothing and delays no other; one that is
 *    given up later says whether it may have been stored, and what was running at that time; the others go on
 * 10. a request that fails, is rejected or throws changes nothing for those after it
 * 11. with a codec of commands, `decide` gets each command as it comes back from the codec, and that is kept
 *     with the commit: decided on the state at the version before it, the kept commands give the commit's
 *     events
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EventCodec } from '../codec/EventCodec.ts'
import type { Decider } from '../Decider.ts'
import { left } from '../internal/either.ts'
import type { CallOptions } from '../store/EventStore.ts'
import type { StateCache } from './CommandHandler/cache.ts'
import { handleAlone } from './CommandHandler/alone.ts'
import { streamLines } from './CommandHandler/lines.ts'
import type { HandlerParts } from './CommandHandler/parts.ts'
import type { CommandRequest, HandlerFailure, Outcome } from './CommandHandler/model.ts'
import { snapshotsOf } from './CommandHandler/snapshots.ts'
import type { SnapshotOptions } from './Snapshots.ts'
import type { RetryPolicy } from './CommandHandler/retry.ts'
import { patient } from './CommandHandler/retry.ts'
import type { HandlerStore } from './internal/handlerStore.ts'
import { storeOf } from './internal/handlerStore.ts'

export type { Folded, StateCache } from './CommandHandler/cache.ts'
export { lruCache } from './CommandHandler/cache.ts'
export type { CommandRequest, HandlerFailure, Outcome, Rejected } from './CommandHandler/model.ts'
export type { RetryPolicy } from './CommandHandler/retry.ts'
export { backoff, immediate, patient } from './CommandHandler/retry.ts'

/**
 * The parts of a handler.
 *
 * @category model
 * @since 0.1.0
 */
export type HandlerOptions<C, S, E, R> = HandlerStore<E> & {
  readonly decider: Decider<C, S, E, R>
  /**
   * The codec of commands, made as one of events is. With it, the commands of each accepted request are kept
   * with its events, and `commitPages` of `shell/Reader` reads them back. By default they are not kept.
   */
  readonly keepCommands?: EventCodec<NoInfer<C>>
  /** Defaults to `patient`: sixteen attempts, with pauses of 5 to 500 ms. */
  readonly retry?: RetryPolicy
  /** Makes the cache for folded states. By default none are kept between requests. */
  readonly cache?: () => StateCache<NoInfer<S>>
  /**
   * Whether to assume that a stream is empty if no state of it is cached, and to load it only if the append
   * then fails: one round trip instead of two for new streams. The outcomes are the same. Defaults to false.
   */
  readonly optimistic?: boolean
  /** Where and when to save snapshots of states, for long streams. By default there are none. */
  readonly snapshots?: SnapshotOptions<NoInfer<S>>
}

/**
 * A request that is not handled yet: a function to call, like every `TaskEither`.
 */
interface Handling<R, S, E> extends TaskEither<HandlerFailure<R>, Outcome<S, E>> {
  /** Never present. The compiler shows its type if the call is forgotten. */
  readonly _tag?: 'Call it to handle the request: await handle(request)()'
}

/**
 * Turns requests into outcomes. The signal and the time limit cover everything: waiting for other requests to
 * the stream, loading, appending and retrying.
 *
 * @category model
 * @since 0.1.0
 */
export type CommandHandler<C, S, E, R> = (
  request: CommandRequest<C>,
  options?: CallOptions,
) => Handling<R, S, E>

/**
 * Returns the handler of a decider's commands over a store.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { commandHandler } from 'decider-ts/shell/CommandHandler'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const handle = commandHandler({ decider, store: memoryStore(), events: orderEventCodec })
 *   const created = await handle({
 *     stream: '10248',
 *     commitId: 'create-10248',
 *     commands: [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }],
 *     occurredAt: Date.UTC(1996, 6, 4),
 *   })()
 *   assert.ok(isRight(created) && created.right.version === 1)
 *
 * @category constructors
 * @since 0.1.0
 */
export const commandHandler = <C, S, E, R>(
  options: HandlerOptions<C, S, E, R>,
): CommandHandler<C, S, E, R> => {
  const parts: HandlerParts<C, S, E, R> = {
    decider: options.decider,
    store: storeOf(options),
    keepCommands: options.keepCommands,
    retry: options.retry ?? patient,
    optimistic: options.optimistic ?? false,
    cache: options.cache?.(),
    snapshots: options.snapshots && snapshotsOf(options.snapshots),
    start: { version: 0, state: options.decider.initialState, mark: undefined },
    mostTogether: 64,
  }
  const lines = streamLines(parts)
  return (request, limits) => () => {
    try {
      const blocked = parts.store.blocked?.()
      if (blocked !== undefined) return Promise.resolve(left(blocked))
      return limits === undefined && lines.enter(request.stream)
        ? handleAlone(parts, lines, request)
        : lines.wait(request, limits)
    } catch (cause) {
      return Promise.resolve(left({ type: 'Thrown', cause }))
    }
  }
}
