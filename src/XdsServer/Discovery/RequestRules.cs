using Envoy.Config.Core.V3;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>What a request may ask for on a stream of this kind.</summary>
internal static class RequestRules
{
    /// <summary>
    /// The type asked for; null for a type that an aggregated stream does not know: that harms nobody (protocol duties 2–4).
    /// </summary>
    /// <exception cref="DiscoveryException">The request does not fit the stream.</exception>
    public static ResourceType? TypeOf(ClientRequest request, ResourceType? onlyType)
    {
        if (request.TypeUrl.Length == 0)
        {
            return onlyType ?? throw new DiscoveryException(DiscoveryFault.InvalidArgument, "A request on an aggregated stream must carry a type_url.");
        }

        return onlyType is null || request.TypeUrl == onlyType.TypeUrl
            ? ResourceType.FromUrl(request.TypeUrl)
            : throw new DiscoveryException(DiscoveryFault.InvalidArgument, $"This stream serves {onlyType.TypeUrl} only, not {request.TypeUrl}.");
    }

    /// <summary>
    /// The client understands times to live, in the form that this variant has for them (protocol duty 75). Two names are in use for the second feature.
    /// </summary>
    public static bool TakesTtl(Node node, DiscoveryVariant variant) =>
        node.ClientFeatures.Contains("xds.config.supports-resource-ttl")
        && (variant == DiscoveryVariant.Delta || node.ClientFeatures.Contains("xds.config.resource-in-sotw") || node.ClientFeatures.Contains("xds.config.supports-resource-in-sotw"));

    /// <summary>Private keys do not cross a network in the clear (protocol duty 83). On an aggregated stream such a client finds no secrets.</summary>
    public static bool MayHave(ResourceType type, PeerInfo peer, DiscoveryOptions options) =>
        type != ResourceType.Secret || peer.IsEncrypted || options.AllowPlaintextSecrets;

    /// <exception cref="DiscoveryException">A one-type stream of secrets without TLS.</exception>
    public static void RefusePlaintextSecrets(ResourceType? onlyType, PeerInfo peer, DiscoveryOptions options)
    {
        if (onlyType is not null && !MayHave(onlyType, peer, options))
        {
            throw new DiscoveryException(DiscoveryFault.PermissionDenied, "Secrets are only served over TLS. Connect with TLS, or allow plaintext secrets in the server's options.");
        }
    }

    /// <summary>Joins the client to its group. Only the first message is sure to carry the node (protocol duties 5, 6).</summary>
    /// <exception cref="DiscoveryException">There is no node, or no group for it.</exception>
    public static GroupLease Join(ClientRequest request, PeerInfo peer, IProxyGroups groups)
    {
        if (request.Node is not { } node)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, "The first request of a stream must carry the node.");
        }

        try
        {
            return groups.Join(node, peer);
        }
        catch (UnknownProxyException e)
        {
            throw new DiscoveryException(DiscoveryFault.InvalidArgument, e.Message);
        }
    }
}
