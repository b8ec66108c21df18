/**
 * What to look for, and how far to go.
 *
 * @since 0.1.0
 */

/**
 * How far to go. Whichever is met first ends the exploration; none of them makes a result wrong, only
 * less complete. Numbers are rounded down; what is less than 1 state, no action or no time is read as
 * that, and so is `NaN`: the initial state is always looked at.
 *
 * @category model
 * @since 0.1.0
 */
export interface Limits {
  /** The most actions in a row. */
  readonly depth?: number
  /** The most states; 100,000 where nothing is said. */
  readonly states?: number
  /**
   * The longest time, and the clock to read it from, such as `Date.now`. It is read before each state
   * and every 1,024 actions of one: what takes longer in between is not cut short.
   */
  readonly time?: { readonly milliseconds: number; readonly now: () => number }
}

/**
 * How far an exploration has come.
 *
 * @category model
 * @since 0.1.0
 */
export interface Progress {
  readonly states: number
  /** States that were reached and in which nothing was tried yet. */
  readonly waiting: number
  readonly transitions: number
  readonly refused: number
  readonly depth: number
}

/**
 * What makes two states one.
 *
 * `Observable`: that no pure function can tell them apart. They have the same fields, elements, entries
 * and members, in the same order, all the way down, and in both the same of these are one object. An
 * instance of a class with private fields is like no other, unless it shows what it holds by `toJSON`,
 * `valueOf` or `toString`.
 *
 * `Structural`: that `structural` of `Diff` takes them for equal. Fewer states are told apart, and what
 * is found is proved only if nothing that reads a state sees the order of fields, of a map's entries or
 * of a set's members, the prototype of a plain object, a hole of an array, or whether two parts are one
 * object. A queue that is kept in a `Set` is lost by it.
 *
 * @category model
 * @since 0.1.0
 */
export type Identity = 'Observable' | 'Structural'

/**
 * What to look for.
 *
 * @category model
 * @since 0.1.0
 */
export interface Options<in S, in A, in E> {
  /** The label of the node that a state stands under in the graph. One node where nothing is said. */
  readonly abstraction?: (state: S) => string
  /** What makes two states one. Defaults to `Observable`: what is told apart is explored apart. */
  readonly identity?: Identity
  /**
   * States whose canonical values are one by `identity` are explored as one. Sound where such states
   * behave alike: they refuse the same, and go on to states with the same canonical value. A sorted list
   * of lines is one where the order of lines does not matter. The first 2,000 states are looked at
   * without it, and where two do not behave alike that are one by it, the report says `unsound`.
   * Defaults to the state itself.
   */
  readonly canonical?: (state: S) => unknown
  /** What must hold in every state. One that throws is broken. */
  readonly invariants?: Readonly<Record<string, (state: S) => boolean>>
  /** What must hold of every accepted action. One that throws is broken. */
  readonly stepInvariants?: Readonly<
    Record<string, (before: S, action: A, events: ReadonlyArray<E>, after: S) => boolean>
  >
  /**
   * What must stay possible: from every state, some way leads to a state that satisfies it. It takes 8
   * more bytes for each transition.
   */
  readonly alwaysPossible?: Readonly<Record<string, (state: S) => boolean>>
  /** A state to find the shortest way to. */
  readonly find?: (state: S) => boolean
  readonly limits?: Limits
  /** The kinds of commands that should be tried. */
  readonly commands?: ReadonlyArray<string>
  /** The kinds of events that should be emitted; `Failed` is met by `Failed.'NoFunds'`, too. */
  readonly events?: ReadonlyArray<string>
  /** The kinds of rejections that should be given. */
  readonly rejections?: ReadonlyArray<string>
  /** How many traces to show of each kind of finding; 3 where nothing is said. */
  readonly examples?: number
  /** Called after every so many actions tried. */
  readonly progress?: { readonly every: number; readonly tell: (progress: Progress) => void }
}

/**
 * A limit as a whole number: rounded down, and the least where it is less or `NaN`.
 *
 * @category searching
 * @since 0.1.0
 */
export const whole = (limit: number, least: number): number =>
  limit >= least ? Math.floor(limit) : least
