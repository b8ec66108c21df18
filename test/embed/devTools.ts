// The part of Redux's development tools that keeps every action, and computes all states from them
// again whenever something about the list changes: the very one that the browser extension runs.
import type { Action } from '@reduxjs/toolkit'
import { legacy_createStore as createStore } from '@reduxjs/toolkit'
import { ActionCreators, instrument } from '@redux-devtools/instrument'
import type { LiftedState } from '@redux-devtools/instrument'

export const lifted = <S, A extends Action>(
  reducer: (state: S | undefined, action: A) => S,
  actions: ReadonlyArray<A>,
) => {
  const store = createStore(reducer, undefined, instrument<S, A>())
  for (const action of actions) store.dispatch(action)
  const tools = store.liftedStore
  return {
    store,
    state: (): S => store.getState(),
    /** Leaves an action out, or takes it in again. */
    toggle: (index: number) => {
      // 0 is the action that Redux itself sends
      tools.dispatch(ActionCreators.toggleAction(index + 1))
    },
    /** Shows the state after so many actions. */
    jump: (index: number) => {
      tools.dispatch(ActionCreators.jumpToState(index))
    },
    /** Moves an action in front of another. */
    reorder: (index: number, before: number) => {
      tools.dispatch(ActionCreators.reorderAction(index + 1, before + 1))
    },
    /** Forgets the actions that are left out. */
    sweep: () => {
      tools.dispatch(ActionCreators.sweep())
    },
    /** Takes the state that is shown for the first, and forgets all actions. */
    commit: () => {
      tools.dispatch(ActionCreators.commit())
    },
    /** What is exported to a file, and taken in from one. */
    file: (): string => JSON.stringify(tools.getState()),
    open: (file: string) => {
      tools.dispatch(ActionCreators.importState(JSON.parse(file) as LiftedState<S, A, null>))
    },
  }
}
