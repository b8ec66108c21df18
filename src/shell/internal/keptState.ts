/**
 * States that are kept beside the events: encoded, and checked to come back as they were.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Issues } from '../../codec/Codec.ts'
import { freeze } from '../../codec/internal/json.ts'
import { left } from '../../internal/either.ts'
import { same } from '../../internal/equality.ts'

/** Encodes a state as a JSON value. Fails if it would not come back from the codec as it was. */
export const encodeState = <S>(codec: Codec<S>, state: S): Either<Issues, unknown> => {
  const data = freeze(codec.encode(state))
  if (data._tag === 'Left') return left([data.left])
  const back = codec.decode(data.right)
  if (back._tag === 'Left') return back
  return same(back.right, state)
    ? data
    : left([{ path: [], expected: 'a state that its codec gives back as it was', actual: state }])
}
