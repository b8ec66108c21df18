/**
 * What the headers of a request say, read strictly: a header that is not what its grammar asks for is
 * told apart from one that is missing.
 *
 * Laws, for any version `v`:
 *
 * 1. `tagsOf(etagOf(v))` matches `v` and no other version, and `versionsOf` its tags is `v`
 * 2. `keyOf` of a text, quoted, is the text
 *
 * @internal
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { RequestFailure } from './fetchProblem.ts'

/**
 * What `If-Match` or `If-None-Match` holds: nothing, `*`, or entity tags as they were written.
 *
 * @category model
 * @since 0.1.0
 */
export type Tags =
  | { readonly type: 'Absent' }
  | { readonly type: 'Star' }
  | { readonly type: 'Tags'; readonly tags: ReadonlyArray<string> }
  | { readonly type: 'Malformed' }

/** A version of a stream as a strong entity tag: no other version has it. */
export const etagOf = (version: number): string => `"${version}"`

const malformed: Tags = { type: 'Malformed' }

export const tagsOf = (text: string | null): Tags => {
  if (text === null) return { type: 'Absent' }
  if (text.trim() === '*') return { type: 'Star' }
  const next = /[ \t,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)/y
  const tags: Array<string> = []
  let end = 0
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    tags.push(found[1] ?? '')
    end = next.lastIndex
  }
  return tags.length > 0 && /^[ \t,]*$/.test(text.slice(end)) ? { type: 'Tags', tags } : malformed
}

/** What a request says of the version that it is meant for. */
export interface Conditions {
  readonly ifMatch: Tags
  readonly ifNoneMatch: Tags
}

const invalidHeader = (header: string, expected: string): Either<RequestFailure, never> => ({
  _tag: 'Left',
  left: { type: 'InvalidHeader', header, expected },
})

export const conditionsOf = (headers: Headers): Either<RequestFailure, Conditions> => {
  const ifMatch = tagsOf(headers.get('if-match'))
  if (ifMatch.type === 'Malformed') return invalidHeader('If-Match', entityTags)
  const ifNoneMatch = tagsOf(headers.get('if-none-match'))
  if (ifNoneMatch.type === 'Malformed') return invalidHeader('If-None-Match', entityTags)
  return { _tag: 'Right', right: { ifMatch, ifNoneMatch } }
}

const entityTags = 'a star, or entity tags like "3"'

/**
 * The same for a request that writes: it may say that the stream is at a version, that it exists, or
 * that it does not, and no two of these.
 */
export const conditionsToWrite = (headers: Headers): Either<RequestFailure, Conditions> => {
  const conditions = conditionsOf(headers)
  if (conditions._tag === 'Left') return conditions
  const { ifMatch, ifNoneMatch } = conditions.right
  if (ifNoneMatch.type === 'Tags') return invalidHeader('If-None-Match', 'a star')
  return ifNoneMatch.type === 'Star' && ifMatch.type !== 'Absent'
    ? invalidHeader('If-None-Match', 'left out beside If-Match')
    : conditions
}

/** The versions that tags stand for. Weak ones, and those that were not given out here, stand for none. */
export const versionsOf = (tags: ReadonlyArray<string>): ReadonlyArray<number> =>
  tags.flatMap((tag) => {
    const version = Number(/^"(0|[1-9]\d{0,15})"$/.exec(tag)?.[1])
    return Number.isSafeInteger(version) ? [version] : []
  })

/** Whether something of that version may be sent: a weak tag never matches (RFC 9110, 13.1.1). */
export const matches = (ifMatch: Tags, version: number): boolean =>
  ifMatch.type !== 'Tags' || ifMatch.tags.includes(etagOf(version))

/** Whether it has to be sent: here a weak tag matches as a strong one does (RFC 9110, 13.1.2). */
export const noneMatches = (ifNoneMatch: Tags, version: number): boolean => {
  if (ifNoneMatch.type === 'Star') return false
  return (
    ifNoneMatch.type !== 'Tags' ||
    ifNoneMatch.tags.every((tag) => tag.replace(/^W\//, '') !== etagOf(version))
  )
}

const maxKey = 255

/**
 * The key in an `Idempotency-Key`: a quoted string of a structured field (RFC 9651), or, as many
 * clients send it, a word without quotes. `undefined` for anything else.
 */
export const keyOf = (text: string): string | undefined => {
  const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/.exec(text)
  const key =
    quoted?.[1]?.replace(/\\(["\\])/g, '$1') ?? (/^[\w!#$%&'*+./:=@^~|-]+$/.test(text) ? text : '')
  return key.length >= 1 && key.length <= maxKey ? key : undefined
}

/** Whether a body of that type is JSON in UTF-8, the only encoding that JSON has (RFC 8259). */
export const isJson = (contentType: string | null): boolean => {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';')
  return (
    /^application\/([\w!#$&^.+-]+\+)?json$/.test(type.trim()) &&
    parameters.every((parameter) => {
      const [name = '', value = ''] = parameter.trim().split('=')
      return name !== 'charset' || /^"?utf-?8"?$/.test(value)
    })
  )
}

export const isIdentity = (contentEncoding: string | null): boolean =>
  contentEncoding === null || contentEncoding.trim().toLowerCase() === 'identity'
