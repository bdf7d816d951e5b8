// The one way from a text to a part of a page: htmx makes it of what our server answered, and holds
// the only key. A script in an answer is refused; so is every other text that would become HTML.
(() => {
  "use strict";
  const rules = {
    createHTML: (answer) => answer,
    createScript() {
      throw new TypeError("an answer brought a script");
    },
  };
  const policy = self.trustedTypes?.createPolicy("htmx", rules) ?? rules;
  htmx.registerExtension("trusted", { init: (htmxInside) => htmxInside.initSecurity(policy) });
})();
