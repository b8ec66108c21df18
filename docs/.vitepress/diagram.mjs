// Draws Mermaid diagrams when the site is built: a page loads no script for them.
import { renderMermaidSVG } from 'beautiful-mermaid'

/**
 * A diagram as SVG in the colours of the page, light or dark. Its own style sheet is left out: it loads
 * a font from elsewhere, and the theme has one in its place.
 */
export const diagram = (text) => {
  const svg = renderMermaidSVG(text)
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/ style="[^"]*"/, '')
  return `<div class="diagram" v-pre>${svg}</div>\n`
}
