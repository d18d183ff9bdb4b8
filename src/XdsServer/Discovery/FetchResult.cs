using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources;
using Resource = XdsServer.Translators.Resources.Resource;

namespace XdsServer.Discovery;

/// <summary>The answer to one request without a stream.</summary>
/// <param name="Version">The version of all that the client asks for.</param>
/// <param name="IsCurrent">The client presented this version: it need not be sent anything.</param>
/// <param name="Resources">What the client asks for, as far as it exists.</param>
public sealed record FetchResult(string Version, bool IsCurrent, ImmutableArray<Resource> Resources)
{
    /// <summary>As a message.</summary>
    public DiscoveryResponse ToResponse(ResourceType type, string identifier)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new DiscoveryResponse
        {
            VersionInfo = Version,
            TypeUrl = type.TypeUrl,
            ControlPlane = new ControlPlane { Identifier = identifier },
            Resources = { Resources.Select(r => new Any { TypeUrl = type.TypeUrl, Value = UnsafeByteOperations.UnsafeWrap(r.Body) }) },
        };
    }
}
