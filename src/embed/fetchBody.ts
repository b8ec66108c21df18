/**
 * The body of a request: read up to a limit, and no further.
 *
 * Laws:
 *
 * 1. a body of at most `limit` bytes is read, however it comes in pieces; of a longer one no more
 *    than the piece that goes beyond
 *
 * @internal
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Thrown } from '../shell/Thrown.ts'
import type { RequestFailure } from './fetchProblem.ts'

type Read<A> = Either<RequestFailure | Thrown, A>

const left = <F>(failure: F): Either<F, never> => ({ _tag: 'Left', left: failure })

const right = <A>(value: A): Either<never, A> => ({ _tag: 'Right', right: value })

/**
 * The text of a body. What is left of one that is too long is not asked for, and its stream is not
 * cancelled either: a host may close the connection then, before the answer is out.
 */
const textOf = async (request: Request, limit: number): Promise<Read<string>> => {
  const tooLarge = left({ type: 'BodyTooLarge', limit } as const)
  if (Number(request.headers.get('content-length')) > limit) return tooLarge
  if (request.bodyUsed) return left({ type: 'Thrown', cause: 'the body has been read before' })
  if (request.body === null) return right('')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = request.body.getReader()
  let size = 0
  let text = ''
  try {
    for (;;) {
      // a stream of bytes, as that of every request is
      const { done, value } = (await reader.read()) as Piece
      if (done) return right(text + decoder.decode())
      size += value.byteLength
      if (!(size <= limit)) return tooLarge
      text += decoder.decode(value, { stream: true })
    }
  } catch {
    return left({ type: 'UnreadableBody' })
  } finally {
    reader.releaseLock()
  }
}

type Piece =
  | { readonly done: true; readonly value?: undefined }
  | { readonly done: false; readonly value: Uint8Array }

export const jsonOf = async (request: Request, limit: number): Promise<Read<unknown>> => {
  const text = await textOf(request, limit)
  if (text._tag === 'Left') return text
  try {
    return right(JSON.parse(text.right))
  } catch {
    return left({ type: 'MalformedJson' })
  }
}
