/**
 * Answers POST to a stream: `commandHandler` handles the command of the body, or all of a list as one batch.
 *
 * @since 0.1.0
 */
import type { Codec } from '../../codec/Codec.ts'
import type { EventCodec } from '../../codec/EventCodec.ts'
import { left, right } from '../../internal/either.ts'
import type { Metadata } from '../../Recorded.ts'
import { lastOf } from '../../internal/loaded.ts'
import type { CommandHandler } from '../../shell/CommandHandler.ts'
import type { CallOptions, EventStore, ExpectedVersion } from '../../store/EventStore.ts'
import type { HttpResult } from './answer.ts'
import { recordedData } from './answer.ts'
import type { TaggedVersion, VersionConditions } from './headers.ts'
import { conditionsOf, etagOf, ifMatchHolds, ifNoneMatchHolds, versionsOf } from './headers.ts'
import type { CommandHook } from './model.ts'
import type { OrFailure, Posting } from './posted.ts'
import { postedCommands, postedHead } from './posted.ts'

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

export const writeCommands = async <D, C, S, E, R>(
  writing: StreamWriting<D, C, S, E, R>,
  request: Request,
  stream: string,
  limits: CallOptions,
): Promise<HttpResult<R>> => {
  const posting = postingTo(writing, request, stream)
  const head = postedHead(posting, request, limits)
  if (head._tag === 'Left') return head
  const commitId = head.right
  const sent = conditionsOf(request.headers)
  if (sent._tag === 'Left') return sent
  const conditions = sent.right
  const posted = await postedCommands(posting, request, limits)
  if (posted._tag === 'Left') return posted
  const { commands, fingerprint, metadata } = posted.right
  const expected = await expectedOf(writing.store, stream, commitId, conditions, limits)
  if (expected._tag === 'Left') return expected
  const asked = { stream, commitId, fingerprint, commands, expected: expected.right }
  const result = await writing.handle({ ...metadata, ...asked }, limits)()
  return writeAnswer(writing, result, conditions)
}

const postingTo = <D, C, S, E, R>(
  { commands, maxBytes, command, metadata, commitId }: StreamWriting<D, C, S, E, R>,
  request: Request,
  stream: string,
): Posting<D, C> => ({
  commands,
  maxBytes,
  command: (decoded, own) => command(decoded, { request, stream, metadata: own }),
  metadata: () => metadata(request, stream),
  commitId: commitId === undefined ? undefined : () => commitId(request, stream),
})

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
