// The tests that judge mutants: those of src/*.ts with its private folders, of src/order/ with the codecs
// that orders use, and of src/testing/. Stores, handlers, the example program and the package are slow and
// judge nothing here.
import { dirname } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { Reporter, TestModule, TestSpecification, Vitest } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'
import base from '../../vitest.config.ts'

const kit = '/src/testing/'
const onlyNear = process.env['MUTATE_NEAR'] === '1'

/** A module and its private folder are neighbours: `laws.ts`, `laws/model.ts`, `laws/check.ts`. */
const neighbourhood = (path: string): string =>
  dirname(path).endsWith('/testing') || dirname(path).endsWith('/src')
    ? path.replace(/\.ts$/, '')
    : dirname(path)

/**
 * The test that mirrors the changed file goes first, then those of its neighbours: most mutants end
 * there. The test kit is tested on deciders of all kinds, and judges only itself. With `--near`, a file
 * that has a mirroring test is judged by that one alone.
 */
class NearestFirst extends BaseSequencer {
  override sort = async (files: Array<TestSpecification>): Promise<Array<TestSpecification>> => {
    const changed = [this.ctx.config.related ?? []].flat()
    const judged = files.map((file) => {
      const of = file.moduleId.replace(/\.test\.ts$/, '.ts').replace('/test/', '/src/')
      const near = changed.some((path) => neighbourhood(path) === neighbourhood(of))
      return { file, of, distance: changed.includes(of) ? 0 : near ? 1 : 2 }
    })
    const named = changed.every((path) => judged.some(({ of }) => of === path))
    return judged
      .filter(({ of }) => !of.includes(kit) || changed.some((path) => path.includes(kit)))
      .filter(({ distance }) => distance === 0 || !(onlyNear && named))
      .sort((a, b) => a.distance - b.distance || (a.of < b.of ? -1 : 1))
      .map(({ file }) => file)
  }
}

/**
 * A mutant that no test file can even load has no failing test, so Stryker would count it as survived.
 * Once told of the error, it reports that the mutant does not run.
 */
class UnloadedFiles implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestModuleEnd(module: TestModule): void {
    for (const error of module.errors()) this.#vitest?.state.catchError(error, 'Unloaded File')
  }
}

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    // Stryker runs tests in threads, which accept no engine flags
    execArgv: [],
    // Stryker itself stops what takes too long, measured by each test without a mutant
    testTimeout: 600_000,
    include: ['test/*.test.ts', 'test/{[A-Z]*,internal,codec,order,testing}/**/*.test.ts'],
    setupFiles: ['test/setup.ts', 'test/mutate/setup.ts'],
    reporters: [new UnloadedFiles()],
    sequence: { sequencer: NearestFirst },
  },
})
