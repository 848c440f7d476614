System.register(["@kubed/components", "react", "react-router-dom"], function (_export) {
  // An extension's front-end module, in the console's own module format (SystemJS). The UI opens in a window of its own.
  // Helm writes the extension's name, title, parent, desc and url in place of the next line's placeholder.
  var extension = __EXTENSION__;
  var Loading, React, useNavigate;

  function Page() {
    var navigate = useNavigate();
    React.useEffect(function () {
      if (!extension.url) return;
      window.open(extension.url);
      navigate(-1);
    }, []);
    if (!extension.url) {
      return React.createElement("p", null, extension.title + " has no address: extension.ingress.domainSuffix of ks-core is not set.");
    }
    return React.createElement(Loading);
  }

  return {
    setters: [
      function (module) {
        Loading = module.Loading;
      },
      function (module) {
        React = module.default || module;
      },
      function (module) {
        useNavigate = module.useNavigate;
      },
    ],
    execute: function () {
      _export("default", {
        routes: [{ path: "/" + extension.name, element: React.createElement(Page) }],
        menus: [
          {
            parent: extension.parent,
            name: extension.name,
            title: extension.title,
            icon: "cluster",
            order: 0,
            desc: extension.desc,
            skipAuth: true,
          },
        ],
        locales: { zh: {}, en: {} },
      });
    },
  };
});
