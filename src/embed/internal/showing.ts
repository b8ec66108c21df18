/**
 * Issues and exceptions as data for other programs.
 *
 * @since 0.1.0
 */
import type { Issue } from '../../codec/Codec.ts'
import { showIssue } from '../../codec/Codec.ts'
import type { Path } from '../../internal/diff.ts'

/** One reason why input was rejected; `message` is the path and the reason in one line. */
export interface ShownIssue {
  readonly path: Path
  readonly expected: string
  readonly message: string
}

export const issuesAsData = (issues: ReadonlyArray<Issue>): ReadonlyArray<ShownIssue> =>
  issues.map((issue) => ({
    path: issue.path,
    expected: issue.expected,
    message: showIssue(issue),
  }))

/** An exception, which may be any value, as a string. */
export const showThrown = (thrown: unknown): string => {
  try {
    return String(thrown)
  } catch {
    return 'a value that has no string form'
  }
}
