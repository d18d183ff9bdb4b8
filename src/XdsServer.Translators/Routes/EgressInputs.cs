using XdsServer.Model;
using XdsServer.Translators.Layers;

namespace XdsServer.Translators.Routes;

/// <summary>All that a namespace's egress routes are made from.</summary>
internal sealed record EgressInputs(ServiceCatalog Services, RouteCatalog Routes, MeshConfig Config, string Namespace, int EgressPort)
{
    /// <summary>Transparent proxies know where a request to an unknown host was meant to go; explicit ones do not.</summary>
    public bool IsTransparent { get; init; }
}
