using XdsServer.Model;

namespace XdsServer.Translators.Routes;

/// <summary>All that an egress route configuration and its listener are made from.</summary>
internal sealed record EgressInputs(EgressTable Hosts, MeshConfig Config, int EgressPort)
{
    /// <summary>Transparent proxies know where a request to an unknown host was meant to go; explicit ones do not.</summary>
    public bool IsTransparent { get; init; }
}
