/**
 * Writing over HTTP: a command, or a list of them as one batch, that is handled as `commandHandler`
 * handles it.
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
import { fingerprintOf } from '../internal/fingerprint.ts'
import type { Conditions, TaggedVersion } from './headers.ts'
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
import type { Failure } from './problem.ts'
import type { Answered } from './answer.ts'
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

type Asked<A> = Either<Failure<never>, A>

export const writeCommands = async <D, C, S, E, R>(
  writing: StreamWriting<D, C, S, E, R>,
  request: Request,
  stream: string,
  limits: CallOptions,
): Promise<Answered<R>> => {
  const { headers } = request
  if (!isJsonType(headers.get('content-type'))) return left({ type: 'UnsupportedMediaType' })
  if (!isIdentity(headers.get('content-encoding'))) {
    return left({ type: 'UnsupportedContentEncoding' })
  }
  const named = commitIdOf(writing, request, stream)
  if (named._tag === 'Left') return named
  worked(limits.signal, 'commitId')
  const commitId = named.right
  const read = conditionsOf(headers)
  if (read._tag === 'Left') return read
  const conditions = read.right
  const json = await bounded('body', limits, () =>
    bodyJson(request, writing.maxBytes, limits.signal),
  )
  if (json._tag === 'Left') return json
  const decoded = decodedOf(writing.commands, json.right)
  worked(limits.signal, 'decode')
  if (decoded._tag === 'Left') return decoded
  const said = await askHook('metadata', limits, () => writing.metadata(request, stream))
  if (said._tag === 'Left') return said
  const about = metadataFrom(said.right)
  if (about._tag === 'Left') return about
  const metadata = about.right
  const commands = await admitted(
    writing.command,
    decoded.right,
    { request, stream, metadata },
    limits,
  )
  if (commands._tag === 'Left') return commands
  const { actor } = metadata
  const fingerprint = await fingerprintOf(writing.commands, decoded.right, json.right, actor)
  worked(limits.signal, 'encode')
  const expected = await expectedOf(writing.store, stream, commitId, conditions, limits)
  if (expected._tag === 'Left') return expected
  const asked = {
    stream,
    commitId,
    fingerprint,
    commands: commands.right,
    expected: expected.right,
  }
  const result = await writing.handle({ ...metadata, ...asked }, limits)()
  return writeAnswer(writing, result, conditions)
}

const writeAnswer = <D, C, S, E, R>(
  { events, state }: StreamWriting<D, C, S, E, R>,
  result: Awaited<ReturnType<ReturnType<CommandHandler<C, S, E, R>>>>,
  conditions: Conditions,
): Answered<R> => {
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
  // where nothing was recorded, the event that the stream ends with is not known here
  const mark = result.right.events.at(-1)
  const headers = mark === undefined ? {} : { etag: etagOf({ version, mark }) }
  return right({ status: 200, headers, body })
}

const aKey =
  'a word, or an ASCII text in quotes, of 1 to 255 characters, like "8e03978e-40d5-43dd-bc93-6894a57f9324"'

const commitIdOf = <D, C, S, E, R>(
  { commitId }: StreamWriting<D, C, S, E, R>,
  request: Request,
  stream: string,
): Asked<string> => {
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

/** The commands of a body: all of a list, or the one that it is. */
const decodedOf = <D>(codec: Codec<D>, body: unknown): Asked<ReadonlyNonEmptyArray<D>> => {
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
        issues: [{ path: [], expected: 'a command or some', actual: body }],
      })
}

/** Each command as the hook lets it in; one that it refuses refuses them all. */
const admitted = async <D, C>(
  hook: CommandHook<D, C>,
  decoded: ReadonlyNonEmptyArray<D>,
  context: CommandContext,
  limits: CallOptions,
): Promise<Asked<ReadonlyNonEmptyArray<C>>> => {
  const commands: Array<C> = []
  for (const one of decoded) {
    const said = await askHook('command', limits, () => hook(one, context))
    if (said._tag === 'Left') return said
    const command = allowedBy('command', said.right)
    if (command._tag === 'Left') return command
    commands.push(command.right)
  }
  // one for each of the decoded, of which there is at least one
  return right(commands as unknown as ReadonlyNonEmptyArray<C>)
}

const noStream: ExpectedVersion = { type: 'NoStream' }
const anyVersion: ExpectedVersion = { type: 'Any' }

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

/** Whether a stream at that version is one that the request is meant for; at 0 it does not exist. */
const conditionsHold = ({ ifMatch, ifNoneMatch }: Conditions, tagged: TaggedVersion): boolean => {
  const exists = tagged.version > 0
  const isNone =
    ifNoneMatchHolds(ifNoneMatch, tagged, exists) &&
    ifNoneMatchHolds(ifNoneMatch, { ...tagged, mark: undefined }, exists)
  return ifMatchHolds(ifMatch, tagged, exists) && isNone
}

/**
 * The version that the conditions leave. One version, or none, is left to the handler, which knows
 * whether the request was accepted before. Anything else needs a look at the stream: where the
 * conditions hold, the version found is the one to write to; where they do not, they held when the
 * request was accepted, if it was.
 */
const expectedOf = async <E>(
  store: EventStore<E>,
  stream: string,
  commitId: string,
  conditions: Conditions,
  limits: CallOptions,
): Promise<Asked<ExpectedVersion>> => {
  const { ifMatch, ifNoneMatch } = conditions
  if (ifNoneMatch.type === 'Absent') {
    if (ifMatch.type === 'Absent') return right(anyVersion)
    const [tagged, more] = ifMatch.type === 'Tags' ? versionsOf(ifMatch.tags) : []
    if (tagged !== undefined && more === undefined) return right(exactVersion(tagged))
  }
  if (ifNoneMatch.type === 'Star' && ifMatch.type === 'Absent') return right(noStream)
  const loaded = await store.load(stream, 0, limits)()
  if (loaded._tag === 'Left') return loaded
  const last = lastOf(loaded.right)
  const actual = last?.version ?? 0
  if (loaded.right.some((recorded) => recorded.commitId === commitId)) return right(anyVersion)
  if (!conditionsHold(conditions, { version: actual, mark: last }))
    return left({ type: 'PreconditionFailed', stream, actual })
  // no stream ever ends, so a star stays true
  if (ifMatch.type === 'Star' && ifNoneMatch.type === 'Absent') return right(anyVersion)
  return right(actual === 0 ? noStream : exactVersion({ version: actual, mark: last }))
}
