/**
 * Queries, commits and answers as the steps of a race show them.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Query } from '../../Query.ts'
import type { Commit, CommitPage, Page } from '../../store/EventStore.ts'

/** `Joined or Left with student:s1, or event with course:c1`. */
export const queryInWords = (query: Query): string =>
  query
    .map(({ types = [], tags = [] }) => {
      const what = types.length === 0 ? 'event' : types.join(' or ')
      return tags.length === 0 ? what : `${what} with ${tags.map(shownValue).join(' and ')}`
    })
    .join(', or ')

/** `nothing` asks for the empty tag. */
const shownValue = (tag: string): string => (tag === '' ? 'the tag of nothing' : tag)

const eventsInWords = (n: number): string => (n === 1 ? '1 event' : `${n} events`)

export const commitInWords = ({
  commitId,
  also = [],
  condition,
  ...own
}: Commit<unknown>): string => {
  if (condition !== undefined) {
    const { query, after } = condition
    const none = `if no ${queryInWords(query)} came after position ${after}`
    return `${eventsInWords(own.events.length)} to ${own.stream} as ${commitId}, ${none}`
  }
  const parts = [own, ...also].map(({ stream, expected, events }) => {
    const version = expected.type === 'Exactly' ? `version ${expected.version}` : expected.type
    return `${eventsInWords(events.length)} to ${stream} as ${commitId}, expecting ${version}`
  })
  return parts.join(', and ')
}

/** What a call of the store returned. */
export type StoreAnswer =
  | ReadonlyArray<unknown>
  | Page<unknown>
  | CommitPage<unknown>
  | Option<unknown>

export const answerInWords = (result: Either<{ readonly type: string }, StoreAnswer>): string => {
  if (result._tag === 'Left') return result.left.type
  const { right } = result
  if ('_tag' in right) return right._tag
  if ('commits' in right) return `${right.commits.length} commits`
  return eventsInWords('events' in right ? right.events.length : right.length)
}
