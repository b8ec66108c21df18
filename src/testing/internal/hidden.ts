/**
 * Whether an instance of a class may hold what nobody can see from outside.

 */

/** Whether a class of the object has private fields in its source. */
export const hasPrivateFields = (value: object): boolean =>
  isAnyClass(value, ({ isPrivate }) => isPrivate)

/** Whether it has private fields, or one of its classes is native. Closures are not looked into. */
export const mayHide = (value: object): boolean =>
  isAnyClass(value, ({ isPrivate, isNative }) => isPrivate || isNative)

interface Class {
  readonly isPrivate: boolean
  readonly isNative: boolean
}

const prototypeOf = (value: object): object | null => Object.getPrototypeOf(value) as object | null

/** By prototype: the source of a class stays what it is. */
const classes = new WeakMap<object, Class>()

const isAnyClass = (value: object, holds: (one: Class) => boolean): boolean => {
  for (let here = prototypeOf(value); here !== null; here = prototypeOf(here)) {
    const known = classes.get(here) ?? classOf(here)
    classes.set(here, known)
    if (holds(known)) return true
  }
  return false
}

const classOf = (prototype: object): Class => {
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  // what all objects inherit from hides nothing
  if (typeof made !== 'function' || prototypeOf(prototype) === null) {
    return { isPrivate: false, isNative: false }
  }
  // oxlint-disable-next-line no-restricted-globals -- reads the source of a class, and makes none
  const code = Function.prototype.toString.call(made)
  return {
    // a string or a comment that looks like a private field only keeps two states apart
    isPrivate: /#[A-Za-z$_\\\u0080-\uffff]/.test(code),
    isNative: /\{\s*\[native code\]\s*\}\s*$/.test(code),
  }
}
