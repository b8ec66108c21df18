/**
 * What the SQL engine needs of a driver.
 *
 * @since 0.1.0
 */

/**
 * The part of a driver that is used: PGlite, and a client or a pool of node-postgres, can be passed as they
 * are. `params` is a new array on every call, for drivers whose types require a mutable one.
 *
 * @category model
 * @since 0.1.0
 */
export interface SqlClient {
  readonly query: (
    text: string,
    params: Array<unknown>,
  ) => Promise<{ readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>> }>
}
