// The web site is the Markdown of this repository as it stands: the README is its front page, docs/ the
// rest, and docs/README.md the table of contents. A link to something that is no page of the site leads
// to the repository.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { slug } from 'github-slugger'
import { defineConfig } from 'vitepress'
import { addresses, addressOf, isFolder, placeOf } from '../../test/package/addresses.mjs'
import { diagram } from './diagram.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path) => readFileSync(join(root, path), 'utf8')
const manifest = JSON.parse(read('package.json'))
const onTheWeb = addresses(root)

const renamed = {
  'README.md': 'index.md',
  'CHANGELOG.md': 'changelog.md',
  'docs/README.md': 'contents.md',
  // the module `decider-ts` itself: the list of all modules is the index of its folder
  'docs/modules/index.md': 'modules/decider-ts.md',
}

/** Where the site shows a page, from its root. */
const shownAt = (page) =>
  renamed[page] ?? page.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md')

/** The page that stands for a path of the project, if any: a folder is opened at its first page. */
const pageFor = (path) => {
  if (/^(README|CHANGELOG)\.md$|^docs\/.*\.md$/.test(path)) return path
  if (!path.startsWith('docs/') || !isFolder(root, path)) return undefined
  const pages = readdirSync(join(root, path)).filter((name) => name.endsWith('.md'))
  const [first] = pages.includes('README.md') ? ['README.md'] : pages.sort()
  return first === undefined ? undefined : posix.join(path, first)
}

/** A link of a page of the project as a link of the site. */
const linkFor = (page, link) => {
  const place = link.startsWith('#') ? undefined : placeOf(onTheWeb, page, link)
  if (place === undefined) return link
  const target = pageFor(place.path)
  return target === undefined
    ? addressOf(root, onTheWeb, place)
    : `/${shownAt(target)}${place.anchor}`
}

const linksOfSite = (markdown) => {
  markdown.core.ruler.push('links_of_site', ({ tokens, env }) => {
    const page = posix.relative(root, env.realPath ?? env.path)
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        if (token.type === 'link_open') token.attrSet('href', linkFor(page, token.attrGet('href')))
      }
    }
  })
}

/** Mermaid blocks as pictures. */
const diagrams = (markdown) => {
  const { fence } = markdown.renderer.rules
  markdown.renderer.rules.fence = (tokens, i, ...others) =>
    tokens[i].info.trim() === 'mermaid' ? diagram(tokens[i].content) : fence(tokens, i, ...others)
}

const titleOf = (page) => /^# (.*)$/m.exec(read(page))[1].replaceAll('`', '')
const entry = (page, text = titleOf(page)) => ({ text, link: `/${shownAt(page)}` })
const listed = (text, page) =>
  [...text.matchAll(/^- \[([^\]]+)\]\(([^)]+)\)/gm)].map(([, title, link]) =>
    entry(pageFor(placeOf(onTheWeb, page, link).path), title.replaceAll('`', '')),
  )

/** The headings of docs/README.md, each with the pages that it lists. */
const contents = () => {
  const groups = read('docs/README.md')
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      text: /^.*/.exec(text)[0],
      items: listed(text, 'docs/README.md'),
    }))
  const links = groups.flatMap(({ items }) => items.map(({ link }) => link))
  for (const name of readdirSync(join(root, 'docs/guide'))) {
    if (!links.includes(`/guide/${name}`)) throw new Error(`docs/README.md does not list ${name}`)
  }
  return groups
}

/** The modules by their ring: those directly in src/ first. */
const modules = () => {
  const all = listed(read('docs/modules/README.md'), 'docs/modules/README.md')
  const ringOf = ({ text }) =>
    (/^decider-ts\/(\w+)\/|^decider-ts\/(order)$/.exec(text) ?? []).slice(1).find(Boolean) ?? 'core'
  const rings = [...new Set(all.map(ringOf))]
  return rings.map((ring) => ({
    text: ring,
    items: all
      .filter((module) => ringOf(module) === ring)
      .map(({ text, link }) => ({ text: text.replace(/^decider-ts\//, ''), link })),
  }))
}

const decisions = () => [
  {
    text: 'Decisions',
    items: readdirSync(join(root, 'docs/decisions'))
      .sort()
      .map((name) => entry(`docs/decisions/${name}`)),
  },
]

export default defineConfig({
  title: manifest.name,
  description: manifest.description,
  lang: 'en',
  base: new URL(onTheWeb.derived.homepage).pathname,
  srcDir: root,
  srcExclude: ['{dist,node_modules,src,test}/**'],
  rewrites: shownAt,
  outDir: join(root, '.build/site'),
  cacheDir: join(root, '.build/vitepress'),
  // the index of the search is one file
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  markdown: {
    // the anchors of GitHub, so that links with anchors work in both places
    anchor: { slugify: slug },
    theme: { light: 'github-light', dark: 'github-dark' },
    config: (markdown) => {
      linksOfSite(markdown)
      diagrams(markdown)
    },
  },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/contents', activeMatch: '^/(guide|examples|contents)' },
      { text: 'Modules', link: '/modules/', activeMatch: '^/modules/' },
      { text: 'Decisions', link: decisions()[0].items[0].link, activeMatch: '^/decisions/' },
      { text: manifest.version, link: '/changelog' },
    ],
    sidebar: { '/modules/': modules(), '/decisions/': decisions(), '/': contents() },
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: onTheWeb.repository }],
    footer: { message: `${manifest.license} licensed` },
  },
})
