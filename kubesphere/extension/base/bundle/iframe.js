System.register(["@kubed/components", "react"], function (_export) {
  // An extension's front-end module, in the console's own module format (SystemJS). The UI opens within the console.
  // Helm fills in the two placeholders: the extension's name, title, parent, desc and url; and what frontEnd.js says.
  var extension = __EXTENSION__;
  var Loading, React;

  function Page() {
    var state = React.useState(true);
    var loading = state[0];
    var setLoading = state[1];
    if (!extension.url) {
      return React.createElement("p", null, extension.title + " has no address: extension.ingress.domainSuffix of ks-core is not set.");
    }
    return React.createElement(
      React.Fragment,
      null,
      loading && React.createElement(Loading),
      React.createElement("iframe", {
        src: extension.url,
        title: extension.title,
        width: "100%",
        height: "100%",
        // 68 pixels: the console's top bar.
        style: { border: 0, height: "calc(100vh - 68px)", display: loading ? "none" : "block" },
        onLoad: function () {
          setLoading(false);
        },
      }),
    );
  }

  return {
    setters: [
      function (module) {
        Loading = module.Loading;
      },
      function (module) {
        React = module.default || module;
      },
    ],
    execute: function () {
      _export("default", __FRONT_END__);
    },
  };
});
