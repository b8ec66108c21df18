/**
 * Words for names, and for the reasons why data was refused.
 *
 * @since 0.1.0
 */
import type { Issue } from '../../codec/Codec.ts'
import { showIssue } from '../../codec/Codec.ts'

/** A name in double quotes, with its control characters escaped. */
export const quoted = (name: string): string => JSON.stringify(name)

const maxIssues = 5

export const showIssues = (issues: ReadonlyArray<Issue>): string => {
  const more = issues.length - maxIssues
  const shown = issues.slice(0, maxIssues).map(showIssue).join('; ')
  return more > 0 ? `${shown}; and ${more} more` : shown
}
