/**
 * Resolves references within a JSON Schema.
 *
 * @since 0.1.0
 */

/**
 * The target of a reference like `#/$defs/Line`; `undefined` if it leads nowhere, or to another document.
 */
export const targetOf = (root: unknown, ref: string): unknown => {
  if (ref === '#') return root
  if (!ref.startsWith('#/')) return undefined
  let target = root
  for (const step of ref.slice(2).split('/')) {
    const key = unescaped(step).replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key)) {
      return undefined
    }
    target = Reflect.get(target, key)
  }
  return target
}

/** Invalid percent-encoding stands for itself. */
const unescaped = (step: string): string => {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}
