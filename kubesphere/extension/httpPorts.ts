/** Whether a Service's port may serve a page for a browser, from its name, its number and its protocol. Pure. */
import { textAt, type Fields } from "../chart/renderedObject";

/** Ports at which, by their number, a browser gets no page. */
const NOT_HTTP = new Set([
  // Shells, files, mail, name servers, logins
  ...[
    21, 22, 23, 25, 53, 69, 88, 110, 111, 123, 139, 143, 161, 179, 389, 445, 465, 514, 587, 636, 853, 873, 993, 995, 2049, 2222, 3260, 3389,
  ],
  // Databases
  ...[1433, 1521, 3306, 5432, 5433, 6379, 6380, 6432, 7000, 7001, 7199, 7687, 9042, 11211, 16379, 19530, 26257, 26379, 27017, 27018, 28015],
  33060,
  // Brokers and logs
  ...[1883, 4222, 5044, 5671, 5672, 6222, 6650, 6651, 8883, 9092, 9093, 9094, 24224, 25672, 61616],
  // Communication between programs, and monitoring
  ...[2181, 2379, 2380, 2888, 3888, 4317, 4369, 5701, 7946, 8125, 8300, 8301, 8302, 9300, 9402, 9418, 10259, 14250, 14268, 44134, 50051],
  // Voice, pictures, talk, games
  ...[554, 1935, 3478, 5060, 5061, 5222, 5349, 5900, 6667, 6697, 10011, 25565, 25575, 27015, 30033],
  // Networks
  ...[1080, 1194, 1723, 51820],
]);
const HTTP_NAME =
  /^(?:.*-)?(?:http|https|web|ui|webui|gui|www|dashboard|console|admin|management|frontend|portal|server|api|svc|service|app|main)(?:-.*|\d*)$/;
/** Endpoints for programs, not for people. */
const MACHINES_NAME =
  /metrics|prom(?:etheus)?$|webhook|grpc|probe|health|peer|cluster|gossip|raft|rpc|telemetry|trac(?:e|ing)|debug|pprof|otlp|zipkin|jaeger|syslog|amqp|mqtt|ldap|sql|cql|jmx|bolt|thrift|epmd|kafka|redis|mongo/;
/** Names of other protocols and of channels between programs: a word of the port's name, with or without a number after it. */
const OTHER_PROTOCOLS = new Set([
  ...["ssh", "sftp", "ftp", "ftps", "tftp", "telnet", "rsync", "nfs", "smb", "cifs", "samba", "iscsi", "filetransfer", "fileserver"],
  ...["smtp", "smtps", "submission", "imap", "imaps", "pop", "pops", "lmtp", "sieve"],
  ...["dns", "domain", "ntp", "kerberos", "radius", "dhcp", "snmp", "bgp", "netflow", "ipfix"],
  ...["postgres", "pg", "pgbouncer", "patroni", "mariadb", "galera", "ist", "sst", "gremlin", "cassandra", "milvus"],
  ...["memcache", "memcached", "valkey", "keydb"],
  ...["etcd", "zookeeper", "zk", "bookie", "hazelcast", "nats", "stomp", "pulsar", "fluent", "beats", "logstash", "gelf"],
  ...["statsd", "dogstatsd", "collectd", "exporter", "fastcgi", "fpm", "tchannel", "websocket", "ws", "wss"],
  ...["p2p", "transport", "election", "follower", "interbroker", "replication", "serf", "serflan", "serfwan", "xds"],
  ...["voice", "sip", "sips", "rtp", "rtmp", "rtsp", "rtc", "stun", "turn", "quassel", "irc", "ircs", "xmpp", "vnc", "rdp"],
  ...["serverquery", "serverlist", "rcon", "steam", "minecraft", "factorio"],
  ...["vpn", "openvpn", "wireguard", "socks", "quic"],
]);
const SECURE_PORTS = new Set([443, 6443, 8443, 9443]);

export function isSecure(port: Fields): boolean {
  const name = textAt(port, "name") ?? "";
  const protocol = textAt(port, "appProtocol")?.toLowerCase();
  if (protocol !== undefined) return protocol === "https" || protocol.endsWith("/https");
  if (/https|tls|ssl/.test(name)) return true;
  if (/http/.test(name) || /http(?!s)/.test(String(port["targetPort"]))) return false;
  return SECURE_PORTS.has(Number(port["port"])) || SECURE_PORTS.has(Number(port["targetPort"]));
}

/** The likeliest first: HTTP by its name, then HTTPS by its name, then ports whose number does not exclude it. */
export function httpPorts(ports: readonly Fields[]): readonly Fields[] {
  const rank = (port: Fields) => {
    const name = textAt(port, "name") ?? "";
    if (/^(?:http|web|ui)(?:-?\d*|-web|-ui)$/.test(name)) return 0;
    if (HTTP_NAME.test(name)) return isSecure(port) ? 2 : 1;
    return 3;
  };
  return ports.filter(mayBeHttp).sort((a, b) => rank(a) - rank(b));
}

function mayBeHttp(port: Fields): boolean {
  const { protocol = "TCP", port: number } = port;
  if (protocol !== "TCP" || !Number.isInteger(number)) return false;
  const appProtocol = textAt(port, "appProtocol")?.toLowerCase();
  if (appProtocol !== undefined) return /(?:^|\/)(?:http|https|ws|wss)$/.test(appProtocol);
  const named = textAt(port, "name")?.toLowerCase() ?? "";
  // A port without a name may lead to a container port with a name.
  const name = named === "" ? (textAt(port, "targetPort")?.toLowerCase() ?? "") : named;
  if (MACHINES_NAME.test(name) || isOtherProtocol(name)) return false;
  if (/^(?:tcp|udp|tls|sctp)(?:-|$)|-(?:tcp|udp|sctp)$/.test(named) && !/http|web|ui/.test(named)) return false;
  return HTTP_NAME.test(named) || !NOT_HTTP.has(Number(number));
}

const words = (name: string) => name.split(/[-_.]/).map((word) => word.replace(/(?<=[a-z]{2})\d+$/, ""));

const isOtherProtocol = (name: string): boolean =>
  !/http|(?:^|-)(?:web|ui|gui|webui|www|dashboard|console)(?:-|$)/.test(name) &&
  (OTHER_PROTOCOLS.has(name.replace(/[-_.]/g, "")) || words(name).some((word) => OTHER_PROTOCOLS.has(word)));
