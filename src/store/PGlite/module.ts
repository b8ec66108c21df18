/**
 * How PGlite is run on files: each change of a file is fenced, and PostgreSQL has no timers.
 *
 * @since 0.1.0
 */
import type { OwnershipLost } from './directoryLock.ts'

/** Why the files may not be changed any more; `undefined` as long as they may. */
export type Fence = () => OwnershipLost | undefined

/** What PGlite asks of a file system of its own. */
export interface PGliteFiles {
  init: (pglite: unknown, options: ModuleOptions) => Promise<{ emscriptenOpts: ModuleOptions }>
}

/** The options of the Emscripten module that PostgreSQL is compiled to, as far as they matter here. */
interface ModuleOptions {
  readonly preRun: ReadonlyArray<(module: Module) => void>
  readonly instantiateWasm: (imports: Imports, done: unknown) => unknown
}

interface Module {
  readonly NODEFS: { readonly node_ops: Operations; readonly stream_ops: Operations }
}

type Operations = Record<string, (...args: ReadonlyArray<unknown>) => unknown>

type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The operations that change files; opening may make one. */
const changing = {
  node_ops: ['mknod', 'rename', 'rmdir', 'setattr', 'symlink', 'unlink'],
  stream_ops: ['open', 'setattr', 'write'],
} as const

/**
 * Changes a file system so that `pass` is called before each change of a file. Asking the
 * lock there is 2 % of an append.
 *
 * PostgreSQL's timers are left out as well: one is for a report about a slow start, one for its
 * statistics, and both would keep a program alive that forgot to close. They can't interrupt a
 * statement anyway, since that runs without giving anything else a turn.
 */
export const fenced = (files: PGliteFiles, pass: Gate['pass']): PGliteFiles => {
  const init = files.init.bind(files)
  files.init = async (pglite, options) => {
    const { emscriptenOpts } = await init(pglite, options)
    const { preRun, instantiateWasm } = emscriptenOpts
    const fenceAll = ({ NODEFS }: Module): void => {
      for (const name of changing.node_ops) fenceOne(NODEFS.node_ops, name, pass)
      for (const name of changing.stream_ops) fenceOne(NODEFS.stream_ops, name, pass)
    }
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [...preRun, fenceAll],
        instantiateWasm: (imports, done) => instantiateWasm(withoutTimers(imports), done),
      },
    }
  }
  return files
}

const fenceOne = (operations: Operations, name: string, pass: Gate['pass']): void => {
  const change = operations[name]
  // rather no database than one that is not fenced
  if (change === undefined) throw new Error(`PGlite's file system has no ${name}`)
  operations[name] = (...args) => {
    pass()
    return change(...args)
  }
}

const withoutTimers = (imports: Imports): Imports => ({
  ...imports,
  env: { ...imports['env'], _setitimer_js: () => 0 },
})

/** A fence that stays shut, and the way in for statements. */
export interface Gate {
  /** Throws where the fence is shut: what stands behind it ends there. */
  readonly pass: () => void
  /** Throws `OwnershipLost` where `pass` threw before. */
  readonly enter: () => void
}

/**
 * PostgreSQL does not get to see what `pass` throws, so it can't write in answer to it. It is cut off
 * in the middle, maybe holding locks, and would wait for these for ever if it were entered again.
 */
export const gateOf = (fence: Fence): Gate => {
  let shut: OwnershipLost | undefined
  return {
    pass: () => {
      shut ??= fence()
      if (shut !== undefined) throw ending(shut)
    },
    enter: () => {
      if (shut !== undefined) throw shut
    },
  }
}

/**
 * What ends the call of PGlite. It looks at the status of whatever a statement has thrown, and goes on
 * with the next one unless that throws as well.
 */
const ending = (lost: OwnershipLost): object =>
  Object.defineProperty({}, 'status', {
    get: () => {
      throw lost
    },
  })
