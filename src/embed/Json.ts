/**
 * A decider for programs in other languages: JSON text goes in, JSON text comes out, and nothing is
 * ever thrown. A host that can run a script (QuickJS, GraalJS, JavaScriptCore, a web view) needs no
 * more than a function from two texts to one.
 *
 * `d` is a decider, `j` is `toJson(d, codecs)`, `es` a list of events, `c` a command, `t` any text.
 *
 * Laws:
 *
 * 1. `j` answers whatever the texts are, and the same texts in the same way; an answer is ASCII
 * 2. what `j` answers to `es` and `c` is what `d` decides: its events, or its rejection
 * 3. it answers the same to the events so far and to the state that they lead to
 * 4. events of an older version count as what they are upcast to
 * 5. what a codec refuses is answered with its issues, each under the path that leads to it
 * 6. `evolveJson` with `xs`, then with `ys`, is `evolveJson` with both, and leads to the state that
 *    `decideJson` gives
 *
 * Text is nested at most 256 deep, and the data in it as deep as a store keeps; a number that is a
 * negative zero counts as zero. Where a function of the decider or of a codec throws, the answer is
 * `Failed` with the text of the exception, which is the one text that engines may word differently.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issue } from '../codec/Codec.ts'
import { showIssue } from '../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../codec/EventCodec.ts'
import { freeze } from '../codec/internal/json.ts'
import type { Decider } from '../Decider.ts'
import type { Path } from '../internal/diff.ts'
import { replayFrom } from '../Projection.ts'
import type { Read } from '../codec/internal/untrusted.ts'
import { fieldOf, readData, readEvent, readVersion, refused } from '../codec/internal/untrusted.ts'
import { parse, print } from './Json/text.ts'
import type { JsonAnswer, JsonCodecs, JsonDecider, JsonInput, JsonPart } from './Json/model.ts'
import { left, right } from '../internal/either.ts'

export type {
  JsonAnswer,
  JsonBefore,
  JsonCodecs,
  JsonDecider,
  JsonInput,
  JsonIssue,
  JsonPart,
} from './Json/model.ts'
export type { GivenSchema, JsonSchema, SchemaOptions, UnsupportedSchema } from './Json/schema.ts'
export { boundarySchema, codecSchema, eventsSchema } from './Json/schema.ts'

/**
 * The decider as functions from JSON text to JSON text.
 *
 * @example
 *   import { toJson } from 'decider-ts/embed/Json'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const { decideJson } = toJson(decider, { commands: orderCommandCodec, events: orderEventCodec })
 *   const nothing = '{"type":"Events","events":[]}'
 *
 *   assert.strictEqual(
 *     decideJson(nothing, '{"type":"SetTax","amount":5}'),
 *     '{"type":"Rejected","version":0,"rejection":{"type":"OrderNotFound"}}',
 *   )
 *   assert.deepStrictEqual(JSON.parse(decideJson(nothing, '{"type":"SetTax"}')), {
 *     type: 'Invalid',
 *     input: 'command',
 *     issues: [
 *       {
 *         path: ['amount'],
 *         expected: 'an integer',
 *         message: 'amount: expected an integer, got undefined',
 *       },
 *     ],
 *   })
 *
 * @category constructors
 * @since 0.1.0
 */
export const toJson = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  codecs: JsonCodecs<C, S, E, R>,
): JsonDecider => ({
  decideJson: (before, command) =>
    answered((mark) => {
      const call: Call<C, S, E, R> = { decider, codecs, mark }
      const start = readBefore(call, before)
      if (start._tag === 'Left') return invalid('before', start.left)
      const asked = readCommand(call, command)
      return asked._tag === 'Left'
        ? invalid('command', asked.left)
        : decided(call, start.right, asked.right)
    }),
  evolveJson: (before, events) =>
    answered((mark) => {
      const call: Call<C, S, E, R> = { decider, codecs, mark }
      const start = readBefore(call, before)
      if (start._tag === 'Left') return invalid('before', start.left)
      const list = parse(events)
      if (list._tag === 'Left') return invalid('events', [list.left])
      const end = readEvents(call, start.right, list.right, [])
      return end._tag === 'Left' ? invalid('events', end.left) : stood(call, end.right)
    }),
})

/** What is being asked just now, so that an exception can be told whose it is. */
interface Mark {
  part: JsonPart
}

interface Call<in out C, in out S, in out E, in out R> {
  readonly decider: Decider<C, S, E, R>
  readonly codecs: JsonCodecs<C, S, E, R>
  readonly mark: Mark
}

/** Where a decision starts or ends. */
interface Place<out S> {
  readonly state: S
  readonly version: number
}

const answered = (answer: (mark: Mark) => JsonAnswer): string => {
  const mark: Mark = { part: 'commands' }
  try {
    return print(answer(mark))
  } catch (thrown) {
    return print(failed(mark.part, `threw ${textOf(thrown)}`))
  }
}

/** Text of an exception, which may be anything at all. */
const textOf = (thrown: unknown): string => {
  try {
    return String(thrown)
  } catch {
    return 'what has no text'
  }
}

const failed = (part: JsonPart, reason: string): JsonAnswer => ({ type: 'Failed', part, reason })

const invalid = (input: JsonInput, issues: ReadonlyArray<Issue>): JsonAnswer => ({
  type: 'Invalid',
  input,
  issues: issues.map((issue) => ({
    path: issue.path,
    expected: issue.expected,
    message: showIssue(issue),
  })),
})

const readCommand = <C, S, E, R>({ codecs, mark }: Call<C, S, E, R>, text: string): Read<C> => {
  const parsed = parse(text)
  if (parsed._tag === 'Left') return left([parsed.left])
  mark.part = 'commands'
  return readData(codecs.commands, parsed.right, [])
}

const readBefore = <C, S, E, R>(call: Call<C, S, E, R>, text: string): Read<Place<S>> => {
  const { decider, codecs, mark } = call
  const parsed = parse(text)
  if (parsed._tag === 'Left') return left([parsed.left])
  const type = fieldOf(parsed.right, 'type')
  if (type === 'Events') {
    const nothing = { state: decider.initialState, version: 0 }
    return readEvents(call, nothing, fieldOf(parsed.right, 'events'), ['events'])
  }
  if (codecs.state === undefined) return refused(['type'], '"Events"', type)
  if (type !== 'State') return refused(['type'], '"Events" | "State"', type)
  const version = readVersion(fieldOf(parsed.right, 'version'), ['version'])
  if (version._tag === 'Left') return version
  const data = fieldOf(parsed.right, 'state')
  if (data === undefined) return refused(['state'], 'a state', data)
  mark.part = 'state'
  const state = readData(codecs.state, data, ['state'])
  return state._tag === 'Left' ? state : right({ state: state.right, version: version.right })
}

/** Where a list of encoded events leads, or the first of them that does not decode. */
const readEvents = <C, S, E, R>(
  { decider, codecs, mark }: Call<C, S, E, R>,
  { state, version }: Place<S>,
  list: unknown,
  path: Path,
): Read<Place<S>> => {
  if (!Array.isArray(list)) return refused(path, 'a list of events', list)
  const all: ReadonlyArray<unknown> = list
  let next = state
  for (let i = 0; i < all.length; i++) {
    mark.part = 'events'
    const event = readEvent(codecs.events, all[i], [...path, i])
    if (event._tag === 'Left') return event
    mark.part = 'evolve'
    next = decider.evolve(next, event.right)
  }
  return right({ state: next, version: version + all.length })
}

const decided = <C, S, E, R>(
  call: Call<C, S, E, R>,
  { state, version }: Place<S>,
  command: C,
): JsonAnswer => {
  const { decider, codecs, mark } = call
  mark.part = 'decide'
  const decision = decider.decide(command, state)
  if (decision._tag === 'Left') {
    mark.part = 'rejections'
    const { rejections } = codecs
    const given = decision.left
    const rejection = freeze(rejections === undefined ? given : rejections.encode(given))
    return rejection._tag === 'Left'
      ? failed('rejections', showIssue(rejection.left))
      : { type: 'Rejected', version, rejection: rejection.right }
  }
  mark.part = 'events'
  const events = encodeAll(codecs.events, decision.right)
  if (events._tag === 'Left') return events.left
  mark.part = 'evolve'
  const next = replayFrom(decider)(state, decision.right)
  const stand = stood(call, { state: next, version: version + decision.right.length })
  if (stand.type !== 'Evolved') return stand
  const after = { version: stand.version, isTerminal: stand.isTerminal, events: events.right }
  return 'state' in stand
    ? { type: 'Accepted', ...after, state: stand.state }
    : { type: 'Accepted', ...after }
}

/** Each event as data that decodes again, for else it could never be handed back. */
const encodeAll = <E>(
  codec: EventCodec<E>,
  events: ReadonlyArray<E>,
): Either<JsonAnswer, ReadonlyArray<EncodedEvent>> => {
  const all: Array<EncodedEvent> = []
  for (const event of events) {
    const encoded = codec.encode(event)
    if (encoded._tag === 'Left') return unfit(encoded.left.eventType, encoded.left.issues[0])
    const { type, schemaVersion, data } = encoded.right
    const frozen = freeze(data)
    if (frozen._tag === 'Left') return unfit(type, frozen.left)
    const written = { type, schemaVersion, data: frozen.right }
    const decoded = codec.decode(written)
    if (decoded._tag === 'Left') return unfit(type, decoded.left.issues[0])
    all.push(written)
  }
  return right(all)
}

const unfit = (type: string, issue: Issue): Either<JsonAnswer, never> =>
  left(failed('events', `${type}: ${showIssue(issue)}`))

const stood = <C, S, E, R>(
  { decider, codecs, mark }: Call<C, S, E, R>,
  { state, version }: Place<S>,
): JsonAnswer => {
  mark.part = 'isTerminal'
  const isTerminal = decider.isTerminal(state)
  if (codecs.state === undefined) return { type: 'Evolved', version, isTerminal }
  mark.part = 'state'
  const encoded = freeze(codecs.state.encode(state))
  if (encoded._tag === 'Left') return failed('state', showIssue(encoded.left))
  const decoded = codecs.state.decode(encoded.right)
  return decoded._tag === 'Left'
    ? failed('state', showIssue(decoded.left[0]))
    : { type: 'Evolved', version, isTerminal, state: encoded.right }
}
