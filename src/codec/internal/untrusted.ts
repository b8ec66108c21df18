/**
 * Reads commands, states and events from parsed JSON. A refusal has all its issues, each with its path
 * from the root.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Issue } from '../Codec.ts'
import type { EncodedEvent, EventCodec } from '../EventCodec.ts'
import { freeze } from './json.ts'
import type { Path } from '../../internal/diff.ts'
import { left, right } from '../../internal/either.ts'
import { isRecord } from '../../internal/isRecord.ts'

/** A value, or why it was refused. */
export type Read<A> = Either<ReadonlyArray<Issue>, A>

export const refused = (path: Path, expected: string, actual: unknown): Read<never> =>
  left([{ path, expected, actual }])

const refusedWithin = (path: Path, issues: ReadonlyArray<Issue>): Read<never> =>
  left(
    issues.map(({ path: inner, expected, actual }) => ({
      path: [...path, ...inner],
      expected,
      actual,
    })),
  )

/** A field of parsed JSON, with a name that no object inherits. */
export const fieldOf = (
  value: unknown,
  key: 'type' | 'version' | 'schemaVersion' | 'events' | 'state' | 'data',
): unknown => (isRecord(value) ? value[key] : undefined)

/** A version, never -0, which JSON cannot hold. */
export const readVersion = (version: unknown, path: Path): Read<number> =>
  typeof version === 'number' && Number.isSafeInteger(version) && version >= 0
    ? right(version + 0)
    : refused(path, 'a non-negative integer', version)

/** Decodes a frozen copy, so that nothing gets in that JSON could not hold. */
export const readData = <A>(codec: Codec<A>, data: unknown, path: Path): Read<A> => {
  const frozen = freeze(data)
  if (frozen._tag === 'Left') return refusedWithin(path, [frozen.left])
  const decoded = codec.decode(frozen.right)
  return decoded._tag === 'Left' ? refusedWithin(path, decoded.left) : decoded
}

export const readEvent = <E>(codec: EventCodec<E>, value: unknown, path: Path): Read<E> => {
  const type = fieldOf(value, 'type')
  const schemaVersion = fieldOf(value, 'schemaVersion')
  const data = fieldOf(value, 'data')
  if (typeof type !== 'string') return refused([...path, 'type'], 'the type of an event', type)
  if (typeof schemaVersion !== 'number') {
    return refused([...path, 'schemaVersion'], 'the version of its data', schemaVersion)
  }
  if (data === undefined) return refused([...path, 'data'], 'the data of the event', data)
  const frozen = freeze(data)
  if (frozen._tag === 'Left') return refusedWithin([...path, 'data'], [frozen.left])
  const event = { type, schemaVersion, data: frozen.right }
  const decoded = codec.decode(event)
  return decoded._tag === 'Left'
    ? refusedWithin(path, decoded.left.issues.map(inEvent(event)))
    : decoded
}

/** The issues of an event codec are about the event's type and version, or about fields of its data. */
const inEvent =
  ({ type, schemaVersion }: EncodedEvent): ((issue: Issue) => Issue) =>
  ({ path, expected, actual }) => {
    const [field] = path
    const beside =
      path.length === 1 &&
      ((field === 'type' && isEndOf(type, actual)) ||
        (field === 'schemaVersion' && actual === schemaVersion))
    return { path: beside ? path : ['data', ...path], expected, actual }
  }

/** The codec of a part of a product is asked for `LineAdded` if the type is `order.LineAdded`. */
const isEndOf = (type: string, end: unknown): boolean =>
  typeof end === 'string' && (type === end || type.endsWith(`.${end}`))
