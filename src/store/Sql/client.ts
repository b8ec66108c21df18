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
  readonly query: RunStatement
  /**
   * Sends a statement under a name, for a driver whose sessions keep statements, so that they are parsed once: that is
   * a fifth of the time of a single commit. A name stands for one text. By default `query` is called.
   */
  readonly named?: (
    name: string,
    ...statement: Parameters<RunStatement>
  ) => ReturnType<RunStatement>
}

type RunStatement = (
  text: string,
  params: Array<unknown>,
) => Promise<{ readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>> }>
