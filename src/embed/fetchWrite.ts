/**
 * Writing over HTTP: a command, or a list of them as one batch, that is handled as `commandHandler`
 * handles it.
 *
 * @internal
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Codec } from '../codec/Codec.ts'
import type { EventCodec } from '../codec/EventCodec.ts'
import type { Metadata } from '../Recorded.ts'
import type { CommandHandler } from '../shell/CommandHandler.ts'
import type { EventStore, ExpectedVersion } from '../store/EventStore.ts'
import { jsonOf } from './fetchBody.ts'
import type { Tags } from './fetchHeaders.ts'
import { conditionsToWrite, etagOf, isIdentity, isJson, keyOf, versionsOf } from './fetchHeaders.ts'
import type { Failure } from './fetchProblem.ts'
import type { Answered } from './fetchServer.ts'
import { dataOf, left, right } from './fetchServer.ts'
import { readData } from './JsonRead.ts'

export interface Writing<in out C, in out S, in out E, in out R> {
  readonly handle: CommandHandler<C, S, E, R>
  readonly store: EventStore<E>
  readonly commands: Codec<C>
  readonly events: EventCodec<E>
  readonly state: (state: S) => unknown
  readonly metadata: (request: Request) => Metadata
  readonly commitId: ((request: Request, stream: string) => string) | undefined
  readonly maxBytes: number
}

type Asked<A> = Either<Failure<never>, A>

export const write = async <C, S, E, R>(
  writing: Writing<C, S, E, R>,
  request: Request,
  stream: string,
): Promise<Answered<R>> => {
  const { headers } = request
  if (!isJson(headers.get('content-type')) || !isIdentity(headers.get('content-encoding'))) {
    return left({ type: 'UnsupportedMediaType' })
  }
  const commitId = commitIdOf(writing, request, stream)
  if (commitId._tag === 'Left') return commitId
  const conditions = conditionsToWrite(headers)
  if (conditions._tag === 'Left') return conditions
  const json = await jsonOf(request, writing.maxBytes)
  if (json._tag === 'Left') return json
  const commands = commandsOf(writing.commands, json.right)
  if (commands._tag === 'Left') return commands
  const { ifMatch, ifNoneMatch } = conditions.right
  const expected =
    ifNoneMatch.type === 'Star' ? right(noStream) : await expectedOf(writing.store, stream, ifMatch)
  if (expected._tag === 'Left') return expected
  const metadata = writing.metadata(request)
  const [first, ...more] = commands.right
  const envelope = (command: C) => ({ ...metadata, command })
  return answerOf(
    writing,
    await writing.handle({
      stream,
      commitId: commitId.right,
      commands: [envelope(first), ...more.map(envelope)],
      expected: expected.right,
    })(),
    expected.right,
  )
}

const answerOf = <C, S, E, R>(
  { events, state }: Writing<C, S, E, R>,
  result: Awaited<ReturnType<ReturnType<CommandHandler<C, S, E, R>>>>,
  expected: ExpectedVersion,
): Answered<R> => {
  if (result._tag === 'Left') {
    const failure = result.left
    if (failure.type !== 'VersionConflict' || expected.type === 'Any') return result
    const { stream, actual } = failure
    return left({ type: 'PreconditionFailed', stream, actual })
  }
  const { stream, version } = result.right
  const data = dataOf(events, result.right.events)
  if (data._tag === 'Left') return data
  const body = { stream, version, state: state(result.right.state), events: data.right }
  return right({ status: 200, headers: { etag: etagOf(version) }, body })
}

const aKey =
  'a word, or an ASCII text in quotes, of 1 to 255 characters, like "8e03978e-40d5-43dd-bc93-6894a57f9324"'

const commitIdOf = <C, S, E, R>(
  { commitId }: Writing<C, S, E, R>,
  request: Request,
  stream: string,
): Asked<string> => {
  const header = request.headers.get('idempotency-key')
  if (header === null) {
    return commitId === undefined
      ? left({ type: 'MissingIdempotencyKey' })
      : right(commitId(request, stream))
  }
  const key = keyOf(header)
  return key === undefined
    ? left({ type: 'InvalidHeader', header: 'Idempotency-Key', expected: aKey })
    : right(key)
}

const isNonEmpty = <A>(as: ReadonlyArray<A>): as is ReadonlyNonEmptyArray<A> => as.length > 0

/** The commands of a body: all of a list, or the one that it is. */
const commandsOf = <C>(codec: Codec<C>, body: unknown): Asked<ReadonlyNonEmptyArray<C>> => {
  if (!Array.isArray(body)) {
    const one = readData(codec, body, [])
    return one._tag === 'Left'
      ? left({ type: 'InvalidCommand', issues: one.left })
      : right([one.right])
  }
  const list: ReadonlyArray<unknown> = body
  const commands: Array<C> = []
  for (let i = 0; i < list.length; i++) {
    const one = readData(codec, list[i], [i])
    if (one._tag === 'Left') return left({ type: 'InvalidCommand', issues: one.left })
    commands.push(one.right)
  }
  return isNonEmpty(commands)
    ? right(commands)
    : left({
        type: 'InvalidCommand',
        issues: [{ path: [], expected: 'a command or some', actual: body }],
      })
}

const noStream: ExpectedVersion = { type: 'NoStream' }
const any: ExpectedVersion = { type: 'Any' }

/**
 * What `If-Match` says of the stream. One version is left to the handler, which knows whether the
 * request was accepted at that version before. A star needs a look, which stays true: no stream ever
 * ends. Of several versions, the one where the stream stands; a tag that is no version matches nothing.
 */
const expectedOf = async <E>(
  store: EventStore<E>,
  stream: string,
  ifMatch: Tags,
): Promise<Asked<ExpectedVersion>> => {
  if (ifMatch.type !== 'Star' && ifMatch.type !== 'Tags') return right(any)
  const versions = ifMatch.type === 'Tags' ? versionsOf(ifMatch.tags) : []
  const [first, ...more] = versions
  if (first !== undefined && more.length === 0) return right({ type: 'Exactly', version: first })
  const loaded = await store.load(stream)()
  if (loaded._tag === 'Left') return loaded
  const actual = loaded.right.length
  if (first !== undefined) {
    return right({ type: 'Exactly', version: versions.includes(actual) ? actual : first })
  }
  return ifMatch.type === 'Star' && actual > 0
    ? right(any)
    : left({ type: 'PreconditionFailed', stream, actual })
}
