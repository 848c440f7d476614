System.register(["@kubed/components", "react", "react-router-dom"], function (_export) {
  // An extension's front-end module, in the console's own module format (SystemJS). The UI opens in a window of its own.
  // Helm fills in the two placeholders: the extension's name, title, parent, desc and url; and what frontEnd.js says.
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
      _export("default", __FRONT_END__);
    },
  };
});
