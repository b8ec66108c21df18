/**
 * A thin shell around a decision: reads the events that match the query, folds them, decides, and appends on the
 * condition that no other matching event was stored in between; starts over if one was.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection.
 *
 * Laws:
 *
 * 1. what is committed is exactly what `decide` returns for the state of all earlier events that match what the
 *    command reads
 * 2. if the events of one request match what another one reads, the second is decided on what the first has stored;
 *    otherwise neither conflicts with the other
 * 3. a decision without events writes nothing, and so does a failed attempt
 * 4. a commit id that is sent again returns the first outcome and writes nothing; a request that wrote nothing
 *    leaves no trace and is decided again
 * 5. several commands are one commit: each is decided on the state after the ones before it, and one rejection
 *    rejects them all
 * 6. after a conflict the request is decided again on what is stored now, as often as the policy allows; then the
 *    conflict is returned
 * 7. the condition covers everything that was read, also by `readsMore`
 * 8. a request that is given up before it is sent to the store writes nothing; one that is given up later says whether
 *    it may have been stored, and what was running at that time
 * 9. a request that fails, is rejected or throws changes nothing for those after it
 * 10. with a codec of commands, `decide` gets each command as it comes back from the codec, and that is kept with the
 *     commit
 * 11. a handler has the same outcomes with any cache and without one, also if the store is restored from a backup between
 *     two requests. A restore between the read and the append of one request is noticed for certain only if the store then ends before
 *     the position that was read: the condition names a position, not the history up to it
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EventCodec } from '../codec/EventCodec.ts'
import type { Decision } from '../Decision.ts'
import { left } from '../internal/either.ts'
import type { CallOptions } from '../store/EventStore.ts'
import type { RetryPolicy, StateCache } from './CommandHandler.ts'
import { patient } from './CommandHandler.ts'
import { handleDecision } from './DecisionHandler/handle.ts'
import type {
  DecisionFailure,
  DecisionOutcome,
  DecisionParts,
  DecisionRequest,
} from './DecisionHandler/model.ts'
import { storedOutcome } from './DecisionHandler/stored.ts'
import { spanOf } from './internal/bounded.ts'
import type { HandlerStore } from './internal/handlerStore.ts'
import { storeOf } from './internal/handlerStore.ts'
import { commandsOf } from './internal/keeping.ts'
import { turns } from './internal/turns.ts'

export type {
  DecisionFailure,
  DecisionOutcome,
  DecisionRejected,
  DecisionRequest,
} from './DecisionHandler/model.ts'

/**
 * The parts of a handler of decisions.
 *
 * @category model
 * @since 0.1.0
 */
export type DecisionHandlerOptions<C, S, E, R> = HandlerStore<E> & {
  readonly decision: Decision<C, S, E, R>
  /** As in `commandHandler`. */
  readonly keepCommands?: EventCodec<NoInfer<C>>
  /** Defaults to `patient`: sixteen attempts, with pauses of 5 to 500 ms. */
  readonly retry?: RetryPolicy
  /**
   * Keeps states by query, so that only later events are read: `lruCache(1_000)` keeps those of the last 1,000 queries.
   * A state is used only if its last event is read again and is the same. Defaults to none: each request reads
   * all events that match its query.
   */
  readonly cache?: () => StateCache<NoInfer<S>>
} & {
  // by itself: TypeScript infers nothing from an object type of which a required property is missing, so that the
  // error was that the decision did not fit
  /**
   * The stream that the events of a request are stored in, by its first command. It must be the same when the request
   * is sent again. No decision depends on it, but a database stores requests to different streams together and those
   * to one stream one after the other: choose what the command is mostly about, such as `course-7`.
   */
  readonly stream: (command: NoInfer<C>) => string
}

/**
 * Turns requests into outcomes. The signal and the time limit cover everything: waiting for other requests,
 * reading, appending and retrying.
 *
 * @category model
 * @since 0.1.0
 */
export type DecisionHandler<C, S, E, R> = (
  request: DecisionRequest<C>,
  options?: CallOptions,
) => TaskEither<DecisionFailure<R>, DecisionOutcome<S, E>>

/**
 * Returns the handler of a decision's commands over a store that keeps tags.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/codec/IoTs'
 *   import type { Decision } from 'decider-ts/Decision'
 *   import { tag } from 'decider-ts/Query'
 *   import { decisionHandler } from 'decider-ts/shell/DecisionHandler'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const name = tag('name')
 *   const events = eventCodec({ Registered: { user: t.string, name: t.string } })
 *   type Registered = { readonly type: 'Registered'; readonly user: string; readonly name: string }
 *
 *   // names are unique, and no stream holds them all
 *   const registration: Decision<
 *     { readonly user: string; readonly name: string },
 *     ReadonlySet<string>,
 *     Registered,
 *     'Taken'
 *   > = {
 *     initialState: new Set(),
 *     reads: (command) => [{ types: ['Registered'], tags: [name(command.name)] }],
 *     tags: (event) => [name(event.name)],
 *     decide: (command, taken) =>
 *       taken.has(command.name) ? left('Taken') : right([{ type: 'Registered', ...command }]),
 *     evolve: (taken, event) => new Set([...taken, event.name]),
 *     isTerminal: () => false,
 *   }
 *   const handle = decisionHandler({
 *     decision: registration,
 *     store: memoryStore(),
 *     events,
 *     stream: ({ user }) => `user-${user}`,
 *   })
 *   const register = (user: string) =>
 *     handle({ commitId: `register ${user}`, commands: [{ user, name: 'ada' }] })()
 *   const answers = await Promise.all([register('u1'), register('u2')])
 *   assert.deepStrictEqual([answers.filter(isRight).length, answers.filter(isLeft).length], [1, 1])
 *
 * @category constructors
 * @since 0.1.0
 */
export const decisionHandler = <C, S, E, R>(
  options: DecisionHandlerOptions<C, S, E, R>,
): DecisionHandler<C, S, E, R> => {
  const parts: DecisionParts<C, S, E, R> = {
    decision: options.decision,
    store: storeOf(options),
    streamOf: options.stream,
    retry: options.retry ?? patient,
    cache: options.cache?.(),
  }
  const lines = turns()
  return (request, limits = {}) =>
    async () => {
      const span = spanOf(limits)
      try {
        const blocked = parts.store.blocked?.()
        if (blocked !== undefined) return left(blocked)
        const stream = parts.streamOf(request.commands[0])
        const given = commandsOf(options.keepCommands, stream, request.commands)
        if (given._tag === 'Left') {
          // it may have been accepted before, when the codec took it
          const asGiven = { ...request, encoded: undefined }
          return span.told((await storedOutcome(parts, asGiven, span.options)) ?? given)
        }
        const { commands, encoded } = given.right
        const asked = { ...request, commands, encoded }
        return span.told(await handleDecision(parts, lines, asked, span.options))
      } catch (cause) {
        return left({ type: 'Thrown', cause })
      } finally {
        span.end()
      }
    }
}
