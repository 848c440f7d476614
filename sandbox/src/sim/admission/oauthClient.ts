/**
 * The webhooks of OAuth clients' Secrets, as recorded from KubeSphere 4.1.2: they act on a Secret with a label of KubeSphere's
 * configuration, of the clients' own type, in KubeSphere's namespace, and leave any other as it is.
 */
import { randomBytes } from "node:crypto";
import { OAUTH_CLIENT_SECRET_TYPE, SYSTEM_NAMESPACE, label } from "../../../../kubesphere/api";
import { GRANT_METHODS, SCOPES, oauthClientConfiguration } from "../../../../kubesphere/login/oauthClientConfig";
import type { Secret } from "../objects.js";
import { clientName, readClient } from "./oauthClientYaml.js";
import { Denied, type AdmissionRequest, type Verdict } from "./review.js";

const KEY = "configuration.yaml";
const MIN_TIMEOUT = 600;

const isClient = ({ metadata, type }: Secret) => type === OAUTH_CLIENT_SECRET_TYPE && metadata.namespace === SYSTEM_NAMESPACE;
const textOf = ({ data }: Secret) => Buffer.from(data?.[KEY] ?? "", "base64").toString();

export function defaultClient({ object }: AdmissionRequest<Secret>): Verdict {
  if (!isClient(object)) return {};
  const client = readClient(textOf(object));
  const text = oauthClientConfiguration({
    ...client,
    secret: client.secret || randomBytes(16).toString("hex"),
    grantMethod: client.grantMethod || "auto",
  });
  const labels = { ...object.metadata.labels, ...(client.name && { [label.oauthClient]: client.name }) };
  const secret: Secret = { ...object, metadata: { ...object.metadata, labels }, data: { [KEY]: Buffer.from(text).toString("base64") } };
  return { object: secret };
}

/** @param others the Secrets of KubeSphere's namespace */
export function validateClient({ object, oldObject }: AdmissionRequest<Secret>, others: readonly Secret[]): Verdict {
  if (!isClient(object)) return {};
  const { name, grantMethod, scopeRestrictions = [], ...timeouts } = readClient(textOf(object));
  if (name === "") throw new Denied("invalid OAuth client, please ensure that the client name is not empty");
  if (oldObject && clientName(textOf(oldObject)) !== name) throw new Denied("cannot change client name");
  const taken = others.filter((other) => isClient(other) && other.metadata.name !== object.metadata.name).map(textOf);
  if (taken.some((text) => clientName(text) === name)) throw new Denied(`invalid OAuth client, client name '${name}' already exists`);
  const problems = [
    ...(GRANT_METHODS.some((method) => method === grantMethod) ? [] : [`invalid grant method: ${grantMethod ?? ""}`]),
    ...tooShort("inactivity timeout", timeouts.accessTokenInactivityTimeoutSeconds),
    ...tooShort("max age", timeouts.accessTokenMaxAgeSeconds),
  ];
  if (problems.length > 0) throw new Denied(problems.length === 1 ? problems.join("") : `[${problems.join(", ")}]`);
  const isKnown = (scope: string) => SCOPES.some((known) => known === scope);
  return scopeRestrictions.every(isKnown) ? {} : { warnings: [`some requested scopes were invalid: [${scopeRestrictions.join(" ")}]`] };
}

const tooShort = (what: string, seconds = 0) =>
  seconds === 0 || seconds >= MIN_TIMEOUT ? [] : [`invalid access token ${what}: ${seconds}, the minimum value can only be ${MIN_TIMEOUT}`];
