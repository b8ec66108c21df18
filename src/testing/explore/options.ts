/**
 * What to look for in an exploration, and how far to go.
 *
 * @since 0.1.0
 */

/**
 * What to look for, and how far to go.
 *
 * @category model
 * @since 0.1.0
 */
export interface ExploreOptions<in S, in A, in E> {
  /** The label under which a state is counted in the graph. By default all states have one label. */
  readonly abstraction?: (state: S) => string
  /**
   * What makes two states one. Defaults to `Observable`.
   *
   * `Observable`: no pure function can tell them apart. They have the same fields, elements, entries and
   * members, in the same order, at every depth, and the same parts of them are one object. An instance of
   * a class with private fields equals only itself, unless `toJSON`, `valueOf` or `toString` shows what
   * it holds.
   *
   * `Structural`: `structural` of `Diff` finds them equal. That leaves fewer states, but findings are
   * proved only if your rules ignore the order of fields, map entries and set members, the prototypes of
   * plain objects, holes in arrays, and whether two parts are one object. A queue in a `Set` breaks it.
   */
  readonly identity?: 'Observable' | 'Structural'
  /**
   * States with the same canonical value, by `identity`, are explored as one: a sorted list of lines, if
   * the order of lines does not matter. It is sound if such states behave alike: they reject the same
   * commands and lead to states with the same canonical value. The first 2,000 states are explored
   * without it as well, and if two merged states behave differently, the report says `unsound`. Defaults
   * to the state itself.
   */
  readonly canonical?: (state: S) => unknown
  /** What must hold in every state. An invariant that throws is broken. */
  readonly invariants?: Readonly<Record<string, (state: S) => boolean>>
  /** What must hold for every accepted action. An invariant that throws is broken. */
  readonly stepInvariants?: Readonly<
    Record<string, (before: S, action: A, events: ReadonlyArray<E>, after: S) => boolean>
  >
  /**
   * What must stay possible: some path leads from every state to one that satisfies the predicate. It
   * takes 16 more bytes for each transition.
   */
  readonly alwaysPossible?: Readonly<Record<string, (state: S) => boolean>>
  /** A state to find a shortest path to. */
  readonly find?: (state: S) => boolean
  /**
   * How far to go. The first limit that is reached ends the exploration. A limit makes a result less
   * complete, never wrong. Limits are rounded down and clamped to at least 1 state, 0 actions and 0 ms;
   * `NaN` counts as the minimum.
   */
  readonly limits?: {
    /** The most actions in a row. */
    readonly depth?: number
    /** The most states. Defaults to 100,000. */
    readonly states?: number
    /**
     * The longest time, and the clock to read, such as `Date.now`. The clock is read before each state
     * and after every 1,024 actions in one state, so a slow action is not interrupted.
     */
    readonly time?: { readonly milliseconds: number; readonly now: () => number }
  }
  /** The kinds of commands that should be tried. */
  readonly commands?: ReadonlyArray<string>
  /** The kinds of events that should be emitted. `Failed` also stands for `Failed.'NoFunds'`. */
  readonly events?: ReadonlyArray<string>
  /** The kinds of rejections that should be given. */
  readonly rejections?: ReadonlyArray<string>
  /** How many traces to show of each kind of finding. Defaults to 3. */
  readonly examples?: number
  /** Called each time `every` more actions were tried. */
  readonly progress?: { readonly every: number; readonly tell: (progress: ExploreProgress) => void }
}

/** How far an exploration has come. */
export interface ExploreProgress {
  readonly states: number
  /** States that were found but not yet expanded. */
  readonly waiting: number
  readonly transitions: number
  readonly refused: number
  readonly depth: number
}

/**
 * A limit rounded down and clamped to a minimum, which also stands in for `NaN`.
 *
 * @internal
 */
export const integerFrom = (least: number, limit: number): number =>
  limit >= least ? Math.floor(limit) : least
