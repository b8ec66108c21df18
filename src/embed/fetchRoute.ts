/**
 * Where a request goes: to a stream, or to the history of one.
 *
 * @internal
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { isName } from '../store/Commit.ts'
import type { RequestFailure } from './fetchProblem.ts'

export type Resource = 'state' | 'history'

export interface Route {
  readonly stream: string
  readonly resource: Resource
  readonly method: 'GET' | 'POST'
}

const left = (failure: RequestFailure): Either<RequestFailure, never> => ({
  _tag: 'Left',
  left: failure,
})

const methods: Readonly<Record<Resource, ReadonlyArray<string>>> = {
  state: ['GET', 'HEAD', 'POST'],
  history: ['GET', 'HEAD'],
}

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** A base as it stands in the path of a URL: percent-encoded, with a slash in front and none behind. */
export const baseOf = (text: string): string => {
  const url = new URL('http://localhost')
  url.pathname = text.replace(/^\/+|\/+$/g, '')
  return url.pathname.replace(/\/$/, '')
}

/** The route of a path beneath a base that `baseOf` gave. */
export const routeOf = (
  base: string,
  pathname: string,
  method: string,
): Either<RequestFailure, Route> => {
  if (!pathname.startsWith(`${base}/`)) return left({ type: 'UnknownPath' })
  const [segment = '', ...rest] = pathname.slice(base.length + 1).split('/')
  const resource = rest.length === 0 ? 'state' : 'history'
  if (segment === '' || rest.length > 1 || (rest.length === 1 && rest[0] !== 'history')) {
    return left({ type: 'UnknownPath' })
  }
  const stream = decoded(segment)
  if (stream === undefined || !isName(stream)) return left({ type: 'MalformedPath' })
  if (!methods[resource].includes(method)) {
    return left({ type: 'MethodNotAllowed', allow: methods[resource].join(', ') })
  }
  return {
    _tag: 'Right',
    right: { stream, resource, method: method === 'POST' ? 'POST' : 'GET' },
  }
}
