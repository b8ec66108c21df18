// What the development tools of Redux do with a store: they keep every action, and compute all states
// from them again whenever something about the list changes.

type Reducer<S, A> = (state: S | undefined, action: A | { readonly type: '@@INIT' }) => S

export const lifted = <S, A>(
  reducer: (state: S | undefined, action: A) => S,
  actions: ReadonlyArray<A>,
) => {
  // the tools send an action of their own first, as Redux does
  const reduce = reducer as Reducer<S, A>
  let staged: ReadonlyArray<{ readonly action: A }> = actions.map((action) => ({ action }))
  let skipped = new Set<object>()
  let committed: S | undefined
  let at = actions.length
  const states = () => {
    const computed = [reduce(committed, { type: '@@INIT' })]
    for (const entry of staged) {
      const before = computed.at(-1)
      computed.push(skipped.has(entry) ? (before as S) : reduce(before, entry.action))
    }
    return computed
  }
  const state = () => states()[at] as S
  return {
    state,
    /** Leaves an action out, or takes it in again. */
    toggle: (index: number) => {
      const entry = staged[index]
      if (entry === undefined) return
      if (!skipped.delete(entry)) skipped.add(entry)
    },
    /** Shows the state after so many actions. */
    jump: (index: number) => {
      at = index
    },
    /** Forgets the actions that are left out. */
    sweep: () => {
      staged = staged.filter((entry) => !skipped.has(entry))
      skipped = new Set()
      at = staged.length
    },
    /** Takes the state that is shown for the first, and forgets all actions. */
    commit: () => {
      committed = state()
      staged = []
      at = 0
    },
  }
}
