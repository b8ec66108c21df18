/**
 * Quick yes-or-not-sure checks of plain data, put together from closures (no code is generated, so
 * they run where that is forbidden). They answer for codecs that transform nothing: where a guard
 * says yes, decoding would give back the same data; where it does not, ask the codec.
 *
 * `g` is a guard for a codec `c`, `u` any value.
 *
 * Laws:
 *
 * 1. `g.accepts(u)` implies that `c` decodes `u` to the same data
 * 2. where `g.decides`: not `g.accepts(u)` implies that `c` refuses `u` or changes nothing in it
 *
 * @internal
 * @since 0.1.0
 */

/**
 * A quick check of a value.
 *
 * @category model
 * @since 0.1.0
 */
export interface Guard {
  readonly accepts: (input: unknown) => boolean
  /** Whether a no means that decoding would change nothing: what a union needs to know of its members. */
  readonly decides: boolean
}

const guard = (accepts: Guard['accepts'], decides = true): Guard => ({ accepts, decides })

export const string: Guard = guard((u) => typeof u === 'string')
export const number: Guard = guard((u) => typeof u === 'number')
export const boolean: Guard = guard((u) => typeof u === 'boolean')
export const anything: Guard = guard(() => true)

/** A negative zero is decoded to the literal zero, so there a no is no answer. */
export const literal = (value: unknown): Guard =>
  value === 0 ? guard((u) => Object.is(u, value), false) : guard((u) => u === value)

export const oneOf = (values: Iterable<unknown>): Guard => {
  const set = new Set(values)
  return guard((u) => set.has(u))
}

export const where = (base: Guard, predicate: (u: never) => boolean): Guard => {
  const { accepts } = base
  // the predicate takes what the base accepts
  const holds = predicate as (u: unknown) => boolean
  return guard((u) => accepts(u) && holds(u), base.decides)
}

const isPlain = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === 'object' && u !== null && Object.getPrototypeOf(u) === Object.prototype

/**
 * An object with the fields. Data that was written by the same codec has its fields in order, and
 * then one pass over them decides; any other order, or more fields, takes a look-up for each.
 */
export const struct = (fields: Readonly<Record<string, Guard>>): Guard => {
  const keys = Object.keys(fields)
  const checks = Object.values(fields).map((field) => field.accepts)
  const { length } = keys
  const lookUp = (u: Readonly<Record<string, unknown>>): boolean =>
    keys.every((key, i) => Object.prototype.hasOwnProperty.call(u, key) && checks[i]?.(u[key]))
  return guard(
    (u) => {
      if (!isPlain(u)) return false
      let i = 0
      for (const key in u) {
        if (key !== keys[i]) return lookUp(u)
        if (!(checks[i] as Guard['accepts'])(u[key])) return false // keys[i] is a key, so checks[i] is there
        i++
      }
      return i === length
    },
    // a missing field that may be undefined is decoded to a present one
    Object.values(fields).every((field) => field.decides && !field.accepts(undefined)),
  )
}

export const partial = (fields: Readonly<Record<string, Guard>>): Guard => {
  const entries = Object.entries(fields)
  return guard(
    (u) =>
      isPlain(u) && entries.every(([key, field]) => u[key] === undefined || field.accepts(u[key])),
    entries.every(([, field]) => field.decides),
  )
}

export const exact = (base: Guard, keys: ReadonlyArray<string>): Guard => {
  const known = new Set(keys)
  return guard((u) => {
    if (!base.accepts(u)) return false
    for (const key in u as object) if (!known.has(key)) return false // the base accepts only objects
    return true
  }, false)
}

export const array = (element: Guard): Guard => {
  const { accepts } = element
  return guard((u) => {
    if (!Array.isArray(u)) return false
    for (let i = 0; i < u.length; i++) if (!accepts(u[i])) return false
    return true
  }, element.decides)
}

export const record = (value: Guard): Guard =>
  guard((u) => isPlain(u) && Object.values(u).every((v) => value.accepts(v)), value.decides)

export const all = (members: ReadonlyArray<Guard>): Guard =>
  guard(
    (u) => members.every((member) => member.accepts(u)),
    members.every((member) => member.decides),
  )

/** Of members that all decide, for else an earlier one might transform what a later one accepts. */
export const any = (members: ReadonlyArray<Guard>): Guard =>
  guard((u) => members.some((member) => member.accepts(u)))
