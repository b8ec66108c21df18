/**
 * Describes every failure of the library, in words for logs and operators, and as data for JSON logs.
 * (`JSON.stringify` of an `Error` is `{}`.)
 *
 * `R` is the rejection. Nothing throws, whatever a failure contains, and a description is one line.
 *
 * Laws:
 *
 * 1. a description contains the message and the code of an error in `cause`, and of its own causes
 * 2. a result of `failureToJson` survives JSON, with the message and the code of each error
 *
 * @since 0.1.0
 */
import type { Issues } from '../codec/Codec.ts'
import { showIssue } from '../codec/Codec.ts'
import type { EventIssues } from '../codec/EventCodec.ts'
import type { CloudEventFailure } from '../embed/CloudEvents.ts'
import type { InvalidHookResult } from '../embed/internal/invalidHookResult.ts'
import type { UnsupportedSchema } from '../embed/Json.ts'
import type { HandlerFailure } from '../shell/CommandHandler.ts'
import type { CheckpointFailure } from '../shell/ProcessRunner.ts'
import type { SnapshotFailure } from '../shell/Snapshots.ts'
import type { CatchUpFailure } from '../shell/Projector.ts'
import { readField, describeError } from './showFailure/causeWords.ts'
import type { ExpectedVersion, GivenUp, UndecodableCommand, VersionConflict } from './EventStore.ts'
import { commandWords } from './showFailure/commandWords.ts'
import { jsonOf } from './showFailure/failureJson.ts'
import { quoted, showIssues } from './showFailure/issueWords.ts'
import type { ReadModelFailure } from './showFailure/readModelWords.ts'
import { readModelWords } from './showFailure/readModelWords.ts'
import type {
  CorruptLock,
  DamagedDatabase,
  LockContended,
  OwnershipLost,
  StoreLocked,
} from './internal/pgliteFailures.ts'
import type {
  MissingPackage,
  NotAsked,
  TransactionFailed,
  TransactionStatement,
} from './internal/databaseFailures.ts'
import type { InvalidSchema, NewerSchema, OlderSchema, UnsupportedIsolation } from './Sql.ts'
import type { UnsupportedServer } from './Postgres.ts'
import type { LeaderChanged } from './BrowserTabs.ts'

type Tagged<R> =
  | HandlerFailure<R>
  | UndecodableCommand
  | SnapshotFailure
  | CheckpointFailure
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
  | NewerSchema
  | OlderSchema
  | UnsupportedIsolation
  | UnsupportedServer
  | MissingPackage
  | CloudEventFailure
  | UnsupportedSchema
  | InvalidHookResult
  | ReadModelFailure

/**
 * Every failure that this library returns: of handlers, projections and processes, of stores and their locks,
 * of codecs, CloudEvents and schemas.
 *
 * @category failures
 * @since 0.1.0
 */
export type AnyFailure<R> = Tagged<R> | EventIssues | Issues

/** The values that contain the one being shown, outermost first: causes can be circular. */
type Enclosing = ReadonlyArray<unknown>

type Words = {
  readonly [K in Exclude<Tagged<never>['type'], 'Rejected'>]: (
    failure: Extract<Tagged<never>, { readonly type: K }>,
    within: Enclosing,
  ) => string
}

const showConflict = ({ stream, expected, actual }: VersionConflict): string => {
  const name = quoted(stream)
  const stands =
    actual === 0 ? `there is no stream ${name}` : `stream ${name} is at version ${actual}`
  return expected.type === 'Exactly' && expected.version === actual
    ? `${stands}, as expected, but holds other events than those that were read`
    : `${stands}, ${showExpected(expected)}`
}

const runningWords: Readonly<Record<GivenUp['operation'], string>> = {
  wait: 'while waiting for a turn or for another attempt',
  load: "in the store's load",
  append: "in the store's append",
  readAll: "in the store's readAll",
  readCommits: 'while commits were read',
  findCommit: 'while a commit was looked for',
  loadSnapshot: 'while a snapshot was loaded',
  saveSnapshot: 'while a snapshot was saved',
  checkpoint: 'in the store of checkpoints',
  send: 'while sending a command of a process',
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

const showGivenUp = ({ operation, reason, outcome, cause }: GivenUp, within: Enclosing): string => {
  const where = runningWords[operation]
  const reasonWords =
    reason === 'TimedOut'
      ? `the time limit passed ${where}`
      : `the call was aborted ${where} (${showCause(cause, within)})`
  const outcomeWords =
    outcome === 'NotStored'
      ? 'nothing was stored'
      : 'it is unknown whether anything was stored until it is sent again with the same commit id'
  return `${reasonWords}; ${outcomeWords}`
}

const words: Words = {
  VersionConflict: showConflict,
  AppendConditionFailed: ({ stream, condition, position }) =>
    position > condition.after
      ? `a commit to stream ${quoted(stream)} was decided on the events up to position ${condition.after}, and ` +
        `the event at position ${position} may change the decision`
      : `a commit to stream ${quoted(stream)} was decided on the events up to position ${condition.after}, but ` +
        `the store ends at position ${position}`,
  CommitIdTaken: ({ commitId, stream }) =>
    `commit id ${quoted(commitId)} belongs to a commit of stream ${quoted(stream)}`,
  CommitIdReused: ({ commitId, stream }) =>
    `commit id ${quoted(commitId)} was used in stream ${quoted(stream)} before, for another request`,
  InvalidCommit: ({ stream, issues }) =>
    `a commit to stream ${quoted(stream)} cannot be stored: ${showIssues(issues)}`,
  UndecodableEvent: (failure) =>
    `event ${failure.version} of stream ${quoted(failure.stream)} (position ${failure.position}) ` +
    `cannot be decoded: ${showEventIssues(failure)}`,
  UnencodableEvent: (failure) =>
    `event ${failure.index} of a commit to stream ${quoted(failure.stream)} cannot be encoded: ` +
    showEventIssues(failure),
  StoreUnavailable: ({ operation, cause }, within) => {
    const unknownOutcome =
      operation === 'append'
        ? '; it is unknown whether the events were stored until they are sent again with the same commit id'
        : ''
    return `the store failed (${operation}): ${showCause(cause, within)}${unknownOutcome}`
  },
  StoreBusy: ({ waiting }) =>
    `the store is busy: ${waiting} appends are waiting, which is the limit; nothing was stored; try again later`,
  GivenUp: showGivenUp,
  HistoryChanged: ({ position, expected, actual }) => {
    const was = expected._tag === 'Some' ? ` after commit ${quoted(expected.value)}` : ''
    const is = actual._tag === 'Some' ? `has commit ${quoted(actual.value)}` : 'has no event'
    return (
      `the checkpoint at position ${position}${was} does not match the store, which ${is} there: ` +
      `discard it and start again from position 0`
    )
  },
  Thrown: ({ cause }, within) => `a function that was passed in threw: ${showCause(cause, within)}`,
  StoreLocked: ({ directory, owner }) =>
    `${directory} is in use by process ${owner.pid} on ${owner.host} since ${showInstant(owner.since)}`,
  CorruptLock: ({ file }) => `${file} is not a lock file of this library; it was left untouched`,
  OwnershipLost: ({ directory, reason }) =>
    reason === 'TakenOver'
      ? `another process took ${directory} over`
      : `the files of ${directory} were removed or replaced`,
  LockContended: ({ directory }) =>
    `other processes won every attempt to lock ${directory}; try again`,
  DamagedDatabase: ({ file }) =>
    `the database is damaged: ${file} is missing; it was left untouched`,
  TransactionFailed: ({ reason, cause }, within) => {
    switch (reason) {
      case 'TimedOut':
        return 'the transaction exceeded its time limit'
      case 'Closed':
        return 'the database was closed from within the transaction'
      case 'Nested':
        return 'a transaction was started inside another one'
      case 'Failed':
        return `the transaction failed: ${showCause(cause, within)}`
    }
  },
  InsideTransaction: () =>
    'the store was called inside a transaction: call it before or after the transaction',
  TransactionEnded: () => 'the client of a transaction was used after the end of the transaction',
  DatabaseClosed: () => 'the database is closed',
  TransactionStatement: ({ statement }) =>
    `"${statement}" can't be run on the shared client: use the function transaction of the database`,
  InvalidSchema: ({ schema }) =>
    `${inShort(schema)} is not a valid schema name: 1 to 63 bytes without a dollar sign`,
  NewerSchema: ({ schema, found, known }) =>
    `the tables in schema ${quoted(schema)} are of version ${found}, and this version of the library ` +
    `knows versions up to ${known}: update the library`,
  OlderSchema: ({ schema, found, known }) =>
    `the tables in schema ${quoted(schema)} are of version ${found}, and version ${known} is needed: run ` +
    `what migrationText(${quoted(schema)}, ${found}) returns, or open with { migrate: true }`,
  UnsupportedIsolation: ({ isolation }) =>
    `the transactions of the connection are ${isolation}, which makes the check of an append useless: set ` +
    `default_transaction_isolation to read committed`,
  UnsupportedServer: ({ version }) =>
    `the server is PostgreSQL ${version}, and 15 or later is needed: update the server`,
  MissingPackage: ({ name }) => `the package ${name} is not installed: npm install ${name}`,
  LeaderChanged: () => 'the tab that ran the database was closed before it answered',
  InvalidAttribute: (issue) =>
    `not a valid CloudEvent: ${showIssue({ ...issue, path: [issue.attribute] })}`,
  InvalidData: (failure) => `not a CloudEvent of this codec: ${showEventIssues(failure)}`,
  NotAnObject: ({ actual }) => `not a CloudEvent: expected an object, got ${inShort(actual)}`,
  UnsupportedSchema: ({ path, name, reason }) =>
    `there is no JSON Schema for ${name} at ${quoted(path)}: ${reason}`,
  InvalidHookResult: ({ hook, issues }) =>
    `the hook ${quoted(hook)} returned an unusable value: ${showIssues(issues)}`,
  ...commandWords,
  InvalidSnapshot: ({ operation, stream, version, issues }) =>
    `a snapshot of stream ${quoted(stream)} at version ${version} cannot be ${operation === 'load' ? 'read' : 'saved'}: ${showIssues(issues)}`,
  InvalidCheckpoint: ({ operation, process, position, issues }) =>
    `a checkpoint of process ${quoted(process)} at position ${position} cannot be ${operation === 'load' ? 'read' : 'saved'}: ${showIssues(issues)}`,
  CheckpointsUnavailable: ({ operation, cause }, within) =>
    `the store of checkpoints failed (${operation}): ${showCause(cause, within)}`,
  SnapshotsUnavailable: ({ operation, cause }, within) =>
    `the store of snapshots failed (${operation}): ${showCause(cause, within)}`,
  ...readModelWords<Enclosing>(
    (cause, within) => showCause(cause, within),
    (issues) => showIssues(issues),
  ),
}

/**
 * Describes a failure in one line. A rejection is shown by `showRejection`, which defaults to its `type` and
 * its fields.
 *
 * @example
 *   import { showFailure } from 'decider-ts/store/showFailure'
 *   import assert from 'node:assert'
 *
 *   const full = Object.assign(new Error('could not extend file "base/5/16389"'), { code: '53100' })
 *   assert.strictEqual(
 *     showFailure({ type: 'StoreUnavailable', operation: 'open', cause: full }),
 *     'the store failed (open): the disk is full: could not extend file "base/5/16389" (53100); ' +
 *       'free some space',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showFailure = <R>(
  failure: AnyFailure<R>,
  showRejection: (rejection: R) => string = inShort,
): string => {
  try {
    return oneLine(failureText(failure, showRejection))
  } catch {
    return showRejection === inShort ? 'a failure that cannot be shown' : showFailure(failure)
  }
}

const failureText = <R>(
  failure: AnyFailure<R>,
  showRejection: (rejection: R) => string,
): string => {
  if (isIssueList(failure)) return showIssues(failure)
  if (!('type' in failure)) return showEventIssues(failure)
  if (failure.type !== 'Rejected') return showTagged(failure, [failure])
  const { stream, version, index, rejection } = failure
  return (
    `command ${index} was rejected at version ${version} of stream ${quoted(stream)}: ` +
    showRejection(rejection)
  )
}

type TaggedFailure = Exclude<Tagged<never>, { readonly type: 'Rejected' }>

const showTagged = (failure: TaggedFailure, within: Enclosing): string => {
  // each entry takes the failures of its key
  const show = words[failure.type] as (failure: TaggedFailure, within: Enclosing) => string
  return show(failure, within)
}

/**
 * Converts a failure to JSON data: each `Error` becomes an object with its `name`, `message`, `code` and
 * causes; a `bigint` becomes a string of its digits. For logs, not for clients, since causes reveal
 * internals. Other fields of an error, such as the parameters of a statement, are omitted.
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

const isIssueList = <R>(failure: AnyFailure<R>): failure is Issues => Array.isArray(failure)

const showEventIssues = ({ eventType, schemaVersion, issues }: EventIssues): string =>
  `${eventType}, version ${schemaVersion} of its data: ${showIssues(issues)}`

const showExpected = (expected: ExpectedVersion): string => {
  switch (expected.type) {
    case 'NoStream':
      return 'but was expected not to exist'
    case 'Exactly':
      return `but version ${expected.version} was expected`
    case 'Any':
      return 'and other writers came first in every attempt'
  }
}

const showInstant = (instant: number): string =>
  Math.abs(instant) <= 8_640_000_000_000_000 ? new Date(instant).toISOString() : String(instant)

const maxCauses = 5

/** An error from outside the library, with its own causes, and with advice unless that was given already. */
const showCause = (cause: unknown, within: Enclosing, isAdvised = false): string => {
  if (within.includes(cause) || within.length > maxCauses) return '…'
  if (cause === undefined) return 'the cause is unknown'
  if (typeof cause === 'string') return shortened(cause)
  if (typeof cause !== 'object' || cause === null) return inShort(cause)
  const inner = [...within, cause]
  const ownFailure = showOwnFailure(cause, inner)
  if (ownFailure !== undefined) return ownFailure
  const error = describeError(cause)
  if (error === undefined) return inShort(cause)
  const { name, message, code, meaning, advice } = error
  const errors = readField(cause, 'errors')
  const several: ReadonlyArray<unknown> = Array.isArray(errors) ? errors : []
  const causes = [readField(cause, 'cause'), ...several.slice(0, maxCauses)]
  const own = /^(error|DatabaseError|ErrnoError)?$/i.test(name) ? message : `${name}: ${message}`
  const said = [message.includes(meaning) ? '' : meaning, shortened(own)].filter(
    (part) => part !== '',
  )
  const withCode = `${said.join(': ')}${code === '' || message.includes(code) ? '' : ` (${code})`}`
  const isNew = advice !== '' && !isAdvised
  const inwards = causes.flatMap((one) =>
    one === undefined ? [] : [showCause(one, inner, isNew || isAdvised)],
  )
  const told = [withCode === '' ? 'an error without a message' : withCode, ...inwards].join(': ')
  return isNew ? `${told}; ${advice}` : told
}

/** A failure of this library as the cause of another, such as a corrupt lock file. */
const showOwnFailure = (cause: object, within: Enclosing): string | undefined => {
  if (!Object.keys(words).includes(String(readField(cause, 'type')))) return undefined
  try {
    // its type is known; if its fields are not as expected, this throws or shows them as they are
    return showTagged(cause as TaggedFailure, within)
  } catch {
    return undefined
  }
}

/** A value in short: if it has a `type`, the type and the fields; otherwise JSON. */
const inShort = (value: unknown): string => {
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

/** Line breaks and control characters in a message could forge log lines. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
