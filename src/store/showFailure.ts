/**
 * Every failure of the library in words, for logs and for people who run it, and as a value for logs that
 * are JSON. (`JSON.stringify` of an `Error` alone gives `{}`.)
 *
 * `R` is the rejection. Whatever stands in a failure, nothing is thrown, and the words are one line.
 *
 * Laws:
 *
 * 1. the message and the code of an error in `cause`, and of those that caused it, are in the words
 * 2. what `failureToJson` gives survives JSON text, with the message and the code of each error
 *
 * @since 0.1.0
 */
import type { Issue, Issues } from '../codec/Codec.ts'
import { showIssue } from '../codec/Codec.ts'
import type { EventIssues } from '../codec/EventCodec.ts'
import type { CloudEventFailure } from '../embed/CloudEvents.ts'
import type { InvalidHookResult } from '../embed/internal/invalidHookResult.ts'
import type { UnsupportedSchema } from '../embed/Json.ts'
import type { HandlerFailure } from '../shell/CommandHandler.ts'
import type { CatchUpFailure } from '../shell/Projector.ts'
import { fieldOf, toldError } from './showFailure/causeWords.ts'
import type { ExpectedVersion, GivenUp, VersionConflict } from './EventStore.ts'
import { jsonOf } from './showFailure/failureJson.ts'
import type {
  CorruptLock,
  DamagedDatabase,
  LockContended,
  NotAsked,
  OwnershipLost,
  StoreLocked,
  TransactionFailed,
  TransactionStatement,
} from './PGlite.ts'
import type { InvalidSchema } from './Sql.ts'
import type { LeaderChanged } from './BrowserTabs.ts'

type Tagged<R> =
  | HandlerFailure<R>
  | CatchUpFailure
  | StoreLocked
  | OwnershipLost
  | CorruptLock
  | LockContended
  | DamagedDatabase
  | TransactionFailed
  | NotAsked
  | TransactionStatement
  | LeaderChanged
  | InvalidSchema
  | CloudEventFailure
  | UnsupportedSchema
  | InvalidHookResult

/**
 * Every failure that a task, a codec or a host of the library gives: of handlers, projections and
 * processes, of stores and their locks, of codecs, CloudEvents and schemas.
 *
 * @category failures
 * @since 0.1.0
 */
export type AnyFailure<R> = Tagged<R> | EventIssues | Issues

/** What is being shown, from the outside in: causes may go in circles. */
type Outer = ReadonlyArray<unknown>

type Words = {
  readonly [K in Exclude<Tagged<never>['type'], 'Rejected'>]: (
    failure: Extract<Tagged<never>, { readonly type: K }>,
    within: Outer,
  ) => string
}

const showConflict = ({ stream, expected, actual }: VersionConflict): string => {
  const name = quoted(stream)
  const stands =
    actual === 0 ? `there is no stream ${name}` : `stream ${name} is at version ${actual}`
  return expected.type === 'Exactly' && expected.version === actual
    ? `${stands}, but its history is not the one that was seen before`
    : `${stands}, ${showExpected(expected)}`
}

/** What may be running when a call is given up. */
const runningWords: Readonly<Record<GivenUp['operation'], string>> = {
  wait: 'while waiting for a turn or for another attempt',
  load: "in the store's load",
  append: "in the store's append",
  readAll: "in the store's readAll",
  send: 'while a command of a process was sent',
  decide: "in the decider's decide",
  evolve: 'in evolve',
  resume: "in the process's resume",
  encode: "in the codec's encode",
  decode: "in the codec's decode",
  body: 'while reading the body of the request',
  metadata: 'in the hook "metadata"',
  commitId: 'in the hook "commitId"',
  command: 'in the hook "command"',
  read: 'in the hook "read"',
}

const showGivenUp = ({ operation, reason, outcome, cause }: GivenUp, within: Outer): string => {
  const what = runningWords[operation]
  const how =
    reason === 'TimedOut'
      ? `the time limit passed ${what}`
      : `the call was aborted ${what} (${showCause(cause, within)})`
  const then =
    outcome === 'NotStored'
      ? 'nothing was stored'
      : 'whether anything was stored is unknown until it is sent again with the same commit id'
  return `${how}; ${then}`
}

const words: Words = {
  VersionConflict: showConflict,
  CommitIdTaken: ({ commitId, stream }) =>
    `commit id ${quoted(commitId)} belongs to a commit of stream ${quoted(stream)}`,
  CommitIdReused: ({ commitId, stream }) =>
    `commit id ${quoted(commitId)} was used in stream ${quoted(stream)} before, for another request`,
  InvalidCommit: ({ stream, issues }) =>
    `a commit to stream ${quoted(stream)} can not be stored: ${showIssues(issues)}`,
  UndecodableEvent: (failure) =>
    `event ${failure.version} of stream ${quoted(failure.stream)} (position ${failure.position}) ` +
    `can not be decoded: ${showEventIssues(failure)}`,
  UnencodableEvent: (failure) =>
    `event ${failure.index} of a commit to stream ${quoted(failure.stream)} can not be encoded: ` +
    showEventIssues(failure),
  StoreUnavailable: ({ operation, cause }, within) => {
    const doubt =
      operation === 'append'
        ? '; whether the events were stored is unknown until they are sent again with the same commit id'
        : ''
    return `the store failed (${operation}): ${showCause(cause, within)}${doubt}`
  },
  GivenUp: showGivenUp,
  HistoryChanged: ({ position, expected, actual }) => {
    const was = expected._tag === 'Some' ? ` after commit ${quoted(expected.value)}` : ''
    const is = actual._tag === 'Some' ? `has commit ${quoted(actual.value)}` : 'has no event'
    return (
      `a checkpoint at position ${position}${was} belongs to another history than that of the store, ` +
      `which ${is} there: fold it anew from position 0`
    )
  },
  Thrown: ({ cause }, within) => `a function that was handed in threw: ${showCause(cause, within)}`,
  StoreLocked: ({ directory, owner }) =>
    `${directory} is in use by process ${owner.pid} on ${owner.host} since ${showInstant(owner.since)}`,
  CorruptLock: ({ file }) => `${file} is not a lock file of this library; it was left alone`,
  OwnershipLost: ({ directory, reason }) =>
    reason === 'TakenOver'
      ? `another process took ${directory} over`
      : `the files of ${directory} were removed or replaced`,
  LockContended: ({ directory }) =>
    `others were at the lock of ${directory} each time; it may be tried again`,
  DamagedDatabase: ({ file }) =>
    `the database is damaged: ${file} is missing; it was left as it is`,
  TransactionFailed: ({ reason, cause }, within) => {
    switch (reason) {
      case 'TimedOut':
        return 'the transaction took longer than its time limit'
      case 'Closed':
        return 'the database was closed from within the transaction'
      case 'Nested':
        return 'a transaction was begun within another one'
      case 'Failed':
        return `the transaction failed: ${showCause(cause, within)}`
    }
  },
  InsideTransaction: () =>
    'the store was called within a transaction, where the outcome could still be taken back',
  TransactionEnded: () => 'the client of a transaction was used after its end',
  DatabaseClosed: () => 'the database was closed before',
  TransactionStatement: ({ statement }) =>
    `"${statement}" was given to a shared client: use transaction of the database`,
  InvalidSchema: ({ schema }) =>
    `${showValue(schema)} is no name of a schema: 1 to 63 bytes, with no dollar`,
  LeaderChanged: () => 'the tab that ran the database went away before it answered',
  InvalidAttribute: (issue) => `no CloudEvent: ${showIssue({ ...issue, path: [issue.attribute] })}`,
  InvalidData: (failure) => `no CloudEvent of ours: ${showEventIssues(failure)}`,
  NotAnObject: ({ actual }) => `no CloudEvent: expected an object, got ${showValue(actual)}`,
  UnsupportedSchema: ({ path, name, reason }) =>
    `there is no JSON Schema for ${name} at ${quoted(path)}: ${reason}`,
  InvalidHookResult: ({ hook, issues }) =>
    `the hook ${quoted(hook)} gave what can not be used: ${showIssues(issues)}`,
}

/**
 * A failure in words, in one line. A rejection is shown by what you give for it; by its `type` and its
 * fields where nothing is given.
 *
 * @example
 *   import { showFailure } from 'decider-ts/store/showFailure'
 *   import assert from 'node:assert'
 *
 *   const full = Object.assign(new Error('could not extend file "base/5/16389"'), { code: '53100' })
 *   assert.strictEqual(
 *     showFailure({ type: 'StoreUnavailable', operation: 'open', cause: full }),
 *     'the store failed (open): the disk is full: could not extend file "base/5/16389" (53100)',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showFailure = <R>(
  failure: AnyFailure<R>,
  showRejection: (rejection: R) => string = showValue,
): string => {
  try {
    return oneLine(describe(failure, showRejection))
  } catch {
    return showRejection === showValue ? 'a failure that can not be shown' : showFailure(failure)
  }
}

const describe = <R>(failure: AnyFailure<R>, showRejection: (rejection: R) => string): string => {
  if (isIssues(failure)) return showIssues(failure)
  if (!('type' in failure)) return showEventIssues(failure)
  if (failure.type !== 'Rejected') return tell(failure, [failure])
  const { stream, version, index, rejection } = failure
  return (
    `command ${index} was rejected at version ${version} of stream ${quoted(stream)}: ` +
    showRejection(rejection)
  )
}

type Told = Exclude<Tagged<never>, { readonly type: 'Rejected' }>

const tell = (failure: Told, within: Outer): string => {
  // each function stands under the type of the failures that it takes
  const show = words[failure.type] as (failure: Told, within: Outer) => string
  return show(failure, within)
}

/**
 * A failure as a value that survives JSON text: each `Error` in it is an object with its `name`,
 * `message` and `code` and its own causes, a `bigint` is its digits. For logs, not for clients: causes
 * tell of the inside. What drivers put beside an error, as the parameters of a statement, is left out.
 *
 * @example
 *   import { failureToJson } from 'decider-ts/store/showFailure'
 *   import assert from 'node:assert'
 *
 *   const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
 *   assert.deepStrictEqual(failureToJson({ type: 'StoreUnavailable', operation: 'load', cause }), {
 *     type: 'StoreUnavailable',
 *     operation: 'load',
 *     cause: { name: 'Error', message: 'connect', code: 'ECONNREFUSED' },
 *   })
 *
 * @category showing
 * @since 0.1.0
 */
export const failureToJson = <R>(failure: AnyFailure<R>): unknown => jsonOf(failure)

const isIssues = <R>(failure: AnyFailure<R>): failure is Issues => Array.isArray(failure)

const mostIssues = 5

const showIssues = (issues: ReadonlyArray<Issue>): string => {
  const more = issues.length - mostIssues
  const shown = issues.slice(0, mostIssues).map(showIssue).join('; ')
  return more > 0 ? `${shown}; and ${more} more` : shown
}

const showEventIssues = ({ eventType, schemaVersion, issues }: EventIssues): string =>
  `${eventType}, version ${schemaVersion} of its data: ${showIssues(issues)}`

const showExpected = (expected: ExpectedVersion): string => {
  switch (expected.type) {
    case 'NoStream':
      return 'but was expected not to exist'
    case 'Exactly':
      return `but version ${expected.version} was expected`
    case 'Any':
      return 'and others wrote to it each time'
  }
}

const showInstant = (instant: number): string =>
  Math.abs(instant) <= 8_640_000_000_000_000 ? new Date(instant).toISOString() : String(instant)

const mostCauses = 5

/** What went wrong outside the library, with what caused that. */
const showCause = (cause: unknown, within: Outer): string => {
  if (within.includes(cause) || within.length > mostCauses) return '…'
  if (cause === undefined) return 'no cause was given'
  if (typeof cause === 'string') return shortened(cause)
  if (typeof cause !== 'object' || cause === null) return showValue(cause)
  const inner = [...within, cause]
  const ours = showOurs(cause, inner)
  if (ours !== undefined) return ours
  const told = toldError(cause)
  if (told === undefined) return showValue(cause)
  const { name, message, code, meaning } = told
  const errors = fieldOf(cause, 'errors')
  const several: ReadonlyArray<unknown> = Array.isArray(errors) ? errors : []
  const causes = [fieldOf(cause, 'cause'), ...several.slice(0, mostCauses)]
  const own = /^(error|DatabaseError|ErrnoError)?$/i.test(name) ? message : `${name}: ${message}`
  const said = [message.includes(meaning) ? '' : meaning, shortened(own)].filter(
    (part) => part !== '',
  )
  const withCode = `${said.join(': ')}${code === '' || message.includes(code) ? '' : ` (${code})`}`
  const inwards = causes.flatMap((one) => (one === undefined ? [] : [showCause(one, inner)]))
  return [...(withCode === '' ? ['an error without a message'] : [withCode]), ...inwards].join(': ')
}

/** One of our failures within another, as a lock file that is damaged. */
const showOurs = (cause: object, within: Outer): string | undefined => {
  if (!Object.keys(words).includes(String(fieldOf(cause, 'type')))) return undefined
  try {
    // its type is one of ours; where its fields are not, that throws or is shown as it stands
    return tell(cause as Told, within)
  } catch {
    return undefined
  }
}

const quoted = (name: string): string => JSON.stringify(name)

/** A value in short: a tagged one by its type and fields, others as JSON. */
const showValue = (value: unknown): string => {
  const json = jsonOf(value)
  if (typeof json !== 'object' || json === null || Array.isArray(json) || !('type' in json)) {
    return typeof json === 'string' && typeof value !== 'string'
      ? json
      : shortened(JSON.stringify(json))
  }
  const { type, ...fields } = json
  const shown = Object.entries(fields).map(([key, field]) => `${key}: ${JSON.stringify(field)}`)
  return shortened(shown.length === 0 ? String(type) : `${String(type)} (${shown.join(', ')})`)
}

const shortened = (text: string): string => (text.length > 500 ? `${text.slice(0, 499)}…` : text)

/** Line breaks and control characters of a message would forge lines of a log. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
