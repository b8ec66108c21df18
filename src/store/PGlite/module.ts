/**
 * Runs PGlite with a check before each change of a file, and without timers.
 *
 * @since 0.1.0
 */
import type { OwnershipLost } from '../internal/pgliteFailures.ts'

/** Why the files may no longer be changed; `undefined` while they may. */
export type Fence = () => OwnershipLost | undefined

/** A file system for PGlite. */
export interface PGliteFiles {
  init: (pglite: unknown, options: ModuleOptions) => Promise<{ emscriptenOpts: ModuleOptions }>
}

/** The options of the Emscripten module of PostgreSQL that are used here. */
interface ModuleOptions {
  readonly preRun: ReadonlyArray<(module: EmscriptenModule) => void>
  readonly instantiateWasm: (imports: WasmImports, done: unknown) => unknown
}

interface EmscriptenModule {
  readonly NODEFS: { readonly node_ops: FileOperations; readonly stream_ops: FileOperations }
}

type FileOperations = Record<string, (...args: ReadonlyArray<unknown>) => unknown>

type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Opening a file may create it. */
const changingOperations = {
  node_ops: ['mknod', 'rename', 'rmdir', 'setattr', 'symlink', 'unlink'],
  stream_ops: ['open', 'setattr', 'write'],
} as const

/**
 * Changes a file system to call `pass` before each change of a file. Checking the lock there costs 2 % of an
 * append.
 *
 * PostgreSQL's timers are disabled as well: they report a slow start and flush statistics, and would keep a
 * program alive that forgot to close. They could not interrupt a statement anyway, since it never yields.
 */
export const fenced = (files: PGliteFiles, pass: FenceGate['pass']): PGliteFiles => {
  const init = files.init.bind(files)
  files.init = async (pglite, options) => {
    const { emscriptenOpts } = await init(pglite, options)
    const { preRun, instantiateWasm } = emscriptenOpts
    const fenceAll = ({ NODEFS }: EmscriptenModule): void => {
      for (const name of changingOperations.node_ops) fenceOperation(NODEFS.node_ops, name, pass)
      for (const name of changingOperations.stream_ops)
        fenceOperation(NODEFS.stream_ops, name, pass)
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

const fenceOperation = (
  operations: FileOperations,
  name: string,
  pass: FenceGate['pass'],
): void => {
  const change = operations[name]
  // a database without a fence would be unsafe
  if (change === undefined) throw new Error(`PGlite's file system has no ${name}`)
  operations[name] = (...args) => {
    pass()
    return change(...args)
  }
}

const withoutTimers = (imports: WasmImports): WasmImports => ({
  ...imports,
  env: { ...imports['env'], _setitimer_js: () => 0 },
})

/** A fence that stays shut once it is. */
export interface FenceGate {
  /** Throws if the fence is shut, which ends the statement. */
  readonly pass: () => void
  /** Throws `OwnershipLost` if `pass` threw before. */
  readonly enter: () => void
}

/**
 * PostgreSQL can't catch what `pass` throws, so it can't write in response to it. It stops midway, maybe
 * holding locks, and would wait for these forever if it were entered again.
 */
export const gateOf = (fence: Fence): FenceGate => {
  let shut: OwnershipLost | undefined
  return {
    pass: () => {
      shut ??= fence()
      if (shut !== undefined) throw cutOff(shut)
    },
    enter: () => {
      if (shut !== undefined) throw shut
    },
  }
}

/**
 * An exception that ends a call of PGlite: PGlite reads `status` of whatever a statement throws, and continues
 * with the next statement unless that throws too.
 */
const cutOff = (lost: OwnershipLost): object =>
  Object.defineProperty({}, 'status', {
    get: () => {
      throw lost
    },
  })
