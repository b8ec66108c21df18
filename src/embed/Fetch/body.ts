/**
 * Reads the body of a request up to a limit.
 *
 * Laws:
 *
 * 1. a body of at most `limit` bytes is read, whatever its chunks; of a longer one nothing is read after
 *    the chunk that exceeds the limit
 * 2. a body with more than 1,000 empty chunks fails, and nothing is read after these
 * 3. reading ends when the signal is aborted, even if the body stalls; defaults to the request's signal
 *
 * @since 0.1.0
 */
import type { Thrown } from '../../store/EventStore.ts'
import type { Either } from 'fp-ts/lib/Either.js'
import type { RequestFailure } from './problem.ts'
import { left, right } from '../../internal/either.ts'

type BodyRead<A> = Either<RequestFailure | Thrown, A>

/** Empty chunks never reach a limit of bytes; an endless series of them would block the thread. */
const maxEmpty = 1_000

/**
 * The body as a string. The stream of a body that is too long is not cancelled: hosts may then close the
 * connection before the response is sent. If the request is aborted, it is cancelled, which ends a
 * pending `read`.
 */
export const bodyText = async (
  request: Request,
  limit: number,
  signal: AbortSignal,
): Promise<BodyRead<string>> => {
  const tooLarge = left({ type: 'BodyTooLarge', limit } as const)
  if (Number(request.headers.get('content-length')) > limit) return tooLarge
  if (request.bodyUsed) return left({ type: 'Thrown', cause: 'the body was already read' })
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
      // the body of a request is a stream of bytes
      const { done, value } = (await reader.read()) as BodyChunk
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

type BodyChunk =
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
