/**
 * Which events a decision depends on, by their types and their tags. Memory, SQL and the condition of an
 * append give a query the same meaning: the one of `matches`.
 *
 * `q` and `p` are queries, `e` an event, `q ~ p` means that both match the same events.
 *
 * Laws:
 *
 * 1. `tag` is injective: two tags are equal only if both their kinds and their ids are
 * 2. `matches(union([q, p]))` holds for `e` if and only if `matches(q)` or `matches(p)` does; `nothing` is
 *    the unit, and a query united with `everything` is `everything`
 * 3. `matches` asks for the tags of an item as a set: neither their order nor repeated tags count
 * 4. `normalForm(q) ~ q`, and `q ~ p` if and only if their normal forms are deeply equal
 * 5. `covers(q, p)` if and only if `matches(q)` holds for every event for which `matches(p)` does
 *
 * @since 0.1.0
 */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { isStorableText } from './internal/storableText.ts'

declare const tagBrand: unique symbol

/**
 * A word under which an event is found again, such as the course that it is about: see `tag`. A string that
 * every database can store.
 *
 * @category model
 * @since 0.1.0
 */
export type Tag = string & { readonly [tagBrand]: true }

/**
 * The tags of a kind of things, by the ids of the things. Kinds and ids may be any strings: a colon or a
 * backslash in a kind, a backslash in an id, and what a database cannot store (NUL, lone surrogates) are
 * escaped by a backslash.
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
  // characters by code points: a lone surrogate is one of its own
  return Array.from(single, (character) =>
    isStorableText(character)
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ).join('')
}

/**
 * The id that a tag was made for, without the start that all tags of its kind have.
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
 * One way to match. An event matches if its type is one of the types and it has all the tags. Without
 * `types` its type does not matter, without `tags` its tags do not; an empty array is the same as none.
 *
 * @category model
 * @since 0.1.0
 */
export interface QueryItem {
  readonly types?: ReadonlyArray<string>
  readonly tags?: ReadonlyArray<Tag>
}

/**
 * Which events are meant: those that match one of the items.
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

/** The tag of no event: each that `tag` makes has a colon in it. */
const noTag = '' as Tag

/**
 * Matches no event, because it asks for a tag that `tag` never makes: for a command that depends on nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nothing: Query = [{ tags: [noTag] }]

/**
 * Whether an event of a type, with its tags, matches a query. Given the query once, it is prepared once.
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
 * Matches what one of the queries matches; `nothing` if there are none. In normal form.
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
 * The shortest query that matches the same events: one item for each set of tags, nothing in an item that
 * another item covers, types and tags sorted by their code units, items with fewer tags first.
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
 * Whether a query matches everything that another one matches.
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

/** The item without the types that an item with fewer tags has; nothing if none is left. */
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
