// The API's description, as a page that can be read and tried: /api/docs.
// The viewer makes HTML of texts: what Markdown becomes is let through, all else stays a text.
const MARKDOWN = new RegExp([
  "^(?:[^<]",
  "</?(?:p|strong|em|del|code|pre|ul|ol|li|blockquote|table|thead|tbody|tr|th|td|h[1-6]|a)>",
  '<a href="(?:https?:/|#)?/?[^":<>]*"(?: (?:target|rel|title)="[^"<>]*")*>',
  '<code class="[a-z -]*">',
  "<[bh]r>)*$",
].join("|"));
self.trustedTypes?.createPolicy("default", {
  createHTML: (text) => (MARKDOWN.test(text) ? text : text.replaceAll("<", "&lt;")),
});

SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  filter: true,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
});
