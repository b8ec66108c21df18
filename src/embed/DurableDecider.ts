/**
 * A decider as a Cloudflare Durable Object: one object for each stream. It handles commands, answers
 * queries, and runs a process with alarms.
 *
 * You write the class, because its base class exists only on the platform. It makes a host in its
 * constructor and forwards to it. Input and output are plain data, so the same functions serve RPC and
 * HTTP.
 *
 * `d` is a decider, `h` its host.
 *
 * Laws:
 *
 * 1. `h.handle` accepts and rejects exactly what `d` does in the current state
 * 2. a commit id that is sent again records nothing, and returns the events of the first time; with other
 *    commands or another actor it is refused
 * 3. no method throws or rejects, whatever the input; input that the codecs refuse is `Invalid`
 * 4. a new host over the same store answers as the previous one would
 * 5. `h.stateAtVersion` and `h.stateAsOf` return what `History` returns for `h.history`
 * 6. an alarm is set exactly as long as a command of the process is outstanding
 *
 * States stay in memory between requests, and are used only if the store still holds their last event.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import type { Decider } from '../Decider.ts'
import type { Issued, Process } from '../Process.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import type { CommandHandler, HandlerFailure, Outcome } from '../shell/CommandHandler.ts'
import { bounded } from '../shell/internal/bounded.ts'
import { commandHandler, lruCache } from '../shell/CommandHandler.ts'
import type { EventStore } from '../store/EventStore.ts'
import { withCodec } from '../store/Encoded.ts'
import { alarmState, watch, withAlarm } from './DurableDecider/alarms.ts'
import type {
  DurableAlarms,
  DurableAnswer,
  DurableDecider,
  DurableFailure,
  DurableRun,
} from './DurableDecider/model.ts'
import {
  encodedData,
  encodedEvents,
  failedAnswer,
  invalidRequest,
  readRequest,
  thrownAnswer,
} from './DurableDecider/wire.ts'
import { requestHash } from './internal/fingerprint.ts'
import { showThrown } from './internal/showing.ts'
import { pastOf } from './DurableDecider/queries.ts'
import type { JsonCodecs } from './Json.ts'
import { left } from '../internal/either.ts'

export type {
  DurableAnswer,
  DurableDecider,
  DurableHistory,
  DurableRequest,
  DurableRun,
  DurableState,
} from './DurableDecider/model.ts'

/**
 * A process on the object's own events. `send` executes a command, for example by calling another service,
 * and records the result with `record`, which handles a command of this decider under a commit id. A command
 * is sent again after a pause, with the same id, until an event acknowledges it.
 */
interface DurableFollowing<in out C, in out S, in out E, in out R, in out P, in out I> {
  readonly process: Process<Recorded<E>, P, I>
  readonly send: (
    issued: Issued<I>,
    record: (commitId: string, command: C) => TaskEither<HandlerFailure<R>, Outcome<S, E>>,
  ) => TaskEither<unknown, unknown>
  readonly alarms: DurableAlarms
  /**
   * Milliseconds after the n-th run in a row that left a command outstanding. Defaults to a second,
   * doubled each time up to half an hour.
   */
  readonly pause?: (attempt: number) => number
  /** Milliseconds after which a command that is being sent counts as failed. Defaults to 60,000. */
  readonly timeout?: number
}

/**
 * The options of `durableDecider`. `stream` is the name of the object's stream, such as
 * `ctx.id.toString()`. Without a codec, states and rejections have to be values that JSON can hold.
 *
 * @category model
 * @since 0.1.0
 */
export interface DurableDeciderOptions<in out C, in out S, in out E, in out R, in out P, in out I> {
  readonly decider: Decider<C, S, E, R>
  readonly codecs: JsonCodecs<C, S, E, R>
  readonly stream: string
  readonly store: EventStore<EncodedEvent>
  readonly now: () => Instant
  readonly following?: DurableFollowing<C, S, E, R, P, I>
}

/**
 * Makes the host of one object.
 *
 * @example
 *   import { durableDecider } from 'decider-ts/embed/DurableDecider'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const order = durableDecider({
 *     decider,
 *     codecs: { commands: orderCommandCodec, events: orderEventCodec },
 *     stream: '10248', // in an object's class: this.ctx.id.toString()
 *     store: memoryStore(), // durableObjectStore(this.ctx.storage)
 *     now: Date.now,
 *   })
 *   const commands = [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }]
 *   const created = await order.handle({ commitId: 'create', commands })
 *   assert.ok(created.type === 'Accepted' && created.version === 1)
 *   const shipped = await order.handle({ commitId: 'ship', commands: [{ type: 'ChangeStatus', newStatus: 'shipped' }] })
 *   assert.ok(shipped.type === 'Rejected' && shipped.version === 1)
 *
 * @category constructors
 * @since 0.1.0
 */
export const durableDecider = <C, S, E, R, P, I>(
  options: DurableDeciderOptions<C, S, E, R, P, I>,
): DurableDecider => {
  const { decider, codecs, stream, now, following } = options
  const bell = following === undefined ? undefined : alarmState(following.alarms, now)
  const store = withCodec(codecs.events)(
    bell === undefined ? options.store : withAlarm(bell, options.store),
  )
  const cache = lruCache(1)<S>()
  const past = pastOf({ decider, codecs, stream, store, cache })
  const handler = commandHandler({ decider, store, cache: () => cache })
  const watching =
    following === undefined || bell === undefined
      ? undefined
      : watch({
          bell,
          store,
          process: following.process,
          send: sender(following, handler, stream, now),
          pause: following.pause,
        })
  return {
    handle: (asked) =>
      orThrownAnswer(async () => {
        const request = readRequest(codecs.commands, stream, asked, now)
        if (request._tag === 'Left') return invalidRequest(request.left)
        const { commands, actor } = request.right
        const fingerprint = await requestHash(codecs.commands, commands, asked.commands, actor)
        const outcome = await handler({ ...request.right, fingerprint })()
        await watching?.settle()
        return durableAnswer(codecs, outcome)
      }),
    history: (afterVersion = 0) => orThrownAnswer(() => past.history(afterVersion)),
    state: () => orThrownAnswer(past.state),
    stateAtVersion: (version) => orThrownAnswer(() => past.stateAtVersion(version)),
    stateAsOf: (instant, clock) => orThrownAnswer(() => past.stateAsOf(instant, clock)),
    alarm: () => orThrownAnswer(() => watching?.run() ?? Promise.resolve(nothingRan)),
  }
}

/** Turns an exception, also of the options, into an answer. */
const orThrownAnswer = async <A>(ask: () => Promise<A>): Promise<A | DurableFailure> => {
  try {
    return await ask()
  } catch (cause) {
    return thrownAnswer(cause)
  }
}

const durableAnswer = <C, S, E, R>(
  codecs: JsonCodecs<C, S, E, R>,
  outcome: Either<HandlerFailure<R>, Outcome<S, E>>,
): DurableAnswer => {
  if (outcome._tag === 'Left') {
    if (outcome.left.type !== 'Rejected') return failedAnswer(outcome.left)
    const { version, index, rejection } = outcome.left
    const data = encodedData('rejection', codecs.rejections, rejection)
    return data._tag === 'Left'
      ? data.left
      : { type: 'Rejected', version, index, rejection: data.right }
  }
  const { version } = outcome.right
  const state = encodedData('state', codecs.state, outcome.right.state)
  if (state._tag === 'Left') return state.left
  const events = encodedEvents(codecs.events, outcome.right.events)
  return events._tag === 'Left'
    ? events.left
    : { type: 'Accepted', version, state: state.right, events: events.right }
}

/** Sends a command. A failure or a hanging call does not block the others. */
const sender =
  <C, S, E, R, P, I>(
    { send, timeout = 60_000 }: DurableFollowing<C, S, E, R, P, I>,
    handler: CommandHandler<C, S, E, R>,
    stream: string,
    now: () => Instant,
  ): ((issued: Issued<I>) => TaskEither<unknown, unknown>) =>
  (issued) =>
  async () => {
    const record = (commitId: string, command: C) =>
      handler({ stream, commitId, commands: [command], occurredAt: now() })
    try {
      // without a limit, a call that never ends would block the others and every later alarm
      return await bounded('send', { timeout }, () => send(issued, record)())
    } catch (cause) {
      return left(showThrown(cause))
    }
  }

const nothingRan: DurableRun = { type: 'Ran', sent: 0, failed: [], outstanding: [] }
