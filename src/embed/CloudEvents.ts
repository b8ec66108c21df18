/**
 * Recorded events as CloudEvents 1.0 in their JSON format, and back.
 *
 * `E` is the event, `r` a recorded event, `to` what `toCloudEvent` and `from` what `fromCloudEvent` gives
 * for the same codec and the same context.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. round trip: where `to(r)` is `Right(c)`, `from(c)` is `Right(r)`, also through JSON text
 * 2. what `to` gives keeps the rules of CloudEvents 1.0: the names, types and values of its attributes
 * 3. `to(r)` is `Right` where every text in the envelope of `r` is one that CloudEvents allow, its
 *    instants lie in the years 0 to 9999, its version is at most 2³¹ − 1, and its codec encodes the event
 * 4. `from` is total: whatever it is given, it gives an event or the attribute that it fails at
 *
 * The attributes: `id` is the stream and the version, as `order-1@3` (and where a stored event has become
 * several, the part, as `order-1@3+1`); `subject` is the stream and `time`
 * is `occurredAt`; `type` is that of the stored event behind the prefix of the context, and `data` are
 * its data. Extensions are `streamversion`, `globalposition` (as decimal digits: an Integer of CloudEvents
 * ends at 2³¹ − 1), `commitid`, `recordedtime`, `schemaversion`, `actor`, `correlationid` and
 * `causationid`; what is `none` is left out.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { EncodedEvent, EventCodec, EventIssues } from '../codec/EventCodec.ts'
import { freeze } from '../codec/internal/json.ts'
import type { Recorded } from '../Recorded.ts'
import { withEvent } from '../Recorded.ts'
import {
  instantOf,
  isInteger,
  isText,
  isUriReference,
  timestampOf,
} from './CloudEvents/attributes.ts'
import { left, none, right, some } from '../internal/either.ts'

/**
 * A recorded event in the JSON format of CloudEvents. An attribute that is not there is absent.
 *
 * @category model
 * @since 0.1.0
 */
export type CloudEvent = {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly schemaversion: number
  readonly streamversion: number
  readonly globalposition: string
  readonly commitid: string
  readonly recordedtime: string
  readonly actor?: string
  readonly correlationid?: string
  readonly causationid?: string
  readonly data: unknown
}

/**
 * What the events of one store have in common: a URI reference that names the store, and what stands in
 * front of their types, as a rule a domain name from behind, as `com.example.`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Context {
  readonly source: string
  readonly typePrefix: string
}

/**
 * Why an event is no CloudEvent, or a value no recorded event: an attribute, or the data, which the codec
 * refuses.
 *
 * @category failures
 * @since 0.1.0
 */
export type CloudEventFailure =
  | {
      readonly type: 'InvalidAttribute'
      readonly attribute: string
      readonly expected: string
      readonly actual: unknown
    }
  | ({ readonly type: 'InvalidData' } & EventIssues)
  | { readonly type: 'NotAnObject'; readonly actual: unknown }

/** What was found wrong first. */
interface Check {
  failure: CloudEventFailure | undefined
}

/** The value, if it fits; if not, that is noted. */
const fitting = <A>(
  check: Check,
  attribute: string,
  value: A,
  fits: boolean,
  expected: string,
): A => {
  if (!fits) check.failure ??= { type: 'InvalidAttribute', attribute, expected, actual: value }
  return value
}

const text = 'a text that is not empty, without control characters'

const textIn = (check: Check, attribute: string, value: string): string =>
  fitting(check, attribute, value, isText(value), text)

const integer = 'a whole number from 1 to 2147483647'

const integerIn = (check: Check, attribute: string, value: number): number =>
  fitting(check, attribute, value, isInteger(value), integer)

const timestampIn = (check: Check, attribute: string, instant: number): string => {
  const time = timestampOf(instant)
  fitting(check, attribute, instant, time !== '', 'whole milliseconds in the years 0 to 9999')
  return time
}

const isPosition = (position: number): boolean => Number.isSafeInteger(position) && position >= 0

/**
 * A recorded event as a CloudEvent, a plain value: `JSON.stringify` makes its text, which has the media
 * type `application/cloudevents+json`.
 *
 * @example
 *   import { toCloudEvent } from 'decider-ts/embed/CloudEvents'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { occurredAt } from 'decider-ts/Recorded'
 *   import assert from 'node:assert'
 *
 *   const to = toCloudEvent(orderEventCodec, { source: '/orders', typePrefix: 'com.example.' })
 *   const made = to({
 *     ...occurredAt(Date.UTC(1996, 6, 4)),
 *     stream: 'order-1',
 *     version: 3,
 *     position: 17,
 *     commitId: 'c1',
 *     recordedAt: Date.UTC(1996, 6, 5),
 *     event: { type: 'TaxSet', amount: 250 },
 *   })
 *   assert.ok(made._tag === 'Right')
 *   assert.deepStrictEqual(made.right, {
 *     specversion: '1.0',
 *     id: 'order-1@3',
 *     source: '/orders',
 *     type: 'com.example.TaxSet',
 *     subject: 'order-1',
 *     time: '1996-07-04T00:00:00.000Z',
 *     datacontenttype: 'application/json',
 *     schemaversion: 1,
 *     streamversion: 3,
 *     globalposition: '17',
 *     commitid: 'c1',
 *     recordedtime: '1996-07-05T00:00:00.000Z',
 *     data: { type: 'TaxSet', amount: 250 },
 *   })
 *
 * @category converting
 * @since 0.1.0
 */
export const toCloudEvent =
  <E>(
    codec: EventCodec<E>,
    context: Context,
  ): ((recorded: Recorded<E>) => Either<CloudEventFailure, CloudEvent>) =>
  (recorded) => {
    const encoded = codec.encode(recorded.event)
    if (encoded._tag === 'Left') return invalidData(encoded.left)
    const data = freeze(encoded.right.data)
    if (data._tag === 'Left') {
      const { type, schemaVersion } = encoded.right
      return invalidData({ eventType: type, schemaVersion, issues: [data.left] })
    }
    const check: Check = { failure: undefined }
    const made = cloudEventOf(check, context, recorded, encoded.right, data.right)
    return check.failure === undefined ? right(made) : left(check.failure)
  }

const invalidData = (issues: EventIssues): Either<CloudEventFailure, never> =>
  left({
    type: 'InvalidData',
    eventType: issues.eventType,
    schemaVersion: issues.schemaVersion,
    issues: issues.issues,
  })

/** One for each event of a store, so together with the source one for each in the world. */
const idOf = ({ stream, version, part }: Recorded<unknown>): string =>
  part === undefined ? `${stream}@${version}` : `${stream}@${version}+${part}`

/** The envelope as the part of a stored event that its id says it is. */
const partOf = (envelope: Recorded<undefined>, id: unknown): Recorded<undefined> => {
  const whole = `${idOf(envelope)}+`
  const part = typeof id === 'string' && id.startsWith(whole) ? Number(id.slice(whole.length)) : 0
  return Number.isSafeInteger(part) && part > 0 ? { ...envelope, part } : envelope
}

const cloudEventOf = (
  check: Check,
  { source, typePrefix }: Context,
  recorded: Recorded<unknown>,
  { type, schemaVersion }: EncodedEvent,
  data: unknown,
): CloudEvent => {
  const { stream, version, position } = recorded
  fitting(check, 'source', source, isUriReference(source), 'a URI reference')
  fitting(check, 'globalposition', position, isPosition(position), 'a safe whole number from 0 on')
  return {
    specversion: '1.0',
    source,
    subject: textIn(check, 'subject', stream),
    streamversion: integerIn(check, 'streamversion', version),
    id: idOf(recorded),
    type: textIn(check, 'type', `${typePrefix}${type}`),
    time: timestampIn(check, 'time', recorded.occurredAt),
    datacontenttype: 'application/json',
    schemaversion: integerIn(check, 'schemaversion', schemaVersion),
    globalposition: String(position),
    commitid: textIn(check, 'commitid', recorded.commitId),
    recordedtime: timestampIn(check, 'recordedtime', recorded.recordedAt),
    ...present(check, 'actor', recorded.actor),
    ...present(check, 'correlationid', recorded.correlationId),
    ...present(check, 'causationid', recorded.causationId),
    data,
  }
}

const present = <K extends string>(
  check: Check,
  attribute: K,
  value: Option<string>,
): { readonly [A in K]?: string } => {
  if (value._tag === 'None') return {}
  // the one key of the record
  return { [attribute]: textIn(check, attribute, value.value) } as { [A in K]?: string }
}

/**
 * The recorded event of a CloudEvent that `toCloudEvent` made, whoever has handed it on since: parsed
 * JSON, or an object of a CloudEvents library. Attributes of others are passed over, `null` counts as
 * absent, and instants may be in any offset.
 *
 * @example
 *   import { fromCloudEvent } from 'decider-ts/embed/CloudEvents'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const from = fromCloudEvent(orderEventCodec, { source: '/orders', typePrefix: 'com.example.' })
 *   const refused = from({ specversion: '1.0', id: 'order-1@3', source: '/baskets' })
 *   assert.deepStrictEqual(
 *     refused,
 *     left({
 *       type: 'InvalidAttribute',
 *       attribute: 'source',
 *       expected: '"/orders"',
 *       actual: '/baskets',
 *     }),
 *   )
 *
 * @category converting
 * @since 0.1.0
 */
export const fromCloudEvent =
  <E>(
    codec: EventCodec<E>,
    context: Context,
  ): ((input: unknown) => Either<CloudEventFailure, Recorded<E>>) =>
  (input) => {
    if (typeof input !== 'object' || input === null) {
      return left({ type: 'NotAnObject', actual: input })
    }
    const check: Check = { failure: undefined }
    // every field is looked at before it is used
    const attributes = input as Attributes
    const encoded = encodedOf(check, context, attributes)
    const envelope = partOf(envelopeOf(check, attributes), attributes['id'])
    const id = idOf(envelope)
    fitting(check, 'id', attributes['id'], attributes['id'] === id, JSON.stringify(id))
    if (check.failure !== undefined) return left(check.failure)
    const event = codec.decode(encoded)
    return event._tag === 'Left' ? invalidData(event.left) : right(withEvent(envelope, event.right))
  }

type Attributes = Readonly<Record<string, unknown>>

const encodedOf = (
  check: Check,
  { source, typePrefix }: Context,
  attributes: Attributes,
): EncodedEvent => {
  const { specversion, type } = attributes
  fitting(check, 'specversion', specversion, specversion === '1.0', '"1.0"')
  const from = attributes['source']
  fitting(check, 'source', from, from === source, JSON.stringify(source))
  const typed = isText(type) && type.startsWith(typePrefix)
  fitting(check, 'type', type, typed, `a text that begins with ${JSON.stringify(typePrefix)}`)
  const media = attributes['datacontenttype']
  fitting(check, 'datacontenttype', media, isJson(media), 'a media type of JSON')
  const binary = attributes['data_base64'] ?? undefined
  fitting(check, 'data_base64', binary, binary === undefined, 'nothing: the data are JSON')
  return {
    type: typed ? type.slice(typePrefix.length) : '',
    schemaVersion: readInteger(check, 'schemaversion', attributes),
    data: attributes['data'],
  }
}

const isJson = (media: unknown): boolean =>
  media === undefined ||
  media === null ||
  (typeof media === 'string' && /^[^/;\s]+\/(?:[^/;\s]+\+)?json\s*(?:;|$)/i.test(media))

const envelopeOf = (check: Check, attributes: Attributes): Recorded<undefined> => ({
  event: undefined,
  stream: readText(check, 'subject', attributes),
  version: readInteger(check, 'streamversion', attributes),
  position: readPosition(check, attributes['globalposition']),
  commitId: readText(check, 'commitid', attributes),
  recordedAt: readInstant(check, 'recordedtime', attributes),
  occurredAt: readInstant(check, 'time', attributes),
  actor: readOption(check, 'actor', attributes),
  correlationId: readOption(check, 'correlationid', attributes),
  causationId: readOption(check, 'causationid', attributes),
})

const readText = (check: Check, attribute: string, attributes: Attributes): string => {
  const value = attributes[attribute]
  const fits = isText(value)
  fitting(check, attribute, value, fits, text)
  return fits ? value : ''
}

const readOption = (check: Check, attribute: string, attributes: Attributes): Option<string> => {
  const value = attributes[attribute] ?? undefined
  return value === undefined ? none : some(readText(check, attribute, attributes))
}

/** Some protocols carry every attribute as text. */
const readInteger = (check: Check, attribute: string, attributes: Attributes): number => {
  const value = attributes[attribute]
  const read = typeof value === 'string' ? numberOf(value) : value
  const fits = isInteger(read)
  fitting(check, attribute, value, fits, integer)
  return fits ? read : 0
}

const numberOf = (digits: unknown): number =>
  typeof digits === 'string' && /^(?:0|[1-9]\d*)$/.test(digits) ? Number(digits) : NaN

const readPosition = (check: Check, value: unknown): number => {
  const position = numberOf(value)
  const expected = 'the decimal digits of a safe whole number'
  fitting(check, 'globalposition', value, isPosition(position), expected)
  return position
}

const readInstant = (check: Check, attribute: string, attributes: Attributes): number => {
  const instant = instantOf(attributes[attribute])
  const expected = 'an RFC 3339 timestamp in whole milliseconds'
  fitting(check, attribute, attributes[attribute], !Number.isNaN(instant), expected)
  return instant
}
