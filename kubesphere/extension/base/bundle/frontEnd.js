// What every front end of an extension gives to the console: the path of its page, and a menu entry that leads there.
({
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
