/**
 * Hashes of events: a proposed event and the same event as the store returns it have the same hash.
 *
 * Between the two, an event may be converted to JSON and back; so `undefined` fields count as absent, and -0
 * as 0.
 *
 * @since 0.1.0
 */
import { hash, hashLeaf, mix, mixPair } from '../../internal/hash.ts'
import { isObject } from '../../internal/parts.ts'
import type { Tag } from '../../Query.ts'
import type { Metadata, Recorded } from '../../Recorded.ts'
import type { Proposed } from '../../store/EventStore.ts'
import type { SeenEvent } from './model.ts'

/** Deeper values are left to `hash`, which handles cycles. */
const mostDepth = 100

/** A hash of the JSON form of a value; a value that JSON cannot hold is hashed as it is. */
const jsonHash = (value: unknown, depth: number): number => {
  if (typeof value === 'number') return hashLeaf(value + 0)
  if (!isObject(value)) return hashLeaf(value)
  if (depth === mostDepth) return hash(value)
  if (Array.isArray(value)) {
    return value.reduce<number>((code, one) => mix(code, jsonHash(one, depth + 1)), value.length)
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return hash(value)
  let sum = 0
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue
    // added up, because the order of fields does not matter
    sum = (sum + mixPair(hashLeaf(name), jsonHash(field, depth + 1))) | 0
  }
  return mix(1, sum)
}

const contentDigest = (
  event: unknown,
  names: Omit<Metadata, 'occurredAt'>,
  tags: ReadonlyArray<Tag> = [],
): number => {
  const { actor, correlationId, causationId } = names
  const code = mix(mix(jsonHash(event, 0), hashLeaf(actor)), hashLeaf(correlationId))
  const digest = mix(code, hashLeaf(causationId))
  // as a set, as stores keep them
  return tags.length === 0 ? digest : [...new Set(tags)].sort().map(hashLeaf).reduce(mix, digest)
}

const withTime = (digest: number, instant: number): number => mix(digest, hashLeaf(instant + 0))

/** The digest of a proposed event: with its own time if it has one. */
export const proposedDigest = (proposed: Proposed<unknown>): number => {
  const digest = contentDigest(proposed.event, proposed, proposed.tags)
  return proposed.occurredAt === undefined ? digest : withTime(digest, proposed.occurredAt)
}

/** The digests of a stored event: as proposed without a time, as proposed with one, and as recorded. */
export type StoredDigests = readonly [untimed: number, timed: number, recorded: number]

export const storedDigests = (recorded: Recorded<unknown>): StoredDigests => {
  const { event, actor, correlationId, causationId, occurredAt, recordedAt } = recorded
  const untimed = contentDigest(
    event,
    {
      actor: actor._tag === 'Some' ? actor.value : undefined,
      correlationId: correlationId._tag === 'Some' ? correlationId.value : undefined,
      causationId: causationId._tag === 'Some' ? causationId.value : undefined,
    },
    recorded.tags,
  )
  const occurred = withTime(untimed, occurredAt)
  return [untimed, occurred, withTime(occurred, recordedAt)]
}

export const seenEvent = (recorded: Recorded<unknown>): SeenEvent => ({
  stream: recorded.stream,
  version: recorded.version,
  position: recorded.position,
  commitId: recorded.commitId,
  digest: storedDigests(recorded)[2],
})
