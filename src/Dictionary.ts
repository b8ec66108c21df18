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
 * 7. `modify(k, a, f)(m)` is `set(k, f(x))(m)`, where `x` is what `k` holds, or else `a`; where `f` gives
 *    `a` itself it is `remove(k)(m)`
 * 8. dictionaries of the same entries are deeply equal, whatever led to them
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
  readonly root: Branch<V>
}

type Node<V> = Branch<V> | Leaf<V> | Collision<V>

/** Up to 32 children, one for each value of five bits of the hash; the bitmap says which exist. */
interface Branch<out V> {
  readonly type: 'Branch'
  readonly bitmap: number
  readonly children: ReadonlyArray<Node<V>>
}

interface Leaf<out V> {
  readonly type: 'Leaf'
  readonly hash: number
  readonly key: string
  readonly value: V
}

/** Two leaves or more whose keys share a whole hash, in the order of the keys. */
interface Collision<out V> {
  readonly type: 'Collision'
  readonly hash: number
  readonly leaves: ReadonlyArray<Leaf<V>>
}

/**
 * The dictionary without entries.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Dictionary<never> = {
  size: 0,
  root: { type: 'Branch', bitmap: 0, children: [] },
}

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
    const leaf = find(dictionary.root, hashOf(key), key)
    return leaf === undefined ? { _tag: 'None' } : { _tag: 'Some', value: leaf.value }
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
    switch (node.type) {
      case 'Branch':
        open.push(...node.children)
        break
      case 'Leaf':
        all.push([node.key, node.value])
        break
      case 'Collision':
        open.push(...node.leaves)
        break
    }
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
    const hash = hashOf(key)
    const before = find(dictionary.root, hash, key)
    if (before !== undefined && Object.is(before.value, value)) return dictionary
    return {
      size: before === undefined ? dictionary.size + 1 : dictionary.size,
      root: putInto(dictionary.root, 0, { type: 'Leaf', hash, key, value }),
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
    const hash = hashOf(key)
    return find(dictionary.root, hash, key) === undefined
      ? dictionary
      : { size: dictionary.size - 1, root: takeFrom(dictionary.root, 0, hash, key) }
  }

/**
 * The dictionary in which a key holds what `f` makes of its value. `absent` stands for the value of a
 * key that is not there: `f` is given it, and a key for which `f` gives it back is there no more.
 *
 * @example
 *   import { empty, entries, modify } from 'decider-ts/Dictionary'
 *   import assert from 'node:assert'
 *
 *   const one = modify('a', 0, (n: number) => n + 1)(empty)
 *   assert.deepStrictEqual(entries(one), [['a', 1]])
 *   assert.deepStrictEqual(modify('a', 0, (n: number) => n - 1)(one), empty)
 *
 * @category writing
 * @since 0.1.0
 */
export const modify =
  <V>(key: string, absent: V, f: (value: V) => V): ((dictionary: Dictionary<V>) => Dictionary<V>) =>
  (dictionary) =>
    modifyWith(dictionary, key, absent, f, undefined)

/**
 * `modify` by a function of two arguments that is made once, where otherwise each call would make a
 * closure.
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
  if (edit.grows < 0) return { size: size - 1, root: takeFrom(root, 0, edit.hash, key) }
  return edited === root ? dictionary : { size: size + edit.grows, root: edited }
}

/** What `modify` carries down, and by how many keys the dictionary is to grow. */
interface Edit<V, A> {
  readonly hash: number
  readonly key: string
  readonly absent: V
  readonly f: (value: V, argument: A) => V
  readonly argument: A
  grows: number
}

/**
 * The branch with the value changed, in one way down and back; the very branch where nothing changes.
 * Where the key is to go, it says so, and what it gives is of no use.
 */
const editIn = <V, A>(branch: Branch<V>, shift: number, edit: Edit<V, A>): Branch<V> => {
  const { bitmap, children } = branch
  const { hash, key, absent } = edit
  const place = placeOf(bitmap, hash, shift)
  const child = (bitmap & bitOf(hash, shift)) === 0 ? undefined : children[place]
  if (child?.type === 'Branch') {
    const edited = editIn(child, shift + 5, edit)
    if (edited === child) return branch
    const copy = children.slice()
    copy[place] = edited
    return { type: 'Branch', bitmap, children: copy }
  }
  const leaf = leafIn(child, key)
  const before = leaf === undefined ? absent : leaf.value
  const value = edit.f(before, edit.argument)
  if (Object.is(before, value)) return branch
  edit.grows = (Object.is(value, absent) ? 0 : 1) - (leaf === undefined ? 0 : 1)
  return putInto(branch, shift, { type: 'Leaf', hash, key, value })
}

const find = <V>(root: Branch<V>, hash: number, key: string): Leaf<V> | undefined => {
  let node: Node<V> | undefined = root
  for (let shift = 0; node?.type === 'Branch'; shift += 5) {
    node =
      (node.bitmap & bitOf(hash, shift)) === 0
        ? undefined
        : node.children[placeOf(node.bitmap, hash, shift)]
  }
  return leafIn(node, key)
}

/** The leaf of a key in what stands below all branches. */
const leafIn = <V>(node: Leaf<V> | Collision<V> | undefined, key: string): Leaf<V> | undefined => {
  if (node?.type === 'Collision') return node.leaves.find((leaf) => leaf.key === key)
  return node?.key === key ? node : undefined
}

/** Recursion is bounded by the seven levels that a hash of 32 bits has. */
const putInto = <V>(branch: Branch<V>, shift: number, leaf: Leaf<V>): Branch<V> => {
  const { bitmap } = branch
  const bit = bitOf(leaf.hash, shift)
  const place = placeOf(bitmap, leaf.hash, shift)
  const children = branch.children.slice()
  // where the bit is set there is a child at its place
  if ((bitmap & bit) === 0) children.splice(place, 0, leaf)
  else children[place] = put(children[place] as Node<V>, shift + 5, leaf)
  return { type: 'Branch', bitmap: bitmap | bit, children }
}

const put = <V>(node: Node<V>, shift: number, leaf: Leaf<V>): Node<V> => {
  if (node.type === 'Branch') return putInto(node, shift, leaf)
  if (node.hash !== leaf.hash) {
    const alone: Branch<V> = {
      type: 'Branch',
      bitmap: bitOf(node.hash, shift),
      children: [node],
    }
    return putInto(alone, shift, leaf)
  }
  if (node.type === 'Leaf') {
    return node.key === leaf.key ? leaf : collision(leaf.hash, [node, leaf])
  }
  return collision(leaf.hash, [...node.leaves.filter(({ key }) => key !== leaf.key), leaf])
}

/** In the order of the keys, so that equal dictionaries are built alike. */
const collision = <V>(hash: number, leaves: ReadonlyArray<Leaf<V>>): Collision<V> => ({
  type: 'Collision',
  hash,
  leaves: [...leaves].sort((a, b) => (a.key < b.key ? -1 : 1)),
})

/** A branch without a key that it holds. */
const takeFrom = <V>(branch: Branch<V>, shift: number, hash: number, key: string): Branch<V> => {
  const { bitmap } = branch
  const place = placeOf(bitmap, hash, shift)
  const children = branch.children.slice()
  // the key is held, so there is a child at its place
  const child = take(children[place] as Node<V>, shift + 5, hash, key)
  if (child !== undefined) children[place] = child
  else children.splice(place, 1)
  const left = child === undefined ? bitmap & ~bitOf(hash, shift) : bitmap
  return { type: 'Branch', bitmap: left, children }
}

/**
 * A node without a key that it holds, in the shape that it would have had without it: `undefined`
 * where nothing is left, and what is alone under a branch takes the place of the branch.
 */
const take = <V>(node: Node<V>, shift: number, hash: number, key: string): Node<V> | undefined => {
  if (node.type === 'Leaf') return undefined
  if (node.type === 'Branch') {
    const branch = takeFrom(node, shift, hash, key)
    // below the root a branch has two entries or more, so there is a child left
    const first = branch.children[0] as Node<V>
    return branch.children.length > 1 || first.type === 'Branch' ? branch : first
  }
  const leaves = node.leaves.filter((leaf) => leaf.key !== key)
  return leaves.length === 1 ? leaves[0] : { type: 'Collision', hash, leaves }
}

const bitOf = (hash: number, shift: number): number => 1 << ((hash >>> shift) & 31)

/** How many children stand before this one: the bits set below its own. */
const placeOf = (bitmap: number, hash: number, shift: number): number => {
  let bits = bitmap & (bitOf(hash, shift) - 1)
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
