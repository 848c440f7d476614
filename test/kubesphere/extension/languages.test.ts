import { isLanguage } from "../../../kubesphere/extension/languages";

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];

test("ISO 639-1's codes pass, all of them and no other two letters", () => {
  const codes = LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).filter(isLanguage);
  const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
  expect(codes.length).toBe(183);
  expect(codes.filter((code) => names.of(code) === undefined)).toEqual([]);
});

test.each(["EN", "zh-CN", "zh_CN", "zho", "iw", "english", ""])("%j is not a form that KubeSphere looks for", (code) => {
  expect(isLanguage(code)).toBe(false);
});
