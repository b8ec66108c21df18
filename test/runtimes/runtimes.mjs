// The runtimes, each as a function from a script that sets the global `ask` to what it answers. What
// `npm ci` brings at the top level is in `near`, what a package of its own brings in `far`.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newQuickJSWASMModule } from 'quickjs-emscripten'

const installed = join(import.meta.dirname, 'node_modules')
const bin = (path) => join(installed, path)

/** What a program prints; what it complains of is the error. */
const printed = (command, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let complaints = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(out.trim())
        : reject(new Error(`exit code ${code}: ${complaints}${out}`)),
    )
  })

/** A program that is given the script, adapted to it, and a line that prints the answer, as a file. */
const program = (name, command, args, versionArgs, adapt = (script) => script) => ({
  name,
  adapt,
  version: async () => (await printed(command, versionArgs)).split('\n')[0],
  ask: async (script) => {
    const directory = await mkdtemp(join(tmpdir(), 'decider-ts-'))
    try {
      const file = join(directory, 'ask.js')
      const print = 'ask().then((text) => (globalThis.print || console.log)(text))'
      await writeFile(file, await adapt(`${script}\n${print}\n`))
      return await printed(command, [...args, file])
    } finally {
      await rm(directory, { recursive: true })
    }
  },
})

const known = ['transform-regenerator', 'transform-exponentiation-operator']

/** Lowered to what this version knows, as React Native's own build does. */
const forHermes = async (script) => {
  const { transformAsync } = await import(bin('@babel/core/lib/index.js'))
  const { code } = await transformAsync(script, {
    // it knows generators, and has big integers, of which Math.pow knows nothing
    presets: [[bin('@babel/preset-env/lib/index.js'), { exclude: known }]],
    sourceType: 'script',
    babelrc: false,
    configFile: false,
    compact: true,
  })
  return code
}

const quickjs = {
  name: 'QuickJS',
  version: async () => {
    const { default: manifest } = await import('quickjs-emscripten/package.json', {
      with: { type: 'json' },
    })
    return `quickjs-emscripten ${manifest.version}`
  },
  ask: async (script) => {
    const context = (await newQuickJSWASMModule()).newContext()
    const run = (code) => context.unwrapResult(context.evalCode(code)).dispose()
    run(script)
    run(
      'ask().then((text) => { answer = text }, (error) => { answer = `${error}\\n${error.stack}` })',
    )
    context.unwrapResult(context.runtime.executePendingJobs())
    // nothing is freed by hand: the whole engine goes with its module
    return context.getProp(context.global, 'answer').consume((text) => context.getString(text))
  },
}

const workerd = {
  name: 'workerd',
  version: async () => `miniflare ${(await readManifest('miniflare')).version}`,
  ask: (script) =>
    inWorker(
      `${script}\nexport default { fetch: async () => new Response(await ask()) }`,
      async (fetch) => (await fetch('http://localhost/')).text(),
    ),
}

/** A module of a worker, in the engine of Cloudflare Workers; ended in the end. */
export const inWorker = async (script, use) => {
  const { Miniflare } = await import(bin('miniflare/dist/src/index.js'))
  const miniflare = new Miniflare({ modules: true, script, compatibilityDate: '2025-01-01' })
  try {
    return await use((url, options) => miniflare.dispatchFetch(url, options))
  } finally {
    await miniflare.dispose()
  }
}

const readManifest = async (name) =>
  (await import(bin(`${name}/package.json`), { with: { type: 'json' } })).default

export const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium'
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Chromium without a head, closed in the end. */
export const inChromium = async (use) => {
  const { default: playwright } = await import(bin('playwright-core/index.js'))
  const browser = await playwright.chromium.launch({
    executablePath: chromiumPath,
    args: chromiumArgs,
  })
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

/** Chromium with tabs that share what is stored, in a directory; closed in the end. */
export const inTabs = async (directory, use) => {
  const { default: playwright } = await import(bin('playwright-core/index.js'))
  const context = await playwright.chromium.launchPersistentContext(directory, {
    executablePath: chromiumPath,
    args: chromiumArgs,
  })
  context.setDefaultTimeout(300_000)
  try {
    return await use(context)
  } finally {
    await context.close()
  }
}

const chromium = {
  name: 'Chromium',
  version: () => inChromium((browser) => browser.version()),
  ask: (script) =>
    inChromium(async (browser) => {
      const page = await browser.newPage()
      await page.addScriptTag({ content: script })
      return page.evaluate('ask()')
    }),
}

export const near = [program('Node', process.execPath, [], ['--version']), quickjs]

export const far = [
  program('Node 20', bin('node20/bin/node'), [], ['--version']),
  program('Node 22', bin('node22/bin/node'), [], ['--version']),
  program('Node 24', bin('node24/bin/node'), [], ['--version']),
  program('Deno', bin('.bin/deno'), ['run', '--no-config'], ['--version']),
  program('Bun', bin('.bin/bun'), ['run'], ['--version']),
  chromium,
  workerd,
  {
    ...program('Hermes', bin('hermes-engine-cli/linux64-bin/hermes'), [], [], forHermes),
    // what it says of itself begins with the compiler that built it
    version: async () => `hermes-engine-cli ${(await readManifest('hermes-engine-cli')).version}`,
  },
]
