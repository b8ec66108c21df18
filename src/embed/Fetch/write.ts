/**
 * Answers POST: `commandHandler` handles the command of the body, or all of a list as one batch.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Codec } from '../../codec/Codec.ts'
import type { EventCodec } from '../../codec/EventCodec.ts'
import type { Metadata } from '../../Recorded.ts'
import { lastOf } from '../../Recorded.ts'
import { bounded } from '../../shell/internal/bounded.ts'
import type { CommandHandler } from '../../shell/CommandHandler.ts'
import { worked } from '../../shell/internal/timeLimit.ts'
import type { CallOptions, EventStore, ExpectedVersion } from '../../store/EventStore.ts'
import type { CommandContext, CommandHook } from './model.ts'
import { bodyJson } from './body.ts'
import { requestHash } from '../internal/fingerprint.ts'
import type { VersionConditions, TaggedVersion } from './headers.ts'
import {
  conditionsOf,
  etagOf,
  isIdentity,
  isJsonType,
  keyOf,
  ifMatchHolds,
  ifNoneMatchHolds,
  versionsOf,
} from './headers.ts'
import { allowedBy, askHook, commitIdFrom, metadataFrom } from './hooks.ts'
import type { FetchFailure } from './problem.ts'
import type { HttpResult } from './answer.ts'
import { recordedData } from './answer.ts'
import { readData } from '../../codec/internal/untrusted.ts'
import { left, right } from '../../internal/either.ts'

export interface StreamWriting<in out D, in out C, in out S, in out E, in out R> {
  readonly handle: CommandHandler<C, S, E, R>
  readonly store: EventStore<E>
  readonly commands: Codec<D>
  readonly command: CommandHook<D, C>
  readonly events: EventCodec<E>
  readonly state: (state: S) => unknown
  readonly metadata: (request: Request, stream: string) => Metadata | Promise<Metadata>
  readonly commitId: ((request: Request, stream: string) => string) | undefined
  readonly maxBytes: number
}

type OrFailure<A> = Either<FetchFailure<never>, A>

export const writeCommands = async <D, C, S, E, R>(
  writing: StreamWriting<D, C, S, E, R>,
  request: Request,
  stream: string,
  limits: CallOptions,
): Promise<HttpResult<R>> => {
  const head = requestHead(writing, request, stream, limits)
  if (head._tag === 'Left') return head
  const { commitId, conditions } = head.right
  const sent = await commandsIn(writing, request, limits)
  if (sent._tag === 'Left') return sent
  const { body, decoded } = sent.right
  const metadata = await metadataOf(writing, request, stream, limits)
  if (metadata._tag === 'Left') return metadata
  const context = { request, stream, metadata: metadata.right }
  const admitted = await admittedCommands(writing.command, decoded, context, limits)
  if (admitted._tag === 'Left') return admitted
  const commands = admitted.right
  const fingerprint = await requestHash(writing.commands, decoded, body, metadata.right.actor)
  worked(limits.signal, 'encode')
  const expected = await expectedOf(writing.store, stream, commitId, conditions, limits)
  if (expected._tag === 'Left') return expected
  const asked = { stream, commitId, fingerprint, commands, expected: expected.right }
  const result = await writing.handle({ ...metadata.right, ...asked }, limits)()
  return writeAnswer(writing, result, conditions)
}

/** What the headers say. They are checked before the body is read. */
const requestHead = <D, C, S, E, R>(
  writing: StreamWriting<D, C, S, E, R>,
  request: Request,
  stream: string,
  limits: CallOptions,
): OrFailure<{ readonly commitId: string; readonly conditions: VersionConditions }> => {
  const { headers } = request
  if (!isJsonType(headers.get('content-type'))) return left({ type: 'UnsupportedMediaType' })
  if (!isIdentity(headers.get('content-encoding'))) {
    return left({ type: 'UnsupportedContentEncoding' })
  }
  const commitId = commitIdOf(writing, request, stream)
  if (commitId._tag === 'Left') return commitId
  worked(limits.signal, 'commitId')
  const conditions = conditionsOf(headers)
  if (conditions._tag === 'Left') return conditions
  return right({ commitId: commitId.right, conditions: conditions.right })
}

/** The body as it was sent, and its commands. */
const commandsIn = async <D, C, S, E, R>(
  { commands, maxBytes }: StreamWriting<D, C, S, E, R>,
  request: Request,
  limits: CallOptions,
): Promise<OrFailure<{ readonly body: unknown; readonly decoded: ReadonlyNonEmptyArray<D> }>> => {
  const body = await bounded('body', limits, () => bodyJson(request, maxBytes, limits.signal))
  if (body._tag === 'Left') return body
  const decoded = decodedCommands(commands, body.right)
  worked(limits.signal, 'decode')
  return decoded._tag === 'Left' ? decoded : right({ body: body.right, decoded: decoded.right })
}

const metadataOf = async <D, C, S, E, R>(
  { metadata }: StreamWriting<D, C, S, E, R>,
  request: Request,
  stream: string,
  limits: CallOptions,
): Promise<OrFailure<Metadata>> => {
  const result = await askHook('metadata', limits, () => metadata(request, stream))
  return result._tag === 'Left' ? result : metadataFrom(result.right)
}

const writeAnswer = <D, C, S, E, R>(
  { events, state }: StreamWriting<D, C, S, E, R>,
  result: Awaited<ReturnType<ReturnType<CommandHandler<C, S, E, R>>>>,
  conditions: VersionConditions,
): HttpResult<R> => {
  if (result._tag === 'Left') {
    const failure = result.left
    if (
      failure.type !== 'VersionConflict' ||
      conditionsHold(conditions, { version: failure.actual, mark: undefined })
    )
      return result
    const { stream, actual } = failure
    return left({ type: 'PreconditionFailed', stream, actual })
  }
  const { stream, version } = result.right
  const data = recordedData(events, result.right.events)
  if (data._tag === 'Left') return data
  const body = { stream, version, state: state(result.right.state), events: data.right }
  // if nothing was recorded, the last event of the stream is not known here
  const mark = result.right.events.at(-1)
  const headers = mark === undefined ? {} : { etag: etagOf({ version, mark }) }
  return right({ status: 200, headers, body })
}

const aKey =
  'a word or a quoted ASCII string of 1 to 255 characters, such as "8e03978e-40d5-43dd-bc93-6894a57f9324"'

const commitIdOf = <D, C, S, E, R>(
  { commitId }: StreamWriting<D, C, S, E, R>,
  request: Request,
  stream: string,
): OrFailure<string> => {
  const header = request.headers.get('idempotency-key')
  if (header === null) {
    return commitId === undefined
      ? left({ type: 'MissingIdempotencyKey' })
      : commitIdFrom(commitId(request, stream))
  }
  const key = keyOf(header)
  return key === undefined
    ? left({ type: 'InvalidHeader', header: 'Idempotency-Key', expected: aKey })
    : right(key)
}

const hasCommands = <A>(as: ReadonlyArray<A>): as is ReadonlyNonEmptyArray<A> => as.length > 0

/** The commands of a body, which is a list of them or a single one. */
const decodedCommands = <D>(
  codec: Codec<D>,
  body: unknown,
): OrFailure<ReadonlyNonEmptyArray<D>> => {
  if (!Array.isArray(body)) {
    const one = readData(codec, body, [])
    return one._tag === 'Left'
      ? left({ type: 'InvalidCommand', issues: one.left })
      : right([one.right])
  }
  const list: ReadonlyArray<unknown> = body
  const commands: Array<D> = []
  for (let i = 0; i < list.length; i++) {
    const one = readData(codec, list[i], [i])
    if (one._tag === 'Left') return left({ type: 'InvalidCommand', issues: one.left })
    commands.push(one.right)
  }
  return hasCommands(commands)
    ? right(commands)
    : left({
        type: 'InvalidCommand',
        issues: [{ path: [], expected: 'a command, or a list with at least one', actual: body }],
      })
}

/** The commands that the hook makes of those sent. If it refuses one, all are refused. */
const admittedCommands = async <D, C>(
  hook: CommandHook<D, C>,
  decoded: ReadonlyNonEmptyArray<D>,
  context: CommandContext,
  limits: CallOptions,
): Promise<OrFailure<ReadonlyNonEmptyArray<C>>> => {
  const commands: Array<C> = []
  for (const one of decoded) {
    const result = await askHook('command', limits, () => hook(one, context))
    if (result._tag === 'Left') return result
    const command = allowedBy('command', result.right)
    if (command._tag === 'Left') return command
    commands.push(command.right)
  }
  // as many as were decoded, which is at least one
  return right(commands as unknown as ReadonlyNonEmptyArray<C>)
}

const noStream: ExpectedVersion = { type: 'NoStream' }
const expectsAny: ExpectedVersion = { type: 'Any' }

const exactVersion = ({ version, mark }: TaggedVersion): ExpectedVersion =>
  mark === undefined
    ? { type: 'Exactly', version }
    : {
        type: 'Exactly',
        version,
        mark: {
          commitId: mark.commitId,
          position: mark.position,
          recordedAt: mark.recordedAt,
        },
      }

/** Whether the conditions hold for a stream at a version; at 0 it does not exist. */
const conditionsHold = (
  { ifMatch, ifNoneMatch }: VersionConditions,
  tagged: TaggedVersion,
): boolean => {
  const exists = tagged.version > 0
  const isNone =
    ifNoneMatchHolds(ifNoneMatch, tagged, exists) &&
    ifNoneMatchHolds(ifNoneMatch, { ...tagged, mark: undefined }, exists)
  return ifMatchHolds(ifMatch, tagged, exists) && isNone
}

/**
 * The version that the conditions allow. A single one is checked by the handler, which also recognises a
 * request that was accepted before. Otherwise the stream is read: if the conditions hold, its version is
 * the expected one. A request that was accepted before is let through, since the conditions held then.
 */
const expectedOf = async <E>(
  store: EventStore<E>,
  stream: string,
  commitId: string,
  conditions: VersionConditions,
  limits: CallOptions,
): Promise<OrFailure<ExpectedVersion>> => {
  const { ifMatch, ifNoneMatch } = conditions
  if (ifNoneMatch.type === 'Absent') {
    if (ifMatch.type === 'Absent') return right(expectsAny)
    const [tagged, more] = ifMatch.type === 'Tags' ? versionsOf(ifMatch.tags) : []
    if (tagged !== undefined && more === undefined) return right(exactVersion(tagged))
  }
  if (ifNoneMatch.type === 'Star' && ifMatch.type === 'Absent') return right(noStream)
  const loaded = await store.load(stream, 0, limits)()
  if (loaded._tag === 'Left') return loaded
  const last = lastOf(loaded.right)
  const actual = last?.version ?? 0
  if (loaded.right.some((recorded) => recorded.commitId === commitId)) return right(expectsAny)
  if (!conditionsHold(conditions, { version: actual, mark: last }))
    return left({ type: 'PreconditionFailed', stream, actual })
  // streams are never deleted, so a star keeps holding
  if (ifMatch.type === 'Star' && ifNoneMatch.type === 'Absent') return right(expectsAny)
  return right(actual === 0 ? noStream : exactVersion({ version: actual, mark: last }))
}
