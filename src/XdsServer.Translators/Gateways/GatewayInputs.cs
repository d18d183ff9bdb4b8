using XdsServer.Model;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Secrets;

namespace XdsServer.Translators.Gateways;

/// <summary>All that an edge's listeners and routes are made from.</summary>
internal sealed record GatewayInputs(ServiceCatalog Services, RouteCatalog Routes, MeshConfig Config, SameObjects<MeshGateway> Gateways, SecretCatalog Secrets);

/// <summary>One listener of one gateway.</summary>
internal sealed record EdgeListener(MeshGateway Gateway, int Index)
{
    /// <summary>What its author wrote.</summary>
    public GatewayListener Listener => Gateway.Listeners[Index];

    /// <summary><c>demo/edge/web</c>.</summary>
    public string Name => $"{Gateway.Key}/{Listener.Name}";

    /// <summary>True when routes of that parent hang on it.</summary>
    public bool IsParent(RouteParent parent) =>
        parent is RouteParent.OfGateway of && of.Gateway == Gateway.Key && (of.Listener.Length == 0 || of.Listener == Listener.Name);
}
