/**
 * An immutable map from strings to values, for states with one entry for each key. Setting a key copies
 * one path of a shallow tree, not the map, and older versions stay as they were.
 *
 * `V` is the value, `m` a dictionary, `k` and `j` different keys.
 *
 * Laws:
 *
 * 1. `get(k)(set(k, v)(m)) = some(v)`
 * 2. `get(j)(set(k, v)(m)) = get(j)(m)`
 * 3. `set(k, v)(m)` is `m` itself if `k` holds `v` already
 * 4. `entries(m)` has each key once, `m.size` of them
 * 5. setting and removing never change an older version
 * 6. `remove(k)(set(k, v)(m)) = remove(k)(m)`, and it is `m` itself if `m` lacks `k`; `j` keeps its value
 * 7. `modifyWith(m, k, a, f, y)` is `set(k, f(x, y))(m)`, where `x` is what `k` holds, or else `a`; if
 *    `f` returns `a` itself it is `remove(k)(m)`
 * 8. dictionaries of the same entries are deeply equal, whatever led to them
 *
 * The tree is a hash array mapped trie that keeps keys and values in its nodes (M. Steindorfer and J.
 * Vinju, "Optimizing Hash-Array Mapped Tries for Fast and Lean Immutable JVM Collections", 2015), sixteen
 * ways at each of eight levels. Keys that share a hash are kept in a crit-bit tree below the last level,
 * so even for keys chosen by an attacker the time of `get`, `set` and `remove` depends on the length of
 * the key, not on the number of keys.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Fork } from './Dictionary/critBit.ts'
import { entriesInto, find, putKey, two, withoutKey } from './Dictionary/critBit.ts'
import { none, some } from './internal/either.ts'

/**
 * An immutable map from strings to values. The order of its entries follows from the hashes of their
 * keys: it is the same in every runtime, and means nothing.
 *
 * @category model
 * @since 0.1.0
 */
export interface Dictionary<out V> {
  readonly size: number
  readonly root: TrieNode<V>
}

/**
 * A node is one array, so that a new version is one copy: a bitmap of the sixteen branches with an entry
 * here, a bitmap of those with a node below, then each key with its value, then the nodes. Below the last
 * level there is a tree of at least two keys with one hash instead.
 */
interface TrieNode<out V> extends ReadonlyArray<number | string | V | TrieNode<V>> {}

// The bitmaps, and the indexes counted from them, say what is where.
const entryBits = (node: TrieNode<unknown>): number => node[0] as number
const nodeBits = (node: TrieNode<unknown>): number => node[1] as number
const keyAt = (node: TrieNode<unknown>, at: number): string => node[at] as string
const entryValue = <V>(node: TrieNode<V>, at: number): V => node[at + 1] as V
const nodeAt = <V>(node: TrieNode<V>, at: number): TrieNode<V> => node[at] as TrieNode<V>
/** The tree below the last level. */
const treeOf = <V>(node: TrieNode<V>): Fork<V> => node as unknown as Fork<V>

/** Below the last level all bits of the hash are used up. */
const allBits = 32

/**
 * The empty dictionary.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Dictionary<never> = {
  size: 0,
  root: [0, 0],
}

/**
 * Returns the value of a key.
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
  <V>(dictionary: Dictionary<V>) => {
    const hash = hashOf(key)
    let node = dictionary.root
    for (let shift = 0; shift < allBits; shift += 4) {
      const bit = bitOf(hash, shift)
      const at = entryPlace(node, bit)
      if ((entryBits(node) & bit) !== 0)
        return keyAt(node, at) === key ? some(entryValue(node, at)) : none
      if ((nodeBits(node) & bit) === 0) return none
      node = nodeAt(node, nodePlace(node, bit))
    }
    const entry = find(treeOf(node), key)
    return entry === undefined ? none : some(entry[1])
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
  collect(dictionary.root, 0, all)
  return all
}

const collect = <V>(node: TrieNode<V>, shift: number, all: Array<readonly [string, V]>): void => {
  if (shift === allBits) return entriesInto(treeOf(node), all)
  for (let bit = 1; bit <= 0x8000; bit <<= 1) {
    const at = entryPlace(node, bit)
    if ((entryBits(node) & bit) !== 0) all.push([keyAt(node, at), entryValue(node, at)])
    else if ((nodeBits(node) & bit) !== 0)
      collect(nodeAt(node, nodePlace(node, bit)), shift + 4, all)
  }
}

/**
 * Sets a key to a value; returns the same dictionary if it holds that value already.
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
  (dictionary) =>
    // `missing` is private, so it is nobody's value
    modifyWith<unknown, V>(dictionary, key, missing, second, value) as Dictionary<V>

/**
 * Removes a key; returns the same dictionary if it has no such key.
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
  <V>(dictionary: Dictionary<V>) =>
    modifyWith<unknown, unknown>(dictionary, key, missing, second, missing) as Dictionary<V> // as above

/** The value of a missing key. */
const missing: unknown = Object.freeze({})

const second = <A>(_: unknown, value: A): A => value

/**
 * Sets a key to what `f` makes of its value. `absent` stands for the value of a missing key: `f` gets it,
 * and if `f` returns it, the key is removed. The argument saves the caller a closure.
 *
 * @internal
 */
export const modifyWith = <V, A>(
  dictionary: Dictionary<V>,
  key: string,
  absent: V,
  f: (value: V, argument: A) => V,
  argument: A,
): Dictionary<V> => {
  const { size, root } = dictionary
  const edit: Edit<V, A> = { hash: hashOf(key), key, absent, f, argument, grows: 0 }
  const edited = editIn(root, 0, edit)
  return edited === root ? dictionary : { size: size + edit.grows, root: edited }
}

/** The arguments of an edit, and by how many keys the dictionary grows. */
interface Edit<V, A> {
  readonly hash: number
  readonly key: string
  readonly absent: V
  readonly f: (value: V, argument: A) => V
  readonly argument: A
  grows: number
}

/** Returns the node with the value changed, or the same node if nothing changes. */
const editIn = <V, A>(node: TrieNode<V>, shift: number, edit: Edit<V, A>): TrieNode<V> => {
  if (shift === allBits) return editTree(node, edit)
  const bit = bitOf(edit.hash, shift)
  const at = entryPlace(node, bit)
  if ((entryBits(node) & bit) !== 0) {
    return keyAt(node, at) === edit.key
      ? editEntry(node, at, bit, edit)
      : pushDown(node, at, shift, edit)
  }
  if ((nodeBits(node) & bit) === 0) return addEntry(node, at, bit, edit)
  const to = nodePlace(node, bit)
  const child = nodeAt(node, to)
  const edited = editIn(child, shift + 4, edit)
  if (edited === child) return node
  const copy = node.slice()
  if (isLone(edited)) {
    copy[0] = entryBits(node) | bit
    copy[1] = nodeBits(node) & ~bit
    copy.splice(to, 1)
    // key and value are key and value are the last two, in a node and in a tree
    copy.splice(at, 0, keyAt(edited, edited.length - 2), entryValue(edited, edited.length - 2))
  } else copy[to] = edited
  return copy
}

/**
 * Whether a removal left a single entry, which then moves into the node above. A node has its two bitmaps
 * before the entry, a tree nothing.
 */
const isLone = (node: TrieNode<unknown>): boolean =>
  node.length === 2 || (node.length === 4 && nodeBits(node) === 0)

/** The entry with another value, or without it. */
const editEntry = <V, A>(
  node: TrieNode<V>,
  at: number,
  bit: number,
  edit: Edit<V, A>,
): TrieNode<V> => {
  const before = entryValue(node, at)
  const value = edit.f(before, edit.argument)
  if (Object.is(before, value)) return node
  const copy = node.slice()
  if (Object.is(value, edit.absent)) {
    edit.grows = -1
    copy[0] = entryBits(node) & ~bit
    copy.splice(at, 2)
  } else copy[at + 1] = value
  return copy
}

const addEntry = <V, A>(
  node: TrieNode<V>,
  at: number,
  bit: number,
  edit: Edit<V, A>,
): TrieNode<V> => {
  const value = edit.f(edit.absent, edit.argument)
  if (Object.is(value, edit.absent)) return node
  edit.grows = 1
  const copy = node.slice()
  copy[0] = entryBits(node) | bit
  copy.splice(at, 0, edit.key, value)
  return copy
}

/** Another key has the branch already: both move into a node below. */
const pushDown = <V, A>(
  node: TrieNode<V>,
  at: number,
  shift: number,
  edit: Edit<V, A>,
): TrieNode<V> => {
  const value = edit.f(edit.absent, edit.argument)
  if (Object.is(value, edit.absent)) return node
  edit.grows = 1
  const bit = bitOf(edit.hash, shift)
  const to = nodePlace(node, bit) - 2
  const [key, before] = [keyAt(node, at), entryValue(node, at)]
  const copy = node.slice()
  copy[0] = entryBits(node) & ~bit
  copy[1] = nodeBits(node) | bit
  copy.splice(at, 2)
  copy.splice(to, 0, parted([hashOf(key), key, before], [edit.hash, edit.key, value], shift + 4))
  return copy
}

type Entry<V> = readonly [hash: number, key: string, value: V]

/** A node of two entries whose hashes are the same down to its level. */
const parted = <V>(one: Entry<V>, other: Entry<V>, shift: number): TrieNode<V> => {
  if (shift === allBits) return two<V>([one[1], one[2]], [other[1], other[2]])
  const bit = bitOf(one[0], shift)
  const otherBit = bitOf(other[0], shift)
  return bit === otherBit
    ? [0, bit, parted(one, other, shift + 4)]
    : pair(bit | otherBit, bit < otherBit, one, other)
}

const pair = <V>(bits: number, inOrder: boolean, one: Entry<V>, other: Entry<V>): TrieNode<V> => {
  const [[, key, value], [, nextKey, nextValue]] = inOrder ? [one, other] : [other, one]
  return [bits, 0, key, value, nextKey, nextValue]
}

/** The keys of one hash with the value changed. */
const editTree = <V, A>(node: TrieNode<V>, edit: Edit<V, A>): TrieNode<V> => {
  const tree = treeOf(node)
  const entry = find(tree, edit.key)
  const before = entry === undefined ? edit.absent : entry[1]
  const value = edit.f(before, edit.argument)
  if (Object.is(before, value)) return node
  if (Object.is(value, edit.absent)) {
    edit.grows = -1
    return withoutKey(tree, edit.key)
  }
  if (entry === undefined) edit.grows = 1
  return putKey(tree, edit.key, value)
}

const bitOf = (hash: number, shift: number): number => 1 << ((hash >>> shift) & 15)

/** The index of the key of a bit, present or not. */
const entryPlace = (node: TrieNode<unknown>, bit: number): number =>
  2 + 2 * bitCount(entryBits(node) & (bit - 1))

/** The index of the node of a bit, present or not. */
const nodePlace = (node: TrieNode<unknown>, bit: number): number =>
  2 + 2 * bitCount(entryBits(node)) + bitCount(nodeBits(node) & (bit - 1))

/** How many of sixteen bits are set. */
const bitCount = (bits: number): number => {
  let sums = bits - ((bits >>> 1) & 0x5555)
  sums = (sums & 0x3333) + ((sums >>> 2) & 0x3333)
  sums = (sums + (sums >>> 4)) & 0x0f0f
  return (sums + (sums >>> 8)) & 0x1f
}

/** FNV-1a over UTF-16 code units, 32 bits. */
const hashOf = (key: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
