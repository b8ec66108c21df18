/**
 * Quick checks of plain data, composed of closures: no code is generated, so they also run where that is
 * forbidden. A guard answers yes or "not sure" for an io-ts type that transforms nothing. Yes means that
 * decoding would give back the same data and that there are no unknown fields in it. Otherwise ask the
 * type. (Measured on orders: without guards, to decode and replay a history takes 1.8 times as long.)
 *
 * `g` is a guard for a type `T`, `u` any value.
 *
 * Laws:
 *
 * 1. `g.accepts(u)` implies that `T` decodes `u` to the same data, and names every field of it
 * 2. if `g.decides`, then not `g.accepts(u)` implies that `T` refuses `u` or changes nothing in it
 *
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
  /** Whether "not sure" means that decoding would change nothing. A union needs this of its members. */
  readonly decides: boolean
  /** What an intersection needs of its members; left out if it cannot combine this one. */
  readonly parts?: GuardParts
}

type FieldGuards = Readonly<Record<string, Guard>>

/** A guard without parts, or one of an object with required and optional fields. */
type GuardParts =
  | { readonly type: 'Leaf' }
  | { readonly type: 'Fields'; readonly required: FieldGuards; readonly optional: FieldGuards }

const leafGuard = (accepts: Guard['accepts'], decides = true): Guard => ({
  accepts,
  decides,
  parts: { type: 'Leaf' },
})

export const stringGuard: Guard = leafGuard((u) => typeof u === 'string')
export const numberGuard: Guard = leafGuard((u) => typeof u === 'number')
export const booleanGuard: Guard = leafGuard((u) => typeof u === 'boolean')
export const unknownGuard: Guard = { accepts: () => true, decides: true }

/** io-ts decodes -0 to the literal 0, so for 0 the guard does not decide. */
export const literalGuard = (value: unknown): Guard =>
  value === 0 ? leafGuard((u) => Object.is(u, value), false) : leafGuard((u) => u === value)

export const keyofGuard = (values: Iterable<unknown>): Guard => {
  const set = new Set(values)
  return leafGuard((u) => set.has(u))
}

export const refinedGuard = (base: Guard, predicate: (u: never) => boolean): Guard => {
  const { accepts, decides, parts } = base
  // the predicate takes what the base accepts
  const holds = predicate as (u: unknown) => boolean
  const both = (u: unknown): boolean => accepts(u) && holds(u)
  return parts?.type === 'Leaf' ? leafGuard(both, decides) : { accepts: both, decides }
}

const hasObjectPrototype = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === 'object' && u !== null && Object.getPrototypeOf(u) === Object.prototype

/** An object with the fields and no others. */
export const structGuard = (required: FieldGuards): Guard =>
  fieldsGuard(required, {}, decidesFields(required))

/** An object with some of the fields and no others. */
export const partialGuard = (optional: FieldGuards): Guard =>
  fieldsGuard(
    {},
    optional,
    Object.values(optional).every((field) => field.decides),
  )

/** io-ts adds a missing field whose type accepts `undefined`. */
const decidesFields = (required: FieldGuards): boolean =>
  Object.values(required).every((field) => field.decides && !field.accepts(undefined))

const fieldsGuard = (required: FieldGuards, optional: FieldGuards, decides: boolean): Guard => ({
  accepts: hasFields(required, optional),
  decides,
  parts: { type: 'Fields', required, optional },
})

/**
 * Data that the same codec wrote has its fields in order, so one pass over them decides. Any other
 * order needs a look-up for each field.
 */
const hasFields = (required: FieldGuards, optional: FieldGuards): Guard['accepts'] => {
  const keys = [...Object.keys(required), ...Object.keys(optional)]
  const checks = [
    ...Object.values(required).map(({ accepts }) => accepts),
    ...Object.values(optional).map(
      ({ accepts }) =>
        (u: unknown) =>
          u === undefined || accepts(u),
    ),
  ]
  const needed = Object.keys(required).length
  const byKey = new Map(keys.map((key, i) => [key, checks[i]]))
  const lookUp = (u: Readonly<Record<string, unknown>>): boolean => {
    for (const key in u) if (byKey.get(key)?.(u[key]) !== true) return false
    return keys.every((key, i) => i >= needed || Object.prototype.hasOwnProperty.call(u, key))
  }
  return (u) => {
    if (!hasObjectPrototype(u)) return false
    let i = 0
    for (const key in u) {
      while (key !== keys[i]) if (i++ < needed || i >= keys.length) return lookUp(u)
      if (!(checks[i] as Guard['accepts'])(u[key])) return false // keys[i] is a key, so checks[i] is there
      i++
    }
    return i >= needed
  }
}

/**
 * The inner guard refuses unknown fields already. It does not decide, because decoding leaves them out;
 * and in an intersection it would leave out what the other members name.
 */
export const exactGuard = ({ accepts }: Guard): Guard => ({ accepts, decides: false })

export const arrayGuard = (element: Guard): Guard => {
  const { accepts, decides } = element
  return {
    accepts: (u) => {
      if (!Array.isArray(u)) return false
      for (let i = 0; i < u.length; i++) if (!accepts(u[i])) return false
      return true
    },
    decides,
  }
}

export const recordGuard = ({ accepts, decides }: Guard): Guard => ({
  accepts: (u) => hasObjectPrototype(u) && Object.values(u).every(accepts),
  decides,
})

/**
 * For an intersection. Each member may have fields that the others do not name, so their fields are
 * merged first. Returns `undefined` if they cannot be.
 */
export const intersectionGuard = (members: ReadonlyArray<Guard>): Guard | undefined =>
  members
    .slice(1)
    .reduce<Guard | undefined>((one, other) => one && bothGuards(one, other), members[0])

const bothGuards = (one: Guard, other: Guard): Guard | undefined => {
  const [a, b] = [one.parts, other.parts]
  const decides = one.decides && other.decides
  if (a?.type === 'Leaf' && b?.type === 'Leaf') {
    return leafGuard((u) => one.accepts(u) && other.accepts(u), decides)
  }
  if (a?.type !== 'Fields' || b?.type !== 'Fields') return undefined
  const required = bothFields(a.required, b.required)
  const optional = bothFields(a.optional, b.optional)
  if (required === undefined || optional === undefined) return undefined
  // a field that is required by one member and optional in the other has no place in either list
  const isMixed = Object.keys(optional).some((key) =>
    Object.prototype.hasOwnProperty.call(required, key),
  )
  return isMixed ? undefined : fieldsGuard(required, optional, decides)
}

const bothFields = (some: FieldGuards, others: FieldGuards): FieldGuards | undefined => {
  const fields = new Map(Object.entries(some))
  for (const [key, other] of Object.entries(others)) {
    const one = fields.get(key)
    const field = one === undefined ? other : bothGuards(one, other)
    if (field === undefined) return undefined
    fields.set(key, field)
  }
  return Object.fromEntries(fields)
}

/**
 * For a union. All members must decide: otherwise an earlier one might transform what a later one
 * accepts.
 */
export const unionGuard = (members: ReadonlyArray<Guard>): Guard => ({
  accepts: (u) => members.some((member) => member.accepts(u)),
  decides: true,
})
