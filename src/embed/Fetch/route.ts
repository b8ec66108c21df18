/**
 * What a request is for: a stream or its history.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { isName } from '../../store/Engine.ts'
import { percentDecoded } from './percentDecoded.ts'
import type { RequestFailure } from './problem.ts'
import { left, right } from '../../internal/either.ts'

export type StreamResource = 'state' | 'history'

export interface StreamRoute {
  readonly stream: string
  readonly resource: StreamResource
  readonly method: 'GET' | 'POST'
}

const methods: Readonly<Record<StreamResource, ReadonlyArray<string>>> = {
  state: ['GET', 'HEAD', 'POST'],
  history: ['GET', 'HEAD'],
}

/** Paths are compared in decoded form (RFC 3986, 6.2.2.2). */
const segmentText = (segment: string): string => percentDecoded(segment) ?? segment

/** The segments of a base, with or without slashes around it. */
export const baseOf = (text: string): ReadonlyArray<string> => {
  const url = new URL('http://localhost')
  url.pathname = text.replace(/^\/+|\/+$/g, '')
  const path = url.pathname.replace(/^\/|\/$/g, '')
  return path === '' ? [] : path.split('/').map(segmentText)
}

/** What is wrong with a request to a resource that is at the base itself, with a slash after it or without. */
export const faultAtBase = (
  base: ReadonlyArray<string>,
  pathname: string,
  method: string,
): RequestFailure | undefined => {
  const segments = pathname.slice(1).split('/')
  if (segments.at(-1) === '') segments.pop()
  const isThere =
    segments.length === base.length &&
    base.every((part, i) => part === segmentText(segments[i] ?? ''))
  if (!isThere) return { type: 'UnknownPath' }
  return method === 'POST' ? undefined : { type: 'MethodNotAllowed', allow: 'POST' }
}

/** The route of a path below a base; `base` is a result of `baseOf`. */
export const routeOf = (
  base: ReadonlyArray<string>,
  pathname: string,
  method: string,
): Either<RequestFailure, StreamRoute> => {
  const segments = pathname.slice(1).split('/')
  const [segment = '', ...rest] = segments.slice(base.length)
  const resource = rest.length === 0 ? 'state' : 'history'
  if (
    segment === '' ||
    base.some((part, i) => part !== segmentText(segments[i] ?? '')) ||
    rest.length > 1 ||
    (rest.length === 1 && segmentText(rest[0] ?? '') !== 'history')
  ) {
    return left({ type: 'UnknownPath' })
  }
  const stream = percentDecoded(segment)
  if (stream === undefined || !isName(stream)) return left({ type: 'MalformedPath' })
  if (!methods[resource].includes(method)) {
    return left({ type: 'MethodNotAllowed', allow: methods[resource].join(', ') })
  }
  return right({ stream, resource, method: method === 'POST' ? 'POST' : 'GET' })
}
