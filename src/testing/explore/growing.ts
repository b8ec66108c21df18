/**
 * Numbers by place, in a typed array that grows.
 *
 * @since 0.1.0
 */

/**
 * The numbers, and room for more: what was not put is 0.
 *
 * @category model
 * @since 0.1.0
 */
export interface Column {
  numbers: Uint32Array
}

/**
 * A column without numbers.
 *
 * @category building
 * @since 0.1.0
 */
export const column = (): Column => ({ numbers: new Uint32Array(64) })

/**
 * Puts a number at a place, of which there is one more at most than there is room for.
 *
 * @category building
 * @since 0.1.0
 */
export const put = (to: Column, at: number, number: number): void => {
  if (at >= to.numbers.length) {
    const twice = new Uint32Array(to.numbers.length * 2)
    twice.set(to.numbers)
    to.numbers = twice
  }
  to.numbers[at] = number
}
