/**
 * An immutable map from strings to values, for states that hold one entry a key: setting a key
 * copies a path of a shallow tree, not the map, and all older versions stay as they were.
 *
 * `V` is the value, `m` a dictionary, `k` and `j` different keys.
 *
 * Laws:
 *
 * 1. `get(k)(set(k, v)(m)) = some(v)`
 * 2. `get(j)(set(k, v)(m)) = get(j)(m)`
 * 3. `set(k, v)(m)` is `m` itself where `k` holds `v` already
 * 4. `entries(m)` has each key once, `m.size` of them
 * 5. setting and removing never change an older version
 * 6. `remove(k)(set(k, v)(m)) = remove(k)(m)`, and it is `m` where `m` lacks `k`; `j` keeps its value
 * 7. dictionaries of the same entries are deeply equal, whatever led to them
 *
 * The tree is a hash array mapped trie (P. Bagwell, "Ideal Hash Trees", 2001).
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'

/**
 * An immutable map from strings to values. The order of its entries is fixed by their keys' hashes,
 * the same in every runtime, and means nothing.
 *
 * @category model
 * @since 0.1.0
 */
export interface Dictionary<out V> {
  readonly size: number
  readonly root: Node<V>
}

type Node<V> = Branch<V> | Bucket<V>

/** Up to 32 children, one for each value of five bits of the hash; the bitmap says which exist. */
interface Branch<out V> {
  readonly bitmap: number
  readonly children: ReadonlyArray<Node<V>>
}

/** The entries whose keys share a whole hash: nearly always one. */
interface Bucket<out V> {
  readonly hash: number
  readonly entries: ReadonlyArray<readonly [string, V]>
}

const isBucket = <V>(node: Node<V>): node is Bucket<V> => 'entries' in node

/**
 * The dictionary without entries.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Dictionary<never> = { size: 0, root: { bitmap: 0, children: [] } }

/**
 * The value of a key.
 *
 * @example
 *   import { empty, get, set } from 'decider-ts/Dictionary'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const one = set('a', 1)(empty)
 *   assert.deepStrictEqual(get('a')(one), some(1))
 *   assert.deepStrictEqual(get('b')(one), none)
 *
 * @category reading
 * @since 0.1.0
 */
export const get =
  (key: string): (<V>(dictionary: Dictionary<V>) => Option<V>) =>
  (dictionary) => {
    const entry = find(dictionary.root, key)
    return entry === undefined ? { _tag: 'None' } : { _tag: 'Some', value: entry[1] }
  }

/**
 * All entries.
 *
 * @example
 *   import { empty, entries, set } from 'decider-ts/Dictionary'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(entries(set('a', 1)(empty)), [['a', 1]])
 *
 * @category reading
 * @since 0.1.0
 */
export const entries = <V>(dictionary: Dictionary<V>): ReadonlyArray<readonly [string, V]> => {
  const all: Array<readonly [string, V]> = []
  const open: Array<Node<V>> = [dictionary.root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isBucket(node)) all.push(...node.entries)
    else open.push(...node.children)
  }
  return all
}

/**
 * The dictionary in which a key holds a value.
 *
 * @example
 *   import { empty, set } from 'decider-ts/Dictionary'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(set('a', 1)(empty).size, 1)
 *
 * @category writing
 * @since 0.1.0
 */
export const set =
  <V>(key: string, value: V): ((dictionary: Dictionary<V>) => Dictionary<V>) =>
  (dictionary) => {
    const before = find(dictionary.root, key)
    if (before !== undefined && Object.is(before[1], value)) return dictionary
    return {
      size: before === undefined ? dictionary.size + 1 : dictionary.size,
      root: put(dictionary.root, 0, hashOf(key), [key, value]),
    }
  }

/**
 * The dictionary without a key: the same one where it lacks it already.
 *
 * @example
 *   import { empty, remove, set } from 'decider-ts/Dictionary'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(remove('a')(set('a', 1)(empty)), empty)
 *
 * @category writing
 * @since 0.1.0
 */
export const remove =
  (key: string): (<V>(dictionary: Dictionary<V>) => Dictionary<V>) =>
  <V>(dictionary: Dictionary<V>) => {
    if (find(dictionary.root, key) === undefined) return dictionary
    // the root is a branch and stays one
    const root = without(dictionary.root, 0, hashOf(key), key) as Node<V>
    return { size: dictionary.size - 1, root }
  }

const find = <V>(root: Node<V>, key: string): readonly [string, V] | undefined => {
  const hash = hashOf(key)
  let node: Node<V> | undefined = root
  for (let shift = 0; node !== undefined && !isBucket(node); shift += 5) {
    node =
      (node.bitmap & bitOf(hash, shift)) === 0
        ? undefined
        : node.children[placeOf(node, hash, shift)]
  }
  return node?.entries.find((entry) => entry[0] === key)
}

/** Recursion is bounded by the seven levels that a hash of 32 bits has. */
const put = <V>(
  node: Node<V>,
  shift: number,
  hash: number,
  entry: readonly [string, V],
): Node<V> => {
  if (isBucket(node)) {
    return node.hash === hash
      ? { hash, entries: withEntry(node.entries, entry) }
      : put({ bitmap: bitOf(node.hash, shift), children: [node] }, shift, hash, entry)
  }
  const bit = bitOf(hash, shift)
  const place = placeOf(node, hash, shift)
  const children = node.children.slice()
  if ((node.bitmap & bit) === 0) {
    children.splice(place, 0, { hash, entries: [entry] })
  } else {
    // the bit is set, so there is a child at its place
    children[place] = put(children[place] as Node<V>, shift + 5, hash, entry)
  }
  return { bitmap: node.bitmap | bit, children }
}

/**
 * A node without a key that it holds, in the shape that it would have had without it: `undefined`
 * where nothing is left, and a bucket that is alone under a branch takes the place of the branch.
 */
const without = <V>(
  node: Node<V>,
  shift: number,
  hash: number,
  key: string,
): Node<V> | undefined => {
  if (isBucket(node)) {
    const entries = node.entries.filter((entry) => entry[0] !== key)
    return entries.length === 0 ? undefined : { hash, entries }
  }
  const place = placeOf(node, hash, shift)
  const children = node.children.slice()
  // the key is held, so there is a child at its place
  const child = without(children[place] as Node<V>, shift + 5, hash, key)
  if (child === undefined) children.splice(place, 1)
  else children[place] = child
  // below the root a branch has two entries or more, so there is a first child
  const first = children[0] as Node<V>
  if (shift > 0 && children.length === 1 && isBucket(first)) return first
  const bitmap = child === undefined ? node.bitmap & ~bitOf(hash, shift) : node.bitmap
  return { bitmap, children }
}

/** In the order of the keys, so that equal dictionaries are built alike. */
const withEntry = <V>(
  entries: ReadonlyArray<readonly [string, V]>,
  entry: readonly [string, V],
): ReadonlyArray<readonly [string, V]> =>
  [...entries.filter(([key]) => key !== entry[0]), entry].sort(([a], [b]) => (a < b ? -1 : 1))

const bitOf = (hash: number, shift: number): number => 1 << ((hash >>> shift) & 31)

/** How many children stand before this one: the bits set below its own. */
const placeOf = (branch: Branch<unknown>, hash: number, shift: number): number => {
  let bits = branch.bitmap & (bitOf(hash, shift) - 1)
  bits -= (bits >>> 1) & 0x55555555
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

/** FNV-1a over UTF-16 code units, 32 bits. */
const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
