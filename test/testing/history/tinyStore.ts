// The smallest store with transactions: what an append checks, where its events go, and when others see them
// are steps of their own, so that tests can put something between them.
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { fromNullable } from 'fp-ts/lib/Option.js'
import type { EncodedEvent } from '../../../src/codec/EventCodec.ts'
import type { Query } from '../../../src/Query.ts'
import { matches } from '../../../src/Query.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import { agrees, isReuse } from '../../../src/shell/internal/marks.ts'
import type {
  AppendFailure,
  Commit,
  CommitPart,
  EventStore,
  ReadOptions,
} from '../../../src/store/EventStore.ts'

export type Event = EncodedEvent
export type Stored = Recorded<Event>
export type Store = EventStore<Event>

/** What happens between the steps. A store without any of it is right, because its steps are one. */
export interface Between {
  /** After the expected versions were checked, and before positions are taken. */
  readonly checkAndInsert?: (commit: Commit<Event>) => Promise<void>
  /** After positions were taken, and before others see the events. */
  readonly insertAndCommit?: (commit: Commit<Event>) => Promise<void>
  /** After a page's events were read, and before the head is. */
  readonly rowsAndHead?: () => Promise<void>
  /** What a condition excludes, where that is not what `matches` says. */
  readonly excludes?: (query: Query, stored: Stored) => boolean
}

const categoryOf = (stream: string): string => stream.replace(/-.*/, '')

const isMatch = (query: Query, { event, tags = [] }: Stored): boolean =>
  matches(query)(event.type, tags)

const isAsked = ({ types, categories, query }: ReadOptions, stored: Stored): boolean =>
  (query === undefined || isMatch(query, stored)) && isIn({ types, categories }, stored)

const isIn = ({ types, categories }: ReadOptions, { stream, event }: Stored): boolean =>
  (types?.includes(event.type) ?? true) && (categories?.includes(categoryOf(stream)) ?? true)

export const partsOf = (commit: Commit<Event>): ReadonlyArray<CommitPart<Event>> => [
  commit,
  ...(commit.also ?? []),
]

/** What others see of a store, in the order of positions. */
export type Visible = Array<Stored>

export const tinyStore = (between: Between = {}, visible: Visible = []): Store => {
  let taken = visible.length
  const prints = new Map<string, string | undefined>()
  const streamOf = (name: string) => visible.filter(({ stream }) => stream === name)
  const judged = (commit: Commit<Event>): Either<AppendFailure, ReadonlyArray<Stored>> => {
    const { commitId, fingerprint, stream } = commit
    const known = visible.filter((event) => event.commitId === commitId)
    const [first] = known
    if (first !== undefined) {
      if (first.stream !== stream) return left({ type: 'CommitIdTaken', commitId, stream: first.stream }) // prettier-ignore
      return isReuse(fingerprint, prints.get(commitId))
        ? left({ type: 'CommitIdReused', commitId, stream })
        : right(known)
    }
    for (const { stream: name, expected } of partsOf(commit)) {
      const events = streamOf(name)
      const actual = events.length
      if (agrees(expected, actual, events.at(-1))) continue
      return left({ type: 'VersionConflict', stream: name, expected, actual })
    }
    const { condition } = commit
    const { excludes = isMatch } = between
    const disturbing = visible.find((one) => condition && one.position > condition.after && excludes(condition.query, one)) // prettier-ignore
    if (condition !== undefined && disturbing !== undefined) {
      const { position } = disturbing
      return left({ type: 'AppendConditionFailed', stream, condition, position })
    }
    return right([])
  }
  const inserted = (commit: Commit<Event>): ReadonlyArray<Stored> =>
    partsOf(commit).flatMap(({ stream, events }) => {
      const before = streamOf(stream).length
      return events.map(({ event, occurredAt, actor, correlationId, causationId, tags }, i) => ({
        event: structuredClone(event),
        stream,
        version: before + i + 1,
        position: ++taken,
        commitId: commit.commitId,
        recordedAt: taken,
        occurredAt: occurredAt ?? taken,
        actor: fromNullable(actor),
        correlationId: fromNullable(correlationId),
        causationId: fromNullable(causationId),
        ...(tags && { tags }),
      }))
    })
  return {
    load:
      (stream, after = 0, { limit = Infinity } = {}) =>
      () =>
        Promise.resolve(right(streamOf(stream).slice(after, after + limit))),
    append: (commit) => async () => {
      const known = judged(commit)
      // there is at least one event in a commit
      if (known._tag === 'Left' || known.right.length > 0) return known as never
      if (between.checkAndInsert !== undefined) await between.checkAndInsert(commit)
      const events = inserted(commit)
      if (between.insertAndCommit !== undefined) await between.insertAndCommit(commit)
      visible.push(...events)
      visible.sort((a, b) => a.position - b.position)
      prints.set(commit.commitId, commit.fingerprint)
      return right(events) as never
    },
    readAll:
      (after, limit, options = {}) =>
      async () => {
        const later = visible.filter(({ position }) => position > after)
        const events = later.filter((event) => isAsked(options, event)).slice(0, limit)
        if (between.rowsAndHead !== undefined) await between.rowsAndHead()
        const head = visible.at(-1)?.position ?? 0
        const end =
          events.length < limit ? Math.max(after, head) : (events.at(-1)?.position ?? after)
        return right({ events, end, head })
      },
  }
}
