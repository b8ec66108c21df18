/**
 * A suite run once.
 *
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from '../../internal/either.ts'

/** How the suite failed on a value, or `none` where it passed. It fails if it takes too long. */
export const tried = async <A>(
  suite: (value: A) => void | Promise<void>,
  value: A,
  timeLimit: number | undefined,
): Promise<Option<string>> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const done = suite(value)
    if (timeLimit === undefined) await done
    else {
      const late = new Promise<never>((_, reject) => {
        const fail = () => reject(new Error(`the suite takes more than ${timeLimit} ms`))
        timer = setTimeout(fail, timeLimit)
      })
      await Promise.race([done, late])
    }
    return none
  } catch (error) {
    return some(error instanceof Error ? error.message : String(error))
  } finally {
    clearTimeout(timer)
  }
}
