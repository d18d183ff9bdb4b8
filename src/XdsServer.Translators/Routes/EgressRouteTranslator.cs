using Envoy.Config.Route.V3;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Routes;

/// <summary>The <c>egress</c> route configuration: which cluster a request goes to, by its <c>Host</c>.</summary>
internal static class EgressRouteTranslator
{
    /// <summary>Its name, the same for every proxy.</summary>
    public const string Name = "egress";

    /// <summary>Adds the route configuration: one virtual host for each HTTP port of each service, and one for unknown hosts.</summary>
    public static void Translate(EgressInputs inputs, LayerBuilder builder)
    {
        var rest = new RouteConfiguration { VirtualHosts = { UnknownHosts(inputs) }, ValidateClusters = false };
        var parts = new ResourceParts(new RouteConfiguration { Name = Name }, inputs.Hosts.Parts, rest);
        builder.Add(Resource.Compose(ResourceType.Route, Name, parts, inputs.Hosts.Origins));
        foreach (var diagnostic in inputs.Hosts.Diagnostics)
        {
            builder.Report(diagnostic);
        }
    }

    private static VirtualHost UnknownHosts(EgressInputs inputs) => new()
    {
        Name = "unknown-hosts",
        Domains = { "*" },
        Routes = { inputs.IsTransparent && inputs.Config.AllowUnknownHosts ? RouteParts.Passthrough() : RouteParts.UnknownHost() },
    };
}
