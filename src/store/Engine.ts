/**
 * The checks that every engine makes before it stores a commit, so that all engines accept and reject the same
 * commits.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Issue, Issues } from '../codec/Codec.ts'
import type { EncodedEvent } from '../codec/EventCodec.ts'
import { freeze } from '../codec/internal/json.ts'
import type { Tag } from '../Query.ts'
import type { Instant } from '../Recorded.ts'
import { aName, isName } from './internal/names.ts'
import { checkCondition, checkTags, noTags } from './internal/tags.ts'
import type {
  Commit,
  CommitPart,
  ExpectedVersion,
  HistoryMark,
  InvalidCommit,
  Proposed,
} from './EventStore.ts'
import { left, none, right, some } from '../internal/either.ts'

export { isName } from './internal/names.ts'

/**
 * Whether a value is an instant: the range of `Date`, 100,000,000 days to either side of 1970.
 *
 * @internal
 */
export const isInstant = (instant: unknown): boolean =>
  Number.isInteger(instant) && Math.abs(Number(instant)) <= 8_640_000_000_000_000

const isVersion = (version: number): boolean => Number.isSafeInteger(version) && version >= 0

/**
 * An event of a checked commit, with deeply frozen data. If it has no instant, it occurred when it is
 * recorded.
 *
 * @category model
 * @since 0.1.0
 */
export interface CheckedEvent {
  readonly event: EncodedEvent
  readonly occurredAt: Instant | undefined
  readonly actor: Option<string>
  readonly correlationId: Option<string>
  readonly causationId: Option<string>
  /** Sorted, each once. */
  readonly tags: ReadonlyArray<Tag>
}

/**
 * What a checked commit does to another stream.
 *
 * @category model
 * @since 0.1.0
 */
export interface CheckedPart extends Omit<CommitPart<EncodedEvent>, 'events'> {
  readonly events: ReadonlyArray<CheckedEvent>
}

/**
 * A commit that an engine can store.
 *
 * @category model
 * @since 0.1.0
 */
export interface CheckedCommit extends Omit<Commit<EncodedEvent>, 'events' | 'also'> {
  readonly events: ReadonlyNonEmptyArray<CheckedEvent>
  /** Empty if the commit is to one stream only. No stream is named twice. */
  readonly also: ReadonlyArray<CheckedPart>
}

/**
 * Returns the commit with a deeply frozen copy of its data, or everything in it that a store could not keep.
 *
 * @example
 *   import { checkCommit } from 'decider-ts/store/Engine'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const event = { type: 'SwitchedOn', schemaVersion: 1, data: { at: new Date(0) } }
 *   const refused = checkCommit({
 *     stream: 'lamp-1',
 *     expected: { type: 'NoStream' },
 *     commitId: 'c1',
 *     events: [{ event }],
 *   })
 *   assert.ok(isLeft(refused))
 *   assert.deepStrictEqual(refused.left.issues[0].path, ['events', 0, 'data', 'at'])
 *
 * @category checking
 * @since 0.1.0
 */
export const checkCommit = (commit: Commit<EncodedEvent>): Either<InvalidCommit, CheckedCommit> => {
  const { stream, expected, commitId, fingerprint } = commit
  const issues: Array<Issue> = []
  if (!isName(stream)) issues.push({ path: ['stream'], expected: aName, actual: stream })
  if (!isName(commitId)) issues.push({ path: ['commitId'], expected: aName, actual: commitId })
  if (fingerprint !== undefined && !isName(fingerprint)) {
    issues.push({ path: ['fingerprint'], expected: aName, actual: fingerprint })
  }
  checkExpected(expected, nowhere, issues)
  const events: ReadonlyArray<CheckedEvent> = commit.events.map((proposed, i) =>
    checkProposed(proposed, nowhere, i, issues),
  )
  if (events.length === 0) {
    issues.push({ path: ['events'], expected: 'at least one event', actual: commit.events })
  }
  const condition = commit.condition && checkCondition(commit.condition, issues)
  const also = commit.also === undefined ? noCheckedParts : checkParts(commit.also, stream, issues)
  const commands = commit.commands && checkCommands(commit.commands, issues)
  if (issues.length > 0) {
    // there is at least one
    const all = issues as unknown as Issues
    return left({ type: 'InvalidCommit', stream, issues: all })
  }
  // one event for each of the commit's, of which there is at least one
  const all = events as unknown as ReadonlyNonEmptyArray<CheckedEvent>
  return right({ stream, expected, commitId, fingerprint, events: all, also, commands, condition })
}

/** The path to a part of a commit. */
type CommitPath = ReadonlyArray<string | number>

const nowhere: CommitPath = []

const noCheckedParts: ReadonlyArray<never> = Object.freeze([])

const checkParts = (
  parts: ReadonlyArray<CommitPart<EncodedEvent>>,
  own: string,
  issues: Array<Issue>,
): ReadonlyArray<CheckedPart> => {
  const streams = new Set([own])
  return parts.map(({ stream, expected, events }, i) => {
    const at = ['also', i]
    if (!isName(stream)) {
      issues.push({ path: [...at, 'stream'], expected: aName, actual: stream })
    } else if (streams.has(stream)) {
      const once = 'a stream that the commit does not name twice'
      issues.push({ path: [...at, 'stream'], expected: once, actual: stream })
    }
    streams.add(stream)
    checkExpected(expected, at, issues)
    const checked = events.map((proposed, n) => checkProposed(proposed, at, n, issues))
    return { stream, expected, events: checked }
  })
}

const checkCommands = (
  commands: ReadonlyArray<EncodedEvent>,
  issues: Array<Issue>,
): ReadonlyNonEmptyArray<EncodedEvent> => {
  if (commands.length === 0) {
    issues.push({ path: ['commands'], expected: 'at least one command', actual: commands })
  }
  const checked = commands.map(({ type, schemaVersion, data }, i) => {
    const refuse = (field: CommitPath, expected: string, actual: unknown): void => {
      issues.push({ path: ['commands', i, ...field], expected, actual })
    }
    if (!isName(type)) refuse(['type'], aName, type)
    if (!isVersion(schemaVersion) || schemaVersion === 0) {
      refuse(['schemaVersion'], aSchemaVersion, schemaVersion)
    }
    const frozen = freeze(data)
    if (frozen._tag === 'Left') {
      const { path, expected, actual } = frozen.left
      refuse(['data', ...path], expected, actual)
    }
    return { type, schemaVersion, data: frozen._tag === 'Left' ? undefined : frozen.right }
  })
  // no commit without a command comes through the check
  return checked as unknown as ReadonlyNonEmptyArray<EncodedEvent>
}

const checkExpected = (expected: ExpectedVersion, at: CommitPath, issues: Array<Issue>): void => {
  switch (expected.type) {
    case 'NoStream':
    case 'Any':
      return
    case 'Exactly': {
      const { version, mark } = expected
      if (!isVersion(version)) issues.push(unexpected(at, ['version'], aVersion, version))
      if (mark !== undefined) checkMark(mark, at, issues)
      return
    }
    default: {
      // a caller in plain JavaScript may pass another type, which no engine may take for `Any`
      const { type } = expected as { readonly type: unknown }
      issues.push(unexpected(at, ['type'], 'NoStream, Exactly or Any', type))
    }
  }
}

const checkMark = (mark: HistoryMark, at: CommitPath, issues: Array<Issue>): void => {
  const { commitId, position, recordedAt } = mark
  if (!isName(commitId)) issues.push(unexpected(at, ['mark', 'commitId'], aName, commitId))
  if (position !== undefined && !isVersion(position)) {
    issues.push(unexpected(at, ['mark', 'position'], aVersion, position))
  }
  if (recordedAt !== undefined && !isInstant(recordedAt)) {
    issues.push(unexpected(at, ['mark', 'recordedAt'], anInstant, recordedAt))
  }
}

const unexpected = (
  at: CommitPath,
  field: CommitPath,
  expected: string,
  actual: unknown,
): Issue => ({ path: [...at, 'expected', ...field], expected, actual })

const aVersion = 'a non-negative integer'
const aSchemaVersion = 'a positive integer'
/** @internal */
export const anInstant = 'an integer of milliseconds since 1970, in the range of Date'

const nameless = (name: string | undefined): boolean => name !== undefined && !isName(name)

const timeless = (instant: Instant | undefined): boolean =>
  instant !== undefined && !isInstant(instant)

const checkProposed = (
  proposed: Proposed<EncodedEvent>,
  at: CommitPath,
  index: number,
  issues: Array<Issue>,
): CheckedEvent => {
  const { event, occurredAt, actor, correlationId, causationId, tags } = proposed
  const { type, schemaVersion } = event
  if (
    !isName(type) ||
    !isVersion(schemaVersion) ||
    schemaVersion === 0 ||
    timeless(occurredAt) ||
    nameless(actor) ||
    nameless(correlationId) ||
    nameless(causationId)
  ) {
    issues.push(...issuesOf(proposed, [...at, 'events', index]))
  }
  const frozen = freeze(event.data)
  if (frozen._tag === 'Left') {
    const { path, expected, actual } = frozen.left
    issues.push({ path: [...at, 'events', index, 'data', ...path], expected, actual })
  }
  return {
    event: { type, schemaVersion, data: frozen._tag === 'Left' ? undefined : frozen.right },
    // JSON has no negative zero
    occurredAt: occurredAt === undefined ? undefined : occurredAt + 0,
    actor: frozenOption(actor),
    correlationId: frozenOption(correlationId),
    causationId: frozenOption(causationId),
    tags: tags === undefined ? noTags : checkTags(tags, [...at, 'events', index, 'tags'], issues),
  }
}

/** All issues except those of the data. */
const issuesOf = (
  { event, occurredAt, actor, correlationId, causationId }: Proposed<EncodedEvent>,
  at: CommitPath,
): ReadonlyArray<Issue> => {
  const { type, schemaVersion } = event
  const issues: Array<Issue> = []
  const refuse = (field: string, expected: string, actual: unknown): void => {
    issues.push({ path: [...at, field], expected, actual })
  }
  if (!isName(type)) refuse('type', aName, type)
  if (!isVersion(schemaVersion) || schemaVersion === 0) {
    refuse('schemaVersion', aSchemaVersion, schemaVersion)
  }
  if (timeless(occurredAt)) refuse('occurredAt', anInstant, occurredAt)
  if (nameless(actor)) refuse('actor', aName, actor)
  if (nameless(correlationId)) refuse('correlationId', aName, correlationId)
  if (nameless(causationId)) refuse('causationId', aName, causationId)
  return issues
}

const frozenOption = (name: string | undefined): Option<string> =>
  name === undefined ? none : Object.freeze(some(name))
