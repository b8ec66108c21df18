/**
 * The storage of an object.
 *
 * @since 0.1.0
 */

/**
 * The part of an object's storage that is used: `ctx.storage` of an object with SQLite can be passed as it
 * is.
 *
 * @category model
 * @since 0.1.0
 */
export interface DurableStorage {
  readonly sql: {
    readonly exec: (
      query: string,
      ...bindings: Array<string | number | null>
    ) => { readonly toArray: () => ReadonlyArray<Readonly<Record<string, unknown>>> }
  }
  readonly transactionSync: <A>(run: () => A) => A
}
