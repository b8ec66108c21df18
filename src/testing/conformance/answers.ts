/**
 * What a decider answers: on its own, behind a command handler, and when its history is read.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { Codec } from '../../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import type { Decider } from '../../Decider.ts'
import { transition } from '../../Decider.ts'
import { setBy, stateAsOf, timeline } from '../../History.ts'
import type { Projection } from '../../Projection.ts'
import { states } from '../../Projection.ts'
import type { Recorded } from '../../Recorded.ts'
import { commandHandler, immediate, lruCache } from '../../shell/CommandHandler.ts'
import { withCodec } from '../../store/Encoded.ts'
import type { Page } from '../../store/EventStore.ts'
import { memoryStore } from '../../store/Memory.ts'
import { right } from '../../internal/either.ts'
import { byStream } from '../internal/byStream.ts'
import { jsonText } from '../internal/text.ts'

/** A decider, and the codecs of its commands and events. */
export interface CodedDecider<in out C, in out S, in out E, in out R> {
  readonly decider: Decider<C, S, E, R>
  readonly commands: Codec<C>
  readonly events: EventCodec<E>
}

/** Lists of commands as they come from outside. */
type CommandInputs = ReadonlyArray<ReadonlyArray<unknown>>

/**
 * For each list of commands: why the invalid ones were refused, what each other one led to, its events as
 * JSON, and the states that these lead to when they are read again.
 */
export const answersTo = <C, S, E extends { readonly type: string }, R>(
  { decider, commands, events }: CodedDecider<C, S, E, R>,
  lists: CommandInputs,
): ReadonlyArray<unknown> => {
  const step = transition(decider)
  return lists.flatMap((inputs) => {
    const answers: Array<unknown> = []
    const written: Array<string> = []
    let state = decider.initialState
    for (const input of inputs) {
      const decoded = commands.decode(input)
      const answer = decoded._tag === 'Left' ? decoded : step(decoded.right, state)
      answers.push(answer)
      if (decoded._tag === 'Left' || answer._tag === 'Left') continue
      state = answer.right.state
      for (const event of answer.right.events) {
        const encoded = events.encode(event)
        written.push(jsonText(encoded._tag === 'Left' ? encoded.left : encoded.right))
      }
    }
    // an event that was not encoded is written as the reason, and that is not decoded
    const read = written.map((json) => events.decode(JSON.parse(json) as EncodedEvent))
    const replayed = states(decider)(
      read.flatMap((one) => (one._tag === 'Left' ? [] : [one.right])),
    )
    return [...answers, written, replayed, decider.isTerminal(state)]
  })
}

/** What a command handler answered, and all that its store holds in the end. */
interface HandlerAnswers<out E> {
  readonly answers: ReadonlyArray<unknown>
  readonly history: ReadonlyArray<Recorded<E>>
}

/**
 * Sends each list of commands to a stream of its own, over a store in memory, and every third command
 * twice. The last two answers are the whole store: decoded, and as it is stored.
 */
export const answersOfHandler =
  <C, S, E extends { readonly type: string }, R>(
    { decider, commands, events }: CodedDecider<C, S, E, R>,
    lists: CommandInputs,
  ): Task<HandlerAnswers<E>> =>
  async () => {
    const answers: Array<unknown> = []
    let ticks = 0
    const kept = memoryStore({ now: () => ticks++ })
    const store = withCodec(events)(kept)
    const cache = lruCache(2)<S>()
    const handle = commandHandler({
      decider,
      store,
      retry: immediate(3),
      cache: () => cache,
      optimistic: true,
    })
    for (const [i, inputs] of lists.entries()) {
      for (const [j, input] of inputs.entries()) {
        const decoded = commands.decode(input)
        if (decoded._tag === 'Left') continue
        const request = { stream: `${i}`, commitId: `${i}:${j}`, occurredAt: i }
        const send = handle({ ...request, commands: [decoded.right] })
        answers.push(await send())
        if (j % 3 === 0) answers.push(await send())
      }
    }
    const all = eventsOfPage(await store.readAll(0, Infinity)())
    answers.push(all, eventsOfPage(await kept.readAll(0, Infinity)()))
    return { answers, history: all._tag === 'Right' ? all.right : [] }
  }

const eventsOfPage = <F, E>(read: Either<F, Page<E>>): Either<F, ReadonlyArray<Recorded<E>>> =>
  read._tag === 'Left' ? read : right(read.right.events)

/**
 * What time travel shows of each stream: what each event changed, the state halfway by either clock, and
 * which event set each field that the last one changed.
 */
export const answersOfHistory = <S, E>(
  projection: Projection<S, E>,
  events: ReadonlyArray<Recorded<E>>,
): ReadonlyArray<unknown> =>
  [...byStream(events).values()].flatMap((history) => {
    const moments = timeline(projection)(history)
    const middle = history[history.length >> 1]?.recordedAt ?? 0
    const last = moments[moments.length - 1]?.changes ?? []
    return [
      moments,
      stateAsOf(projection)(history, middle, 'recordedAt'),
      stateAsOf(projection)(history, middle, 'occurredAt'),
      last.map(({ path }) => setBy(projection)(history, path)),
    ]
  })
