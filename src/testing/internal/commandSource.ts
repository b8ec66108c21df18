/**
 * Where the commands of a walk come from.
 */
import type { Arbitrary } from 'fast-check'

/** An arbitrary of any command, or the commands that make sense in a state, or both in equal parts. */
export type CommandSource<C, S> =
  | {
      readonly command: Arbitrary<C>
      readonly choices?: (state: S) => ReadonlyArray<C>
    }
  | {
      readonly command?: Arbitrary<C>
      readonly choices: (state: S) => ReadonlyArray<C>
    }

/**
 * Options whose types are inferred from the decider. If the decider is written in place without types, its
 * commands are those of the arbitrary: an intersection is inferred last.
 */
export type InferredOptions<O, C> = NoInfer<O> & { readonly command?: Arbitrary<C & {}> }
