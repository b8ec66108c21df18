/**
 * Encodes the commands of a request that are to be kept with its commit. Pure.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { showPath } from '../../codec/Codec.ts'
import type { EncodedEvent, EventCodec, EventIssues } from '../../codec/EventCodec.ts'
import { left, right } from '../../internal/either.ts'
import type { UnencodableCommand } from '../../store/EventStore.ts'

/** The commands of a request. */
export interface Commands<out C> {
  /** To be decided. */
  readonly commands: ReadonlyNonEmptyArray<C>
  /** To be kept. */
  readonly encoded: ReadonlyNonEmptyArray<EncodedEvent> | undefined
}

/** The commands as they come back from the codec, if there is one, so that what is kept is what is decided. */
export const commandsOf = <C>(
  codec: EventCodec<C> | undefined,
  stream: string,
  commands: ReadonlyNonEmptyArray<C>,
): Either<UnencodableCommand, Commands<C>> => {
  if (codec === undefined) return right({ commands, encoded: undefined })
  const kept: Array<C> = []
  const encoded: Array<EncodedEvent> = []
  for (const [index, command] of commands.entries()) {
    const encoding = codec.encode(command)
    if (encoding._tag === 'Left') return left(unencodable(stream, index, encoding.left))
    const decoding = codec.decode(encoding.right)
    if (decoding._tag === 'Left') return left(unencodable(stream, index, decoding.left))
    encoded.push(encoding.right)
    kept.push(decoding.right)
  }
  // one for each command, of which there is at least one
  return right({
    commands: kept as unknown as ReadonlyNonEmptyArray<C>,
    encoded: encoded as unknown as ReadonlyNonEmptyArray<EncodedEvent>,
  })
}

const unencodable = (
  stream: string,
  index: number,
  { eventType, schemaVersion, issues }: EventIssues,
): UnencodableCommand => ({
  type: 'UnencodableCommand',
  stream,
  index,
  commandType: eventType,
  schemaVersion,
  path: showPath(issues[0].path),
  issues,
})
