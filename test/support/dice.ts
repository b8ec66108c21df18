// A source of random numbers that are none.
import type { Random } from 'fast-check'

/** Answers each question for a number by its bounds, as `0-3`, with the numbers listed, in turn. */
export const dice = (answers: Readonly<Record<string, ReadonlyArray<number>>>): Random => {
  const asked = new Map<string, number>()
  const nextInt = (min: number, max: number): number => {
    const question = `${min}-${max}`
    const times = asked.get(question) ?? 0
    asked.set(question, times + 1)
    const list = answers[question] ?? []
    const answer = list[times % list.length]
    if (answer === undefined) throw new Error(`no number for ${question}`)
    return answer
  }
  // whoever draws whole numbers asks for nothing else
  return { nextInt } as unknown as Random
}
