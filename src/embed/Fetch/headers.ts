/**
 * Reads the headers of a request by the grammars of RFC 9110 and RFC 9651. A malformed header is a failure;
 * it does not count as absent.
 *
 * `v` is a version, `m` the mark of its last event.
 *
 * Laws:
 *
 * 1. `If-Match` with the tag `etagOf({ version: v, mark: m })` holds for `v` with `m` and for no other
 *    version or mark, and `versionsOf` the tag is `v` with `m`
 * 2. `keyOf` a quoted string is that string, whatever parameters follow it
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { HistoryMark } from '../../store/EventStore.ts'
import { percentDecoded } from './percentDecoded.ts'
import type { RequestFailure } from './problem.ts'
import { left, right } from '../../internal/either.ts'

/**
 * The value of `If-Match` or `If-None-Match`: absent, `*`, or entity tags as they were sent.
 *
 * @category model
 * @since 0.1.0
 */
export type TagCondition =
  | { readonly type: 'Absent' }
  | { readonly type: 'Star' }
  | { readonly type: 'Tags'; readonly tags: ReadonlyArray<string> }
  | { readonly type: 'Malformed' }

/** A version of a stream, and the mark of its last event if that is known. */
export interface TaggedVersion {
  readonly version: number
  readonly mark: HistoryMark | undefined
}

/**
 * The strong entity tag of a version, `"3.17.836524800000.commit"`: the version, then the position, the
 * time of recording and the commit id of its last event. After a backup was restored, a different history
 * may have the same version, so `"3"` alone never leads to a 304. In `If-Match` it is accepted.
 */
export const etagOf = ({ version, mark }: TaggedVersion): string =>
  mark === undefined
    ? `"${version}"`
    : `"${version}.${mark.position}.${mark.recordedAt ?? ''}.${encodeURIComponent(mark.commitId)}"`

const malformed: TagCondition = { type: 'Malformed' }

/** A list may be empty, and so may its elements (RFC 9110, 5.6.1). */
export const tagsOf = (text: string | null): TagCondition => {
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

/** The version that a request is meant for. */
export interface VersionConditions {
  readonly ifMatch: TagCondition
  readonly ifNoneMatch: TagCondition
}

const invalidHeader = (header: string): Either<RequestFailure, never> =>
  left({ type: 'InvalidHeader', header, expected: '* or entity tags such as "3"' })

export const conditionsOf = (headers: Headers): Either<RequestFailure, VersionConditions> => {
  const ifMatch = tagsOf(headers.get('if-match'))
  if (ifMatch.type === 'Malformed') return invalidHeader('If-Match')
  const ifNoneMatch = tagsOf(headers.get('if-none-match'))
  if (ifNoneMatch.type === 'Malformed') return invalidHeader('If-None-Match')
  return right({ ifMatch, ifNoneMatch })
}

const wholeTag =
  /^"(0|[1-9]\d{0,15})(?:\.([1-9]\d{0,15})\.(-?\d{0,16})\.((?:[\w.!~*'()-]|%[\dA-F]{2})+))?"$/

/** The versions that tags name. Weak tags and those that `etagOf` did not make name none. */
export const versionsOf = (tags: ReadonlyArray<string>): ReadonlyArray<TaggedVersion> =>
  tags.flatMap((tag): ReadonlyArray<TaggedVersion> => {
    const [, digits, place, instant, id] = wholeTag.exec(tag) ?? []
    const version = Number(digits)
    if (!Number.isSafeInteger(version)) return []
    if (id === undefined) return [{ version, mark: undefined }]
    const position = Number(place)
    const commitId = percentDecoded(id)
    const recordedAt = instant === '' ? undefined : Number(instant)
    return commitId === undefined || !Number.isSafeInteger(position)
      ? []
      : [{ version, mark: { commitId, position, recordedAt } }]
  })

/** Whether `If-Match` holds: `*` if the stream exists; a weak tag never (RFC 9110, 13.1.1). */
export const ifMatchHolds = (
  ifMatch: TagCondition,
  tagged: TaggedVersion,
  exists: boolean,
): boolean =>
  ifMatch.type === 'Star'
    ? exists
    : ifMatch.type !== 'Tags' ||
      ifMatch.tags.includes(etagOf(tagged)) ||
      ifMatch.tags.includes(numbered(tagged))

/** The tag of a version without its mark. */
const numbered = ({ version }: TaggedVersion): string => etagOf({ version, mark: undefined })

/** Whether `If-None-Match` holds. Weak tags match as strong ones do (RFC 9110, 13.1.2). */
export const ifNoneMatchHolds = (
  ifNoneMatch: TagCondition,
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
// values of the parameters of a structured field (RFC 9651, 3.3), which are ignored
const bareNumber = /[-@]?\d{1,15}(?:\.\d{1,3})?/.source
const tokenItem = /[A-Za-z*][\w!#$%&'*+.^`|~:/-]*/.source
const bytes = /:[\w+/=-]*:/.source
const display = /%"(?:[\x20\x21\x23\x24\x26-\x7e]|%[\da-f]{2})*"/.source
const bare = [bareNumber, bareString, tokenItem, bytes, display, /\?[01]/.source].join('|')
const parameters = `(?:; *[a-z*][a-z\\d_.*-]*(?:=(?:${bare}))?)*`
const keyItem = new RegExp(`^ *(?:(${bareString})|(${bareWord}))${parameters} *$`)

/**
 * The key in an `Idempotency-Key`: the string of a structured field (RFC 9651), or a word without quotes,
 * which many clients send. Parameters are ignored. `undefined` for anything else.
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
 * Whether a content type (RFC 9110, 8.3.1) is JSON in UTF-8, the only encoding of JSON (RFC 8259).
 * Parameters other than `charset` are ignored.
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

/** Whether a list of content codings (RFC 9110, 8.4) leaves the body unchanged. */
export const isIdentity = (contentEncoding: string | null): boolean =>
  (contentEncoding ?? '').split(',').every((coding) => /^[ \t]*(?:identity)?[ \t]*$/i.test(coding))
