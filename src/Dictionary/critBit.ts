/**
 * An immutable map from strings to values, ordered by UTF-16 code units: a crit-bit tree (D. J.
 * Bernstein, "Crit-bit trees", 2004). Each fork tests the first bit in which the keys below it differ, so
 * the shape depends only on the keys, and no choice of keys makes it slow: finding or changing a key tests at
 * most 17 bits per code unit of that key, however many keys there are.
 *
 * @since 0.1.0
 */

/** At least one entry. */
type CritBit<V> = Leaf<V> | Fork<V>

type Leaf<V> = readonly [key: string, value: V]

/**
 * At least two entries: the tested bit, the least key below, the keys with 0 at that bit, and the keys with
 * 1.
 */
export type Fork<V> = readonly [bit: number, least: string, zeros: CritBit<V>, ones: CritBit<V>]

const isFork = <V>(tree: CritBit<V>): tree is Fork<V> => tree.length === 4

/** A code unit plus one, so that 0 can stand for the end of a key: it takes 17 bits. */
const symbolBits = 17

const symbolAt = (key: string, index: number): number =>
  index < key.length ? key.charCodeAt(index) + 1 : 0

/** Bits are counted from the highest bit of the first symbol. */
const isSet = (key: string, bit: number): boolean => {
  const below = symbolBits - 1 - (bit % symbolBits)
  return ((symbolAt(key, Math.floor(bit / symbolBits)) >>> below) & 1) === 1
}

const bitsOf = (key: string): number => (key.length + 1) * symbolBits

/** The first bit in which two keys differ, `Infinity` for equal ones. */
const firstDifference = (a: string, b: string): number => {
  if (a === b) return Infinity
  let index = 0
  while (symbolAt(a, index) === symbolAt(b, index)) index++
  const leadingZeros = Math.clz32(symbolAt(a, index) ^ symbolAt(b, index))
  return index * symbolBits + leadingZeros - (32 - symbolBits)
}

const leastOf = <V>(tree: CritBit<V>): string => (isFork(tree) ? tree[1] : tree[0])

/** The tree of two entries with different keys. */
export const two = <V>(one: Leaf<V>, other: Leaf<V>): Fork<V> => {
  const bit = firstDifference(one[0], other[0])
  return isSet(one[0], bit) ? fork(bit, other, one) : fork(bit, one, other)
}

/** The entry of a key. */
export const find = <V>(tree: CritBit<V>, key: string): Leaf<V> | undefined => {
  let here = tree
  while (isFork(here)) {
    // all keys below are longer than this key
    if (here[0] >= bitsOf(key)) return undefined
    here = towards(here, key)
  }
  return here[0] === key ? here : undefined
}

/** The tree in which a key holds a value. */
export const putKey = <V>(tree: CritBit<V>, key: string, value: V): CritBit<V> => {
  const bit = firstDifference(key, closest(tree, key))
  const path: Array<Fork<V>> = []
  let here = tree
  while (isFork(here) && here[0] < bit) {
    path.push(here)
    here = towards(here, key)
  }
  const leaf: Leaf<V> = [key, value]
  if (bit === Infinity) return rebuilt(path, key, leaf)
  return rebuilt(path, key, isSet(key, bit) ? fork(bit, here, leaf) : fork(bit, leaf, here))
}

/** A key of the tree that shares its longest prefix of bits with the given one. */
const closest = <V>(tree: CritBit<V>, key: string): string => {
  let here = tree
  while (isFork(here) && here[0] < bitsOf(key)) here = towards(here, key)
  return leastOf(here)
}

/** The tree without a key that it has. */
export const withoutKey = <V>(tree: Fork<V>, key: string): CritBit<V> => {
  const path: Array<Fork<V>> = []
  let parent = tree
  for (let here = towards(parent, key); isFork(here); here = towards(parent, key)) {
    path.push(parent)
    parent = here
  }
  return rebuilt(path, key, isSet(key, parent[0]) ? parent[2] : parent[3])
}

const towards = <V>(fork: Fork<V>, key: string): CritBit<V> =>
  isSet(key, fork[0]) ? fork[3] : fork[2]

const fork = <V>(bit: number, zeros: CritBit<V>, ones: CritBit<V>): Fork<V> => [
  bit,
  leastOf(zeros),
  zeros,
  ones,
]

/** Copies the forks on the path to a key, with another tree at its end. */
const rebuilt = <V>(path: Array<Fork<V>>, key: string, end: CritBit<V>): CritBit<V> => {
  let tree = end
  for (let above = path.pop(); above !== undefined; above = path.pop()) {
    const [bit, , zeros, ones] = above
    tree = isSet(key, bit) ? fork(bit, zeros, tree) : fork(bit, tree, ones)
  }
  return tree
}

/** Appends all entries in order of their keys. Not recursive, because a tree may be deeper than the stack. */
export const entriesInto = <V>(tree: CritBit<V>, into: Array<readonly [string, V]>): void => {
  const open: Array<CritBit<V>> = [tree]
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    if (isFork(here)) open.push(here[3], here[2])
    else into.push([here[0], here[1]])
  }
}
