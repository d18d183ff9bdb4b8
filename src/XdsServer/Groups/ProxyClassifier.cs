using System.Globalization;
using Envoy.Config.Core.V3;
using XdsServer.Discovery;
using XdsServer.Options;
using XdsServer.Translators;

namespace XdsServer.Groups;

/// <summary>
/// Says which group a node belongs to: the first rule that fits, else the node's own metadata, else the configured default. What the
/// rule leaves open comes from the metadata. Pure.
/// </summary>
internal sealed class ProxyClassifier(GroupOptions options)
{
    private const int DefaultEgressPort = 15001;
    private const int DefaultInboundPort = 15006;

    /// <summary>The node's group.</summary>
    /// <exception cref="UnknownProxyException">Nothing says what kind of proxy it is, or what it says makes no sense.</exception>
    public ProxyGroupKey Classify(Node node)
    {
        var settings = options.Rules.FirstOrDefault(r => RuleMatch.Fits(r, node))?.Use ?? DefaultFor(node);
        var profile = ProfileOf(settings.Profile ?? NodeMetadata.Text(node, NodeMetadata.Profile) ?? (IsGrpcClient(node) ? "grpc" : null), node);
        return new ProxyGroupKey(
            profile,
            settings.Namespace ?? NonEmpty(NodeMetadata.Text(node, NodeMetadata.Namespace)) ?? "default",
            settings.Service ?? NodeMetadata.Text(node, NodeMetadata.Service) ?? "",
            settings.EgressPort ?? PortOf(node, NodeMetadata.EgressPort, DefaultEgressPort),
            settings.InboundPort ?? PortOf(node, NodeMetadata.InboundPort, DefaultInboundPort),
            profile == ProxyProfile.Node ? NonEmpty(NodeMetadata.Text(node, NodeMetadata.Machine)) ?? node.Id : "");
    }

    private GroupSettings DefaultFor(Node node) =>
        NodeMetadata.Text(node, NodeMetadata.Profile) is null && !IsGrpcClient(node) && options.Default is { } unknown ? unknown : new GroupSettings();

    private static ProxyProfile ProfileOf(string? name, Node node)
    {
        if (name is null)
        {
            throw new UnknownProxyException(
                $"Nothing says what kind of proxy '{node.Id}' is: set node.metadata.profile to one of {ProfileNames.Listed} in its bootstrap ('XdsServer bootstrap' writes it), "
                + "or add a rule under Xds:Groups:Rules, or set Xds:Groups:Default:Profile.");
        }

        return ProfileNames.TryParse(name, out var profile)
            ? profile
            : throw new UnknownProxyException($"Proxy '{node.Id}' has the unknown profile '{name}': node.metadata.profile must be one of {ProfileNames.Listed}.");
    }

    private static int PortOf(Node node, string key, int fallback)
    {
        if (NodeMetadata.Text(node, key) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : throw new UnknownProxyException($"Proxy '{node.Id}' has node.metadata.{key} '{text}': it must be a port from 1 to 65535.");
    }

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // gRPC libraries name themselves "gRPC C-core", "gRPC Go", "gRPC Java", "gRPC Node Pure JS"; Envoy is "envoy".
    private static bool IsGrpcClient(Node node) => node.UserAgentName.StartsWith("gRPC", StringComparison.OrdinalIgnoreCase);
}
