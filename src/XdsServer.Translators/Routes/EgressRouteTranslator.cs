using Envoy.Config.Route.V3;
using XdsServer.Translators.Layers;
using XdsServer.Translators.Resources;

namespace XdsServer.Translators.Routes;

/// <summary>The <c>egress</c> route configuration: which cluster a request goes to, by its <c>Host</c>.</summary>
internal static class EgressRouteTranslator
{
    /// <summary>Its name, the same for every proxy.</summary>
    public const string Name = "egress";

    private static readonly EncodedFields Head = EncodedFields.Of(new RouteConfiguration { Name = Name });
    private static readonly EncodedFields UnknownHostsRefused = UnknownHosts(RouteParts.UnknownHost());
    private static readonly EncodedFields UnknownHostsPassed = UnknownHosts(RouteParts.Passthrough());

    /// <summary>Adds the route configuration: one virtual host for each HTTP port of each service, and one for unknown hosts.</summary>
    public static void Translate(EgressInputs inputs, LayerBuilder builder)
    {
        var rest = inputs.PassesUnknownHosts ? UnknownHostsPassed : UnknownHostsRefused;
        var parts = new ResourceParts(Head, inputs.Hosts.Parts, rest);
        builder.Add(Resource.Compose(ResourceType.Route, Name, parts, inputs.Hosts.Origins));
        foreach (var diagnostic in inputs.Hosts.Diagnostics)
        {
            builder.Report(diagnostic);
        }
    }

    private static EncodedFields UnknownHosts(Route route) => EncodedFields.Of(new RouteConfiguration
    {
        VirtualHosts = { new VirtualHost { Name = "unknown-hosts", Domains = { "*" }, Routes = { route } } },
        ValidateClusters = false,
    });
}
