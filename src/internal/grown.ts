/**
 * Lists that are made one element after another, and mostly end with one.
 *
 * @since 0.1.0
 */

/** The list with one more at its end, or a new one of its own size: `push` would make room for 17. */
export const grown = <A>(list: Array<A> | undefined, next: A): Array<A> => {
  if (list === undefined) return [next]
  list.push(next)
  return list
}
