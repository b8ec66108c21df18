/**
 * Whether an instance of a class may hold data that cannot be seen from outside.
 */

/** Whether the source of a class of the object has private fields. */
export const hasPrivateFields = (value: object): boolean =>
  isAnyClass(value, ({ isPrivate }) => isPrivate)

/** Whether it has private fields, or one of its classes is native. Closures are not considered. */
export const mayHide = (value: object): boolean =>
  isAnyClass(value, ({ isPrivate, isNative }) => isPrivate || isNative)

/** What the source of a class shows. */
interface ClassSource {
  readonly isPrivate: boolean
  readonly isNative: boolean
}

const protoOf = (value: object): object | null => Object.getPrototypeOf(value) as object | null

/** By prototype. The source of a class never changes. */
const classes = new WeakMap<object, ClassSource>()

const isAnyClass = (value: object, holds: (one: ClassSource) => boolean): boolean => {
  for (let here = protoOf(value); here !== null; here = protoOf(here)) {
    const known = classes.get(here) ?? classOf(here)
    classes.set(here, known)
    if (holds(known)) return true
  }
  return false
}

const classOf = (prototype: object): ClassSource => {
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  // the prototype of all objects hides nothing
  if (typeof made !== 'function' || protoOf(prototype) === null) {
    return { isPrivate: false, isNative: false }
  }
  // oxlint-disable-next-line no-restricted-globals -- reads the source of a class, and creates no function
  const code = Function.prototype.toString.call(made)
  return {
    // a string or comment that looks like a private field makes this true, which is harmless
    isPrivate: /#[A-Za-z$_\\\u0080-\uffff]/.test(code),
    isNative: /\{\s*\[native code\]\s*\}\s*$/.test(code),
  }
}
