import { hashSync } from "bcryptjs";
import { passwordWeakness } from "../../../kubesphere/login/defaultPassword";

/** Of ks-core 1.1.3's values.yaml. */
const KS_CORE = "$2a$10$zcHepmzfKPoxCVCYZr5K7ORPZZ/ySe9p/7IUb/8u./xHrnSX2LOCO";
const salted = (password: string) => hashSync(password, 4);

test.each([
  ["in clear", "P@88w0rd"],
  ["as ks-core has it", KS_CORE],
  ["with another salt", salted("P@88w0rd")],
  ["as PHP and Apache write it", salted("P@88w0rd").replace("$2b$", "$2y$")],
])("the password that everybody knows is known %s, or a platform would go into production with it", (_how, password) =>
  expect(passwordWeakness(password)).toBe("default"),
);

test.each([
  ["another password", "p@88w0rd"],
  ["another password's hash", salted("of-our-own")],
  ["what only begins like a hash", "$2a$10$short"],
])("%s is no reason to refuse a deployment", (_what, password) => expect(passwordWeakness(password)).toBeUndefined());

test("a hash whose cost would hold up the program for days is refused without being tried", () => {
  expect(passwordWeakness(KS_CORE.replace("$10$", "$31$"))).toBe("costly hash");
});
