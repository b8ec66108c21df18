/**
 * Checks the tags of events, and the conditions of commits.
 *
 * @since 0.1.0
 */
import type { Issue } from '../../codec/Codec.ts'
import type { Query, QueryItem, Tag } from '../../Query.ts'
import type { AppendCondition } from '../EventStore.ts'
import { aName, isName } from './names.ts'

type IssuePath = ReadonlyArray<string | number>

export const noTags: ReadonlyArray<never> = Object.freeze([])

/** The tags as a set: sorted, each once. */
export const checkTags = (
  tags: ReadonlyArray<Tag>,
  at: IssuePath,
  issues: Array<Issue>,
): ReadonlyArray<Tag> => {
  tags.forEach((tag, i) => {
    if (!isName(tag)) issues.push({ path: [...at, i], expected: aName, actual: tag })
  })
  return tags.length === 0
    ? noTags
    : Object.freeze(tags.length === 1 ? [...tags] : [...new Set(tags)].sort())
}

/** A copy of the condition. Names that no event can have are allowed: they match none. */
export const checkCondition = (
  { query, after }: AppendCondition,
  issues: Array<Issue>,
): AppendCondition => {
  if (!Number.isSafeInteger(after) || after < 0) {
    const path = ['condition', 'after']
    issues.push({ path, expected: 'a non-negative integer', actual: after })
  }
  // a caller in plain JavaScript may pass an empty one
  const items: ReadonlyArray<QueryItem> = query
  if (items.length === 0) {
    issues.push({ path: ['condition', 'query'], expected: 'at least one item', actual: query })
  }
  // as many items as the query
  return { query: query.map(copiedItem) as unknown as Query, after }
}

// one literal for each shape: a spread of them took twice as long
const copiedItem = ({ types, tags }: QueryItem): QueryItem => {
  if (types === undefined) return tags === undefined ? {} : { tags: [...tags] }
  return tags === undefined ? { types: [...types] } : { types: [...types], tags: [...tags] }
}

/** An item that events can match; without types or tags, whatever theirs are. */
export interface PossibleItem {
  readonly types: ReadonlyArray<string>
  /** Each once. */
  readonly tags: ReadonlyArray<Tag>
}

/** Most items have one type and one tag. */
const eachOnce = <A>(as: ReadonlyArray<A>): ReadonlyArray<A> =>
  as.length < 2 ? as : [...new Set(as)]

/** The items that an event can match: not those with names that no event has, which no database can hold. */
export const possibleItems = (query: Query): ReadonlyArray<PossibleItem> =>
  query.flatMap(({ types = [], tags = [] }) => {
    const known = eachOnce(types).filter(isName)
    const isPossible = tags.every(isName) && (types.length === 0 || known.length > 0)
    return isPossible ? [{ types: known, tags: eachOnce(tags) }] : []
  })
