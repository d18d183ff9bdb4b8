using System.CommandLine;
using System.Globalization;
using XdsServer.Bootstrap;
using XdsServer.Groups;
using XdsServer.Translators;

namespace XdsServer.Cli;

/// <summary><c>bootstrap</c>: what a proxy starts with.</summary>
internal static class BootstrapCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var options = new BootstrapOptions();
        var command = new Command("bootstrap", "Prints an Envoy bootstrap as YAML, or for --profile grpc a gRPC bootstrap as JSON.");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            if (options.Read(parsed, new Terminal(parsed.InvocationConfiguration.Error)) is not { } request)
            {
                return ExitCode.WrongUsage;
            }

            parsed.InvocationConfiguration.Output.Write(request.Proxy.Profile == ProxyProfile.Grpc ? GrpcBootstrap.Write(request) : EnvoyBootstrap.Write(request));
            return ExitCode.Ok;
        });
        return command;
    }

    private sealed class BootstrapOptions
    {
        private readonly ProxyOptions _proxy = new();
        private readonly Option<string> _nodeId = One("--node-id", "ID", "Its name, unique in the mesh. [default: made of profile, namespace, service and egress port]");
        private readonly Option<string> _cluster = One("--node-cluster", "NAME", "Its node.cluster. [default: the service, else the namespace]");
        private readonly Option<string> _xds = One("--xds", "ADDR:PORT", "The control plane. [default: 127.0.0.1:18000; for --mode rest 127.0.0.1:18001]");
        private readonly Option<string> _mode = new("--mode") { HelpName = "MODE", Description = "delta, sotw or rest.", DefaultValueFactory = _ => "delta" };
        private readonly Option<int> _admin = ProxyOptions.Port("--admin-port", 15000, "The port of Envoy's own admin interface, on loopback.");
        private readonly Option<string> _region = One("--region", "NAME", "Where it runs.");
        private readonly Option<string> _zone = One("--zone", "NAME", "Where it runs.");
        private readonly Option<string> _subZone = One("--sub-zone", "NAME", "Where it runs.");
        private readonly Option<int> _connections = new("--max-connections") { HelpName = "N", Description = "Most connections from clients.", DefaultValueFactory = _ => 50_000 };
        private readonly Option<string> _ca = One("--tls-ca", "FILE", "PEM of the authorities behind the control plane's certificate; without it the connection is plain text.");
        private readonly Option<string> _certificate = One("--tls-cert", "FILE", "PEM of the proxy's own certificate, for mutual TLS.");
        private readonly Option<string> _key = One("--tls-key", "FILE", "PEM of its key.");
        private readonly Option<string> _serverName = One("--tls-server-name", "NAME", "The name in the control plane's certificate. [default: the host of --xds]");

        public void AddTo(Command command)
        {
            _mode.AcceptOnlyFromAmong("delta", "sotw", "rest");
            _proxy.AddTo(command);
            foreach (Option option in (Option[])[_nodeId, _cluster, _xds, _mode, _admin, _region, _zone, _subZone, _connections, _ca, _certificate, _key, _serverName])
            {
                command.Options.Add(option);
            }
        }

        public BootstrapRequest? Read(ParseResult parsed, Terminal error)
        {
            var mode = Enum.Parse<BootstrapMode>(parsed.GetRequiredValue(_mode), ignoreCase: true);
            var xds = parsed.GetValue(_xds) ?? (mode == BootstrapMode.Rest ? "127.0.0.1:18001" : "127.0.0.1:18000");
            if (!TrySplit(xds, out var host, out var port))
            {
                error.Error($"--xds is '{xds}': write it as ADDR:PORT, for example 127.0.0.1:18000 or [::1]:18000.");
                return null;
            }

            if (parsed.GetValue(_certificate) is null != parsed.GetValue(_key) is null || (parsed.GetValue(_certificate) is not null && parsed.GetValue(_ca) is null))
            {
                error.Error("--tls-cert, --tls-key and --tls-ca belong together: give --tls-ca alone, or all three.");
                return null;
            }

            var proxy = _proxy.Key(parsed);
            var id = parsed.GetValue(_nodeId) ?? DefaultId(proxy);
            return new BootstrapRequest
            {
                Proxy = proxy.Profile == ProxyProfile.Node ? proxy with { Node = id } : proxy,
                NodeId = id,
                NodeCluster = parsed.GetValue(_cluster) ?? (proxy.Service.Length > 0 ? proxy.Service : proxy.Namespace),
                XdsHost = host,
                XdsPort = port,
                Mode = mode,
                AdminPort = parsed.GetValue(_admin),
                Locality = (parsed.GetValue(_region) ?? "", parsed.GetValue(_zone) ?? "", parsed.GetValue(_subZone) ?? ""),
                MaxConnections = parsed.GetValue(_connections),
                Tls = parsed.GetValue(_ca) is { } ca
                    ? new BootstrapTls(ca, parsed.GetValue(_certificate) ?? "", parsed.GetValue(_key) ?? "", parsed.GetValue(_serverName) ?? host)
                    : null,
            };
        }

        private static string DefaultId(ProxyGroupKey proxy) => string.Create(
            CultureInfo.InvariantCulture,
            $"{ProfileNames.NameOf(proxy.Profile)}~{proxy.Namespace}~{(proxy.Service.Length > 0 ? proxy.Service : "any")}{(proxy.Profile == ProxyProfile.Grpc ? "" : "~" + proxy.EgressPort)}");

        private static bool TrySplit(string text, out string host, out int port)
        {
            var colon = text.LastIndexOf(':');
            port = 0;
            host = colon > 0 ? text[..colon].Trim('[', ']') : "";
            return host.Length > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
        }

        private static Option<string> One(string name, string value, string description) => new(name) { HelpName = value, Description = description };
    }
}
