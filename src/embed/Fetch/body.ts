/**
 * The body of a request: read up to a limit, and no further.
 *
 * Laws:
 *
 * 1. a body of at most `limit` bytes is read, however it comes in pieces; of a longer one no more
 *    than the piece that goes beyond
 * 2. of a body with more than 1,000 empty pieces, no more is read than those
 * 3. reading ends when the signal is aborted, that of the request by default, also where the body stalls
 *
 * @since 0.1.0
 */
import type { Thrown } from '../../store/EventStore.ts'
import type { Either } from 'fp-ts/lib/Either.js'
import type { RequestFailure } from './problem.ts'
import { left, right } from '../../internal/either.ts'

type BodyRead<A> = Either<RequestFailure | Thrown, A>

/** Empty pieces never come up to a limit of bytes, and without end they keep the thread for themselves. */
const maxEmpty = 1_000

/**
 * The text of a body. What is left of one that is too long is not asked for, and its stream is not
 * cancelled either: a host may close the connection then, before the answer is out. Of a request that
 * is aborted it is cancelled, which ends a `read` that waits.
 */
const bodyText = async (
  request: Request,
  limit: number,
  signal: AbortSignal,
): Promise<BodyRead<string>> => {
  const tooLarge = left({ type: 'BodyTooLarge', limit } as const)
  if (Number(request.headers.get('content-length')) > limit) return tooLarge
  if (request.bodyUsed) return left({ type: 'Thrown', cause: 'the body has been read before' })
  if (request.body === null) return right('')
  const unreadable = left({ type: 'UnreadableBody' } as const)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = request.body.getReader()
  const cancel = () => void reader.cancel().catch(() => {})
  let size = 0
  let empty = 0
  let text = ''
  try {
    signal.addEventListener('abort', cancel)
    while (!signal.aborted && empty <= maxEmpty) {
      // a stream of bytes, as that of every request is
      const { done, value } = (await reader.read()) as Piece
      if (signal.aborted) return unreadable
      if (done) return right(text + decoder.decode())
      size += value.byteLength
      if (value.byteLength === 0) empty++
      if (!(size <= limit)) return tooLarge
      text += decoder.decode(value, { stream: true })
    }
    return unreadable
  } catch {
    return unreadable
  } finally {
    signal.removeEventListener('abort', cancel)
    reader.releaseLock()
  }
}

type Piece =
  | { readonly done: true; readonly value?: undefined }
  | { readonly done: false; readonly value: Uint8Array }

export const bodyJson = async (
  request: Request,
  limit: number,
  signal: AbortSignal = request.signal,
): Promise<BodyRead<unknown>> => {
  const text = await bodyText(request, limit, signal)
  if (text._tag === 'Left') return text
  try {
    return right(JSON.parse(text.right))
  } catch {
    return left({ type: 'MalformedJson' })
  }
}
