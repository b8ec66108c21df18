/**
 * What a POST asks for: the commands of its body, one or a list as one batch, with its key and its metadata.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Codec } from '../../codec/Codec.ts'
import { readData } from '../../codec/internal/untrusted.ts'
import { left, right } from '../../internal/either.ts'
import type { Metadata } from '../../Recorded.ts'
import { bounded } from '../../shell/internal/bounded.ts'
import { worked } from '../../shell/internal/timeLimit.ts'
import type { CallOptions } from '../../store/EventStore.ts'
import { requestHash } from '../internal/fingerprint.ts'
import { bodyJson } from './body.ts'
import { isIdentity, isJsonType, keyOf } from './headers.ts'
import { allowedBy, askHook, commitIdFrom, metadataFrom } from './hooks.ts'
import type { FetchProblem } from './model.ts'
import type { FetchFailure } from './problem.ts'

/** A value, or how the request failed before anything was decided. */
export type OrFailure<A> = Either<FetchFailure<never>, A>

/** How the commands of one request are read. The hooks know the request already. */
export interface Posting<in out D, out C> {
  readonly commands: Codec<D>
  readonly maxBytes: number
  readonly command: (
    decoded: D,
    metadata: Metadata,
  ) => Either<FetchProblem, C> | Promise<Either<FetchProblem, C>>
  readonly metadata: () => Metadata | Promise<Metadata>
  readonly commitId: (() => string) | undefined
}

/** What is checked before the body is read. Gives the commit id. */
export const postedHead = <D, C>(
  posting: Posting<D, C>,
  { headers }: Request,
  limits: CallOptions,
): OrFailure<string> => {
  if (!isJsonType(headers.get('content-type'))) return left({ type: 'UnsupportedMediaType' })
  if (!isIdentity(headers.get('content-encoding'))) {
    return left({ type: 'UnsupportedContentEncoding' })
  }
  const commitId = commitIdOf(posting, headers)
  worked(limits.signal, 'commitId')
  return commitId
}

/** The commands that were posted, as the hook admits them. */
export interface PostedCommands<out C> {
  readonly commands: ReadonlyNonEmptyArray<C>
  readonly metadata: Metadata
  /** Of the commands as they were sent, and of the actor. */
  readonly fingerprint: string
}

export const postedCommands = async <D, C>(
  posting: Posting<D, C>,
  request: Request,
  limits: CallOptions,
): Promise<OrFailure<PostedCommands<C>>> => {
  const sent = await commandsIn(posting, request, limits)
  if (sent._tag === 'Left') return sent
  const { body, decoded } = sent.right
  const asked = await askHook('metadata', limits, posting.metadata)
  if (asked._tag === 'Left') return asked
  const metadata = metadataFrom(asked.right)
  if (metadata._tag === 'Left') return metadata
  const admitted = await admittedCommands(posting, decoded, metadata.right, limits)
  if (admitted._tag === 'Left') return admitted
  const { actor } = metadata.right
  const fingerprint = await requestHash(posting.commands, decoded, body, actor)
  worked(limits.signal, 'encode')
  return right({ commands: admitted.right, metadata: metadata.right, fingerprint })
}

/** The body as it was sent, and its commands. */
const commandsIn = async <D, C>(
  { commands, maxBytes }: Posting<D, C>,
  request: Request,
  limits: CallOptions,
): Promise<OrFailure<{ readonly body: unknown; readonly decoded: ReadonlyNonEmptyArray<D> }>> => {
  const body = await bounded('body', limits, () => bodyJson(request, maxBytes, limits.signal))
  if (body._tag === 'Left') return body
  const decoded = decodedCommands(commands, body.right)
  worked(limits.signal, 'decode')
  return decoded._tag === 'Left' ? decoded : right({ body: body.right, decoded: decoded.right })
}

const aKey =
  'a word or a quoted ASCII string of 1 to 255 characters, such as "8e03978e-40d5-43dd-bc93-6894a57f9324"'

const commitIdOf = <D, C>({ commitId }: Posting<D, C>, headers: Headers): OrFailure<string> => {
  const header = headers.get('idempotency-key')
  if (header === null) {
    return commitId === undefined
      ? left({ type: 'MissingIdempotencyKey' })
      : commitIdFrom(commitId())
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
  posting: Posting<D, C>,
  decoded: ReadonlyNonEmptyArray<D>,
  metadata: Metadata,
  limits: CallOptions,
): Promise<OrFailure<ReadonlyNonEmptyArray<C>>> => {
  const commands: Array<C> = []
  for (const one of decoded) {
    const result = await askHook('command', limits, () => posting.command(one, metadata))
    if (result._tag === 'Left') return result
    const command = allowedBy('command', result.right)
    if (command._tag === 'Left') return command
    commands.push(command.right)
  }
  // as many as were decoded, which is at least one
  return right(commands as unknown as ReadonlyNonEmptyArray<C>)
}
