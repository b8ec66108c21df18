/**
 * What the headers of a request say, by the grammar of RFC 9110 and RFC 9651: a header that does not
 * follow its grammar is told apart from one that is missing.
 *
 * Laws, for any version `v`:
 *
 * 1. `tagsOf(etagOf(v, m))` matches version `v` with mark `m` and no other version or mark, and
 *    `versionsOf` its tags is `v` with `m`
 * 2. `keyOf` of a string, quoted, is the string, whatever parameters follow it
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { HistoryMark } from '../../store/EventStore.ts'
import type { RequestFailure } from './problem.ts'
import { left, right } from '../../internal/either.ts'

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

/** A version of a stream, and the mark of its last event where that is known. */
export interface TaggedVersion {
  readonly version: number
  readonly mark: HistoryMark | undefined
}

/**
 * A version of a stream as a strong entity tag, `"3.17.836524800000.commit"`: the version, and the
 * position, the time of recording and the commit id of its last event. The number alone would also be that of another history, as after a backup was
 * restored; `"3"`, as a person may write it, is good for what is to be written, and never for a 304.
 */
export const etagOf = ({ version, mark }: TaggedVersion): string =>
  mark === undefined
    ? `"${version}"`
    : `"${version}.${mark.position}.${mark.recordedAt ?? ''}.${encodeURIComponent(mark.commitId)}"`

const malformed: Tags = { type: 'Malformed' }

/** A list may be empty, and so may its elements (RFC 9110, 5.6.1). */
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
  return /^[ \t,]*$/.test(text.slice(end)) ? { type: 'Tags', tags } : malformed
}

/** What a request says of the version that it is meant for. */
export interface Conditions {
  readonly ifMatch: Tags
  readonly ifNoneMatch: Tags
}

const invalidHeader = (header: string): Either<RequestFailure, never> =>
  left({ type: 'InvalidHeader', header, expected: 'a star, or entity tags like "3"' })

export const conditionsOf = (headers: Headers): Either<RequestFailure, Conditions> => {
  const ifMatch = tagsOf(headers.get('if-match'))
  if (ifMatch.type === 'Malformed') return invalidHeader('If-Match')
  const ifNoneMatch = tagsOf(headers.get('if-none-match'))
  if (ifNoneMatch.type === 'Malformed') return invalidHeader('If-None-Match')
  return right({ ifMatch, ifNoneMatch })
}

const wholeTag =
  /^"(0|[1-9]\d{0,15})(?:\.([1-9]\d{0,15})\.(-?\d{0,16})\.((?:[\w.!~*'()-]|%[\dA-F]{2})+))?"$/

/** The versions that tags stand for. Weak ones, and those that were not given out here, stand for none. */
export const versionsOf = (tags: ReadonlyArray<string>): ReadonlyArray<TaggedVersion> =>
  tags.flatMap((tag): ReadonlyArray<TaggedVersion> => {
    const [, digits, place, instant, id] = wholeTag.exec(tag) ?? []
    const version = Number(digits)
    if (!Number.isSafeInteger(version)) return []
    if (id === undefined) return [{ version, mark: undefined }]
    const position = Number(place)
    const commitId = decoded(id)
    const recordedAt = instant === '' ? undefined : Number(instant)
    return commitId === undefined || !Number.isSafeInteger(position)
      ? []
      : [{ version, mark: { commitId, position, recordedAt } }]
  })

/** `undefined` where the escapes are no UTF-8. */
const decoded = (id: string): string | undefined => {
  try {
    return decodeURIComponent(id)
  } catch {
    return undefined
  }
}

/**
 * Whether `If-Match` holds. A weak tag never matches (RFC 9110, 13.1.1), and a star does where there is
 * anything to match.
 */
export const ifMatchHolds = (ifMatch: Tags, tagged: TaggedVersion, exists: boolean): boolean =>
  ifMatch.type === 'Star'
    ? exists
    : ifMatch.type !== 'Tags' ||
      ifMatch.tags.includes(etagOf(tagged)) ||
      ifMatch.tags.includes(numbered(tagged))

/** The tag of a version without its mark. */
const numbered = ({ version }: TaggedVersion): string => etagOf({ version, mark: undefined })

/** Whether `If-None-Match` holds: here a weak tag matches as a strong one does (RFC 9110, 13.1.2). */
export const ifNoneMatchHolds = (
  ifNoneMatch: Tags,
  tagged: TaggedVersion,
  exists: boolean,
): boolean =>
  ifNoneMatch.type === 'Star'
    ? !exists
    : ifNoneMatch.type !== 'Tags' ||
      ifNoneMatch.tags.every((tag) => tag.replace(/^W\//, '') !== etagOf(tagged))

const maxKey = 255

const bareString = /"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/.source
const bareWord = /[\w!#$%&'*+./:=@^~|-]+/.source
// what a parameter of a structured field may hold (RFC 9651, 3.3), which means nothing here
const bareNumber = /[-@]?\d{1,15}(?:\.\d{1,3})?/.source
const tokenItem = /[A-Za-z*][\w!#$%&'*+.^`|~:/-]*/.source
const bytes = /:[\w+/=-]*:/.source
const display = /%"(?:[\x20\x21\x23\x24\x26-\x7e]|%[\da-f]{2})*"/.source
const bare = [bareNumber, bareString, tokenItem, bytes, display, /\?[01]/.source].join('|')
const parameters = `(?:; *[a-z*][a-z\\d_.*-]*(?:=(?:${bare}))?)*`
const keyItem = new RegExp(`^ *(?:(${bareString})|(${bareWord}))${parameters} *$`)

/**
 * The key in an `Idempotency-Key`: a string as an item of a structured field (RFC 9651), or, as many
 * clients send it, a word without quotes. Its parameters mean nothing. `undefined` for anything else.
 */
export const keyOf = (text: string): string | undefined => {
  const found = keyItem.exec(text)
  const key = found?.[1]?.slice(1, -1).replace(/\\(["\\])/g, '$1') ?? found?.[2] ?? ''
  return key.length >= 1 && key.length <= maxKey ? key : undefined
}

const token = /[\w!#$%&'*+.^`|~-]+/.source
const quotedString = /"((?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*)"/
  .source
const typeParameter = `${token}=(?:${token}|${quotedString})`
const jsonType = new RegExp(
  `^[ \\t]*(?:application/json|${token}/${token}\\+json)[ \\t]*(?:;[ \\t]*(?:${typeParameter}[ \\t]*)?)*$`,
  'i',
)
const oneParameter = new RegExp(`;[ \\t]*(?:(${token})=(?:(${token})|${quotedString}))?`, 'g')

/**
 * Whether a body of that type (RFC 9110, 8.3.1) is JSON in UTF-8, the only encoding that JSON has (RFC
 * 8259). Other parameters than `charset` mean nothing.
 */
export const isJsonType = (contentType: string | null): boolean => {
  const text = contentType ?? ''
  if (!jsonType.test(text)) return false
  for (const [, name, plain, quotedValue = ''] of text.matchAll(oneParameter)) {
    const value = plain ?? quotedValue.replace(/\\(.)/g, '$1')
    if (name?.toLowerCase() === 'charset' && !/^utf-?8$/i.test(value)) return false
  }
  return true
}

/** Whether a list of content codings (RFC 9110, 8.4) leaves a body as it is. */
export const isIdentity = (contentEncoding: string | null): boolean =>
  (contentEncoding ?? '').split(',').every((coding) => /^[ \t]*(?:identity)?[ \t]*$/i.test(coding))
