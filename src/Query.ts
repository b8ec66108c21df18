/**
 * Queries: they select the events that a decision depends on, by type and by tag. `matches` defines which events
 * a query selects; every store reads, and checks conditions of appends, by the same definition.
 *
 * `q` and `p` are queries, and `e` is an event. `q ~ p` means that `q` and `p` match the same events.
 *
 * Laws:
 *
 * 1. `tag` is injective: two tags are equal only if their kinds and their ids are equal
 * 2. `union([q, p])` matches `e` if and only if `q` or `p` matches `e`; the union of `q` and `nothing` is `~ q`, and
 *    that of `q` and `everything` is `~ everything`
 * 3. the tags of an item are a set: neither their order nor repeats matter to `matches`
 * 4. `normalForm(q) ~ q`, and `q ~ p` if and only if their normal forms are deeply equal
 * 5. `covers(q, p)` if and only if `q` matches every event that `p` matches
 *
 * @since 0.1.0
 */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { isStorableText } from './internal/storableText.ts'

declare const tagBrand: unique symbol

/**
 * A label by which queries find an event, such as the course that it is about. Made by `tag`; a string that every
 * database can store.
 *
 * @category model
 * @since 0.1.0
 */
export type Tag = string & { readonly [tagBrand]: true }

/**
 * Makes tags: `tag(kind)(id)` is the tag of the thing with that id. Both may be any strings. A backslash escapes
 * colons and backslashes in the kind, backslashes in the id, and characters that databases cannot store (NUL, lone
 * surrogates).
 *
 * @example
 *   import { tag } from 'decider-ts/Query'
 *   import assert from 'node:assert'
 *
 *   const course = tag('course')
 *   assert.strictEqual(course('c1'), 'course:c1')
 *   assert.notStrictEqual(tag('a')('b:c'), tag('a:b')('c'))
 *
 * @category constructors
 * @since 0.1.0
 */
export const tag = (kind: string): ((id: string) => Tag) => {
  const start = `${escapedTagPart(kind).replaceAll(':', '\\:')}:`
  // the only place where tags are made
  return (id) => (start + escapedTagPart(id)) as Tag
}

const escapedTagPart = (text: string): string => {
  const single = text.replaceAll('\\', '\\\\')
  if (isStorableText(single)) return single
  // iterates over code points, so that a lone surrogate is a character of its own
  return Array.from(single, (character) =>
    isStorableText(character)
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ).join('')
}

/**
 * The id that a tag was made of. `start` is the prefix that all tags of its kind share.
 *
 * @internal
 */
export const idAfter = (start: string, each: Tag): string =>
  each
    .slice(start.length)
    .replaceAll(/\\(?:u(?<unit>[\da-f]{4})|\\)/g, (_, unit: string | undefined) =>
      unit === undefined ? '\\' : String.fromCharCode(Number.parseInt(unit, 16)),
    )

/**
 * Matches the events that have one of the types and all of the tags. Both default to no restriction; an empty
 * array is the same as none.
 *
 * @category model
 * @since 0.1.0
 */
export interface QueryItem {
  readonly types?: ReadonlyArray<string>
  readonly tags?: ReadonlyArray<Tag>
}

/**
 * Matches the events that match at least one of its items.
 *
 * @example
 *   import { tag, type Query } from 'decider-ts/Query'
 *
 *   // everything about a course, and what a student does about any course
 *   export const query: Query = [
 *     { tags: [tag('course')('c1')] },
 *     { types: ['StudentJoined', 'StudentLeft'], tags: [tag('student')('s1')] },
 *   ]
 *
 * @category model
 * @since 0.1.0
 */
export type Query = ReadonlyNonEmptyArray<QueryItem>

/**
 * Matches every event.
 *
 * @category constructors
 * @since 0.1.0
 */
export const everything: Query = [{}]

/** The tag of no event: every tag that `tag` makes contains a colon. */
const noTag = '' as Tag

/**
 * Matches no event: it requires a tag that `tag` never makes. Used for a command that depends on no events.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nothing: Query = [{ tags: [noTag] }]

/**
 * Whether an event with this type and these tags matches a query. `matches(query)` prepares the query; call its
 * result once for each event.
 *
 * @example
 *   import { matches, tag } from 'decider-ts/Query'
 *   import assert from 'node:assert'
 *
 *   const course = tag('course')
 *   const inCourse = matches([{ types: ['StudentJoined'], tags: [course('c1')] }])
 *   assert.ok(inCourse('StudentJoined', [tag('student')('s1'), course('c1')]))
 *   assert.ok(!inCourse('StudentJoined', [course('c2')]))
 *   assert.ok(!inCourse('CourseRenamed', [course('c1')]))
 *
 * @category matching
 * @since 0.1.0
 */
export const matches = (query: Query): ((type: string, tags: ReadonlyArray<Tag>) => boolean) => {
  const items = query.map(({ types = [], tags = [] }) => ({
    types: types.length === 0 ? undefined : new Set(types),
    tags,
  }))
  return (type, tags) =>
    items.some(
      (item) =>
        (item.types === undefined || item.types.has(type)) &&
        item.tags.every((each) => tags.includes(each)),
    )
}

/**
 * A query, in normal form, that matches what at least one of the queries matches. Without queries it is `nothing`.
 *
 * @example
 *   import { nothing, tag, union } from 'decider-ts/Query'
 *   import assert from 'node:assert'
 *
 *   const [course, student] = [tag('course')('c1'), tag('student')('s1')]
 *   assert.deepStrictEqual(
 *     union([[{ types: ['A'], tags: [course] }], [{ tags: [student] }], [{ types: ['B'], tags: [course] }]]),
 *     [{ types: ['A', 'B'], tags: [course] }, { tags: [student] }],
 *   )
 *   assert.deepStrictEqual(union([]), nothing)
 *
 * @category combining
 * @since 0.1.0
 */
export const union = (queries: ReadonlyArray<Query>): Query => normalized(queries.flat())

/**
 * The normal form of a query: the shortest one that matches the same events. It has one item for each set of tags,
 * and leaves out what another item covers. Types and tags are sorted by code units; items with fewer tags come first.
 *
 * @example
 *   import { normalForm, tag } from 'decider-ts/Query'
 *   import assert from 'node:assert'
 *
 *   const course = tag('course')('c1')
 *   assert.deepStrictEqual(
 *     normalForm([{ types: ['B', 'A', 'B'], tags: [course, course] }, { types: ['A'], tags: [] }]),
 *     [{ types: ['A'] }, { types: ['B'], tags: [course] }],
 *   )
 *
 * @category comparing
 * @since 0.1.0
 */
export const normalForm = (query: Query): Query => normalized(query)

/**
 * Whether `query` matches every event that `part` matches.
 *
 * @example
 *   import { covers, tag } from 'decider-ts/Query'
 *   import assert from 'node:assert'
 *
 *   const course = tag('course')('c1')
 *   assert.ok(covers([{ tags: [course] }], [{ types: ['StudentJoined'], tags: [course] }]))
 *   assert.ok(!covers([{ types: ['StudentJoined'], tags: [course] }], [{ tags: [course] }]))
 *
 * @category comparing
 * @since 0.1.0
 */
export const covers = (query: Query, part: Query): boolean =>
  JSON.stringify(union([query, part])) === JSON.stringify(normalForm(query))

/** An item with its tags sorted; `types` is `undefined` where the type does not matter. */
interface OpenItem {
  readonly types: ReadonlySet<string> | undefined
  readonly tags: ReadonlyArray<Tag>
}

const normalized = (items: ReadonlyArray<QueryItem>): Query => {
  const merged = byTags(items)
  const needed = merged.flatMap((item) => withoutCovered(item, merged))
  const [first, ...others] = needed.sort(byTagsInOrder).map(closed)
  return first === undefined ? nothing : [first, ...others]
}

/** One item for each set of tags that an event can have. */
const byTags = (items: ReadonlyArray<QueryItem>): ReadonlyArray<OpenItem> => {
  const merged = new Map<string, OpenItem>()
  for (const { types = [], tags = [] } of items) {
    if (tags.includes(noTag)) continue
    const sorted = [...new Set(tags)].sort()
    const key = JSON.stringify(sorted)
    const before = merged.get(key)
    const isOpen = types.length === 0 || (before !== undefined && before.types === undefined)
    merged.set(key, {
      types: isOpen ? undefined : new Set([...(before?.types ?? []), ...types]),
      tags: sorted,
    })
  }
  return [...merged.values()]
}

/** The item without the types that items with fewer tags cover; empty if no type is left. */
const withoutCovered = (
  { types, tags }: OpenItem,
  items: ReadonlyArray<OpenItem>,
): ReadonlyArray<OpenItem> => {
  const wider = items.filter(
    (other) => other.tags.length < tags.length && other.tags.every((each) => tags.includes(each)),
  )
  if (wider.some((other) => other.types === undefined)) return []
  if (types === undefined) return [{ types, tags }]
  const left = [...types].filter((type) => !wider.some((other) => other.types?.has(type) === true))
  return left.length === 0 ? [] : [{ types: new Set(left), tags }]
}

const closed = ({ types, tags }: OpenItem): QueryItem => ({
  ...(types === undefined ? {} : { types: [...types].sort() }),
  ...(tags.length === 0 ? {} : { tags }),
})

const byTagsInOrder = (a: OpenItem, b: OpenItem): number =>
  // two items differ in their tags
  a.tags.length - b.tags.length || (JSON.stringify(a.tags) < JSON.stringify(b.tags) ? -1 : 1)
