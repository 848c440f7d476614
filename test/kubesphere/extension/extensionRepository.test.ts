import { goDuration } from "../../../kubesphere/extension/extensionRepository";
import { caBundleMistake } from "../../../kubesphere/login/caBundle";
import { CERTIFICATE } from "../../support/certificate";

test.each([
  ["1h", "1h0m0s"],
  ["30m", "30m0s"],
  ["90m", "1h30m0s"],
  ["1h30m", "1h30m0s"],
  ["45s", "45s"],
  ["1m30s", "1m30s"],
])("%s is written as KubeSphere stores it, or every refresh would show a drift", (given, stored) => {
  expect(goDuration(given)).toBe(stored);
});

test.each(["", "0s", "1", "1d", "1h 30m", "-1h", "1.5h", "30m1h"])("%j is no duration to poll at", (given) => {
  expect(goDuration(given)).toBeUndefined();
});

test("a bundle is certificates, each of which can be read; what is not would fail in the cluster, at some later time", () => {
  expect(caBundleMistake(`# our CA\n${CERTIFICATE}\n${CERTIFICATE}`)).toBeUndefined();
  expect(caBundleMistake("LS0tLS1CRUdJTg==")).toBe("there is no -----BEGIN CERTIFICATE----- in it");
  expect(caBundleMistake(`${CERTIFICATE}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`)).toBe("number 2 cannot be read");
});
