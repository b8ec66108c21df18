/**
 * Converts recorded events to CloudEvents 1.0 in the JSON format, and back.
 *
 * `E` is the event type, `r` a recorded event; `to` and `from` are the functions that `toCloudEvent` and
 * `fromCloudEvent` return for the same codec and the same context.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. round trip: if `to(r)` is `Right(c)`, then `from(c)` is `Right(r)`, also after `c` went through JSON
 * 2. a result of `to` follows CloudEvents 1.0 in the names, types and values of its attributes
 * 3. `to(r)` is `Right` if CloudEvents allow every string in the envelope of `r`, its instants are in the
 *    years 0 to 9999, its version is at most 2³¹ − 1, and the codec encodes its event
 * 4. `from` is total: for any input it returns an event or names the attribute that is wrong
 *
 * Attributes: `id` is the stream and the version, such as `order-1@3` (with the part, `order-1@3+1`, if one
 * stored event was upcast to several); `subject` is the stream; `time` is `occurredAt`; `type` is the type
 * of the stored event after the prefix of the context, and `data` is its data. Extension attributes are
 * `streamversion`, `globalposition` (decimal digits, because a CloudEvents Integer ends at 2³¹ − 1),
 * `commitid`, `recordedtime`, `schemaversion`, `actor`, `correlationid` and `causationid`. A field that is
 * `none` is omitted.
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
  timeAttribute,
  isCloudEventString,
  isPositiveInteger,
  isUriReference,
  timestampOf,
} from './CloudEvents/attributes.ts'
import { left, none, right, some } from '../internal/either.ts'

/**
 * A recorded event in the JSON format of CloudEvents.
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

/** What all CloudEvents of one store share. */
interface CloudEventContext {
  /** A URI reference that names the store. */
  readonly source: string
  /** Precedes every event type; usually a reversed domain name, such as `com.example.`. */
  readonly typePrefix: string
}

/**
 * Why an event can't become a CloudEvent, or a CloudEvent no recorded event: an attribute is invalid, or
 * the codec rejects the data.
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

/** The first invalid attribute that was found. */
interface AttributeCheck {
  failure: CloudEventFailure | undefined
}

/** Returns the value; if it is not valid, records that. */
const checkedAttribute = <A>(
  check: AttributeCheck,
  attribute: string,
  value: A,
  isValid: boolean,
  expected: string,
): A => {
  if (!isValid) check.failure ??= { type: 'InvalidAttribute', attribute, expected, actual: value }
  return value
}

const aString = 'a non-empty string without control characters'

const checkedString = (check: AttributeCheck, attribute: string, value: string): string =>
  checkedAttribute(check, attribute, value, isCloudEventString(value), aString)

const aPositiveInteger = 'an integer from 1 to 2147483647'

const checkedInteger = (check: AttributeCheck, attribute: string, value: number): number =>
  checkedAttribute(check, attribute, value, isPositiveInteger(value), aPositiveInteger)

const checkedTime = (check: AttributeCheck, attribute: string, instant: number): string => {
  const time = timestampOf(instant)
  checkedAttribute(
    check,
    attribute,
    instant,
    time !== '',
    'an integer instant in the years 0 to 9999',
  )
  return time
}

const isPosition = (position: number): boolean => Number.isSafeInteger(position) && position >= 0

/**
 * Converts a recorded event to a CloudEvent, as plain data: its `JSON.stringify` has the media type
 * `application/cloudevents+json`.
 *
 * @example
 *   import { toCloudEvent } from 'decider-ts/embed/CloudEvents'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const to = toCloudEvent(orderEventCodec, { source: '/orders', typePrefix: 'com.example.' })
 *   const made = to({
 *     occurredAt: Date.UTC(1996, 6, 4), actor: none, correlationId: none, causationId: none,
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
    context: CloudEventContext,
  ): ((recorded: Recorded<E>) => Either<CloudEventFailure, CloudEvent>) =>
  (recorded) => {
    const encoded = codec.encode(recorded.event)
    if (encoded._tag === 'Left') return invalidData(encoded.left)
    const data = freeze(encoded.right.data)
    if (data._tag === 'Left') {
      const { type, schemaVersion } = encoded.right
      return invalidData({ eventType: type, schemaVersion, issues: [data.left] })
    }
    const check: AttributeCheck = { failure: undefined }
    const made = cloudEventOf(check, context, recorded, encoded.right, data.right)
    return check.failure === undefined ? right(made) : left(check.failure)
  }

const invalidData = (issues: EventIssues): Either<CloudEventFailure, never> =>
  left({ type: 'InvalidData', ...issues })

/** Unique in a store, hence globally unique together with the source. */
const idOf = ({ stream, version, part }: Recorded<unknown>): string =>
  part === undefined ? `${stream}@${version}` : `${stream}@${version}+${part}`

/** Adds the part number that stands in the id, if any. */
const withPart = (envelope: Recorded<undefined>, id: unknown): Recorded<undefined> => {
  const prefix = `${idOf(envelope)}+`
  const part = typeof id === 'string' && id.startsWith(prefix) ? Number(id.slice(prefix.length)) : 0
  return Number.isSafeInteger(part) && part > 0 ? { ...envelope, part } : envelope
}

const cloudEventOf = (
  check: AttributeCheck,
  { source, typePrefix }: CloudEventContext,
  recorded: Recorded<unknown>,
  { type, schemaVersion }: EncodedEvent,
  data: unknown,
): CloudEvent => {
  const { stream, version, position } = recorded
  checkedAttribute(check, 'source', source, isUriReference(source), 'a URI reference')
  checkedAttribute(
    check,
    'globalposition',
    position,
    isPosition(position),
    'a safe integer of at least 0',
  )
  return {
    specversion: '1.0',
    source,
    subject: checkedString(check, 'subject', stream),
    streamversion: checkedInteger(check, 'streamversion', version),
    id: idOf(recorded),
    type: checkedString(check, 'type', `${typePrefix}${type}`),
    time: checkedTime(check, 'time', recorded.occurredAt),
    datacontenttype: 'application/json',
    schemaversion: checkedInteger(check, 'schemaversion', schemaVersion),
    globalposition: String(position),
    commitid: checkedString(check, 'commitid', recorded.commitId),
    recordedtime: checkedTime(check, 'recordedtime', recorded.recordedAt),
    ...optionalAttribute(check, 'actor', recorded.actor),
    ...optionalAttribute(check, 'correlationid', recorded.correlationId),
    ...optionalAttribute(check, 'causationid', recorded.causationId),
    data,
  }
}

const optionalAttribute = <K extends string>(
  check: AttributeCheck,
  attribute: K,
  value: Option<string>,
): { readonly [A in K]?: string } => {
  if (value._tag === 'None') return {}
  // the record has this one key
  return { [attribute]: checkedString(check, attribute, value.value) } as { [A in K]?: string }
}

/**
 * Converts a CloudEvent that `toCloudEvent` made back to the recorded event. The input may be parsed JSON or
 * an object of a CloudEvents library. Unknown attributes are ignored, `null` counts as absent, and
 * timestamps may have any offset.
 *
 * @example
 *   import { fromCloudEvent } from 'decider-ts/embed/CloudEvents'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const from = fromCloudEvent(orderEventCodec, { source: '/orders', typePrefix: 'com.example.' })
 *   const failed = from({ specversion: '1.0', id: 'order-1@3', source: '/baskets' })
 *   assert.deepStrictEqual(
 *     failed,
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
    context: CloudEventContext,
  ): ((input: unknown) => Either<CloudEventFailure, Recorded<E>>) =>
  (input) => {
    if (typeof input !== 'object' || input === null) {
      return left({ type: 'NotAnObject', actual: input })
    }
    const check: AttributeCheck = { failure: undefined }
    // each field is checked before it is used
    const attributes = input as UntrustedAttributes
    const encoded = encodedFrom(check, context, attributes)
    const envelope = withPart(envelopeOf(check, attributes), attributes['id'])
    const id = idOf(envelope)
    checkedAttribute(check, 'id', attributes['id'], attributes['id'] === id, JSON.stringify(id))
    if (check.failure !== undefined) return left(check.failure)
    const event = codec.decode(encoded)
    return event._tag === 'Left' ? invalidData(event.left) : right(withEvent(envelope, event.right))
  }

type UntrustedAttributes = Readonly<Record<string, unknown>>

const encodedFrom = (
  check: AttributeCheck,
  { source, typePrefix }: CloudEventContext,
  attributes: UntrustedAttributes,
): EncodedEvent => {
  const { specversion, type } = attributes
  checkedAttribute(check, 'specversion', specversion, specversion === '1.0', '"1.0"')
  const from = attributes['source']
  checkedAttribute(check, 'source', from, from === source, JSON.stringify(source))
  const hasPrefix = isCloudEventString(type) && type.startsWith(typePrefix)
  checkedAttribute(
    check,
    'type',
    type,
    hasPrefix,
    `a string that starts with ${JSON.stringify(typePrefix)}`,
  )
  const media = attributes['datacontenttype']
  checkedAttribute(check, 'datacontenttype', media, isJsonMedia(media), 'a JSON media type')
  const binary = attributes['data_base64'] ?? undefined
  checkedAttribute(check, 'data_base64', binary, binary === undefined, 'absent: the data are JSON')
  return {
    type: hasPrefix ? type.slice(typePrefix.length) : '',
    schemaVersion: readInteger(check, 'schemaversion', attributes),
    data: attributes['data'],
  }
}

const isJsonMedia = (media: unknown): boolean =>
  media === undefined ||
  media === null ||
  (typeof media === 'string' && /^[^/;\s]+\/(?:[^/;\s]+\+)?json\s*(?:;|$)/i.test(media))

const envelopeOf = (
  check: AttributeCheck,
  attributes: UntrustedAttributes,
): Recorded<undefined> => ({
  event: undefined,
  stream: readString(check, 'subject', attributes),
  version: readInteger(check, 'streamversion', attributes),
  position: readPosition(check, attributes['globalposition']),
  commitId: readString(check, 'commitid', attributes),
  recordedAt: readInstant(check, 'recordedtime', attributes),
  occurredAt: readInstant(check, 'time', attributes),
  actor: readOption(check, 'actor', attributes),
  correlationId: readOption(check, 'correlationid', attributes),
  causationId: readOption(check, 'causationid', attributes),
})

const readString = (
  check: AttributeCheck,
  attribute: string,
  attributes: UntrustedAttributes,
): string => {
  const value = attributes[attribute]
  const fits = isCloudEventString(value)
  checkedAttribute(check, attribute, value, fits, aString)
  return fits ? value : ''
}

const readOption = (
  check: AttributeCheck,
  attribute: string,
  attributes: UntrustedAttributes,
): Option<string> => {
  const value = attributes[attribute] ?? undefined
  return value === undefined ? none : some(readString(check, attribute, attributes))
}

/** Some protocols send every attribute as a string. */
const readInteger = (
  check: AttributeCheck,
  attribute: string,
  attributes: UntrustedAttributes,
): number => {
  const value = attributes[attribute]
  const read = typeof value === 'string' ? numberOfDigits(value) : value
  const fits = isPositiveInteger(read)
  checkedAttribute(check, attribute, value, fits, aPositiveInteger)
  return fits ? read : 0
}

const numberOfDigits = (digits: unknown): number =>
  typeof digits === 'string' && /^(?:0|[1-9]\d*)$/.test(digits) ? Number(digits) : NaN

const readPosition = (check: AttributeCheck, value: unknown): number => {
  const position = numberOfDigits(value)
  const expected = 'the decimal digits of a safe integer'
  checkedAttribute(check, 'globalposition', value, isPosition(position), expected)
  return position
}

const readInstant = (
  check: AttributeCheck,
  attribute: string,
  attributes: UntrustedAttributes,
): number => {
  const instant = timeAttribute(attributes[attribute])
  const expected = 'an RFC 3339 timestamp, no finer than a millisecond'
  checkedAttribute(check, attribute, attributes[attribute], !Number.isNaN(instant), expected)
  return instant
}
