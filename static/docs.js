// The API's description, as a page that can be read and tried: /api/docs.
SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  filter: true,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
});
